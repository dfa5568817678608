fn f(x: f64) -> f64 {
    let pair = (|y: f64| y * x, 2.0);
    pair.1 * x
}
