fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|both| both.0 * both.1).sum()
}
