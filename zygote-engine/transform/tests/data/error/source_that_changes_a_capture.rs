fn f(x: &[f64]) -> f64 {
    let mut n = 0.0;
    scaled(&mut n, x).iter().map(move |y| y * n).sum()
}
