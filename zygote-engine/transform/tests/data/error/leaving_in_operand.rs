fn f(x: f64) -> f64 {
    let y = 1.0 + if x > 0.0 { return x } else { 2.0 };
    y
}
