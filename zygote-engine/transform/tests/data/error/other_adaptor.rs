fn f(x: &[f64]) -> f64 {
    x.iter().cycle().take(5).sum()
}
