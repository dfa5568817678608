fn f(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    checkpoint(|| g(x) * x)
}
