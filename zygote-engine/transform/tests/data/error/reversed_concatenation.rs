fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().chain(y).rev().map(|a| a * a).sum()
}
