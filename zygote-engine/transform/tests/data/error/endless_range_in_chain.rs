fn f(x: &[f64]) -> f64 {
    (0..).zip(x).map(|(i, y)| i as f64 * y).sum()
}
