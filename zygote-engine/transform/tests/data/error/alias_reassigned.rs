fn f(x: &[f64], y: &[f64]) -> f64 {
    let r = &x[1..];
    r = y;
    r[0]
}
