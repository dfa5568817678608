fn f(x: &[f64]) -> f64 {
    let mut squares = x.iter().map(|a| a * a);
    squares.next().unwrap() * squares.sum::<f64>()
}
