fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut v = x.to_vec();
    x.iter().map(|_| v.pop().unwrap()).zip(y).map(|(a, b)| a * b).sum()
}
