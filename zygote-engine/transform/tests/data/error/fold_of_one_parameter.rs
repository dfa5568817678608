fn f(x: &[f64]) -> f64 {
    x.iter().fold(1.0, |s| s)
}
