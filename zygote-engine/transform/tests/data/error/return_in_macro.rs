fn f(x: f64) -> f64 {
    assert!(if x > 0.0 { return x } else { true });
    x
}
