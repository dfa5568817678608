fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().filter(|a| **a > 0.0).zip(y).map(|(a, b)| a * b).sum()
}
