fn f(x: f64, _: impl Fn(f64) -> f64) -> f64 {
    x
}
