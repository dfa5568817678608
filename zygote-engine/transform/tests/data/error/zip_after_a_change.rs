fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut n = 0.0;
    let numbered = x.iter().map(|a| {
        n += 1.0;
        a * n
    });
    numbered.zip(y).map(|(a, b)| a * b).sum::<f64>() * n
}
