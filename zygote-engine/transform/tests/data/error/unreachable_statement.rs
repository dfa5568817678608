fn f(x: f64) -> f64 {
    return x;
    x * 2.0
}
