fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut r = &x[..];
    r = y;
    r[0]
}
