fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut n = 0.0;
    let sums = y.iter().filter(|b| **b > 0.0).map(|b| {
        n += b;
        n
    });
    x.iter().filter(|a| **a > 0.0).zip(sums).map(|(a, b)| a * b).sum()
}
