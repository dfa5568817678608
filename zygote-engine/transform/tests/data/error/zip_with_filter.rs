fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter().filter(|b| **b > 0.0)).map(|(a, b)| a * b).sum()
}
