fn f(x: f64, #[constant] g: fn(f64) -> f64) -> f64 {
    g(x)
}
