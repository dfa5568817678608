fn f(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let numbered = x.iter().map(|b| {
        n += 1.0;
        b * n
    });
    numbered.take(2).rev().sum()
}
