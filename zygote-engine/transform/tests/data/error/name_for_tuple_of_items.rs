fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|both| product(both)).sum()
}
