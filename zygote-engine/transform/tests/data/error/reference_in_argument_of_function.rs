fn f(f: impl Fn((&[f64], f64)) -> f64, x: &[f64]) -> f64 {
    f((x, x[0]))
}
