fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(square);
    let square = 2.0;
    squares.sum::<f64>() * square
}
