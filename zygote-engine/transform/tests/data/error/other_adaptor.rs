fn f(x: &[f64]) -> f64 {
    x.iter().peekable().map(|a| a * a).sum()
}
