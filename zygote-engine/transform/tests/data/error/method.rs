fn f(&self, x: f64) -> f64 {
    x
}
