fn f(act: fn(f64) -> f64, x: f64) -> (f64, fn(f64) -> f64) {
    (act(x), act)
}
