fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(x.iter().chain(y)).map(|(a, b)| a * b).sum()
}
