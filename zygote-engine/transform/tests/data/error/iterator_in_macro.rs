fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(|a| a * a);
    assert!(squares.len() > 1);
    squares.sum()
}
