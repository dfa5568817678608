fn f(x: &[Vec<f64>]) -> f64 {
    x.iter().flat_map(|row| row.iter().copied()).nth(2).unwrap()
}
