fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut n = 0.0;
    let numbered = y.iter().map(|b| {
        n += 1.0;
        b * n
    });
    x.iter().zip(numbered).rev().map(|(a, b)| a * b).sum()
}
