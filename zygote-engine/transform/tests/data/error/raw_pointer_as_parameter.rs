fn f(p: *const f64, x: f64) -> f64 {
    x
}
