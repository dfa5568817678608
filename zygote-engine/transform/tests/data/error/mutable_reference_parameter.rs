fn f(mut x: &[f64]) -> f64 {
    x[0]
}
