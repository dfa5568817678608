fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(|a| a * a);
    squares.sum()
}
