fn f(x: &[f64]) -> f64 {
    x.iter().filter(|a| **a > 0.0).cycle().take(5).sum()
}
