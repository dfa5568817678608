fn f(x: &[f64], y: &[f64]) -> f64 {
    let positive = x.iter().filter(|a| **a > 0.0);
    positive.zip(y.iter().filter(|b| **b > 0.0)).map(|(a, b)| a * b).sum()
}
