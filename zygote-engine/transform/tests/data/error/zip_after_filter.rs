fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().filter(|a| **a > 0.0).zip(y.iter().step_by(2)).map(|(a, b)| a * b).sum()
}
