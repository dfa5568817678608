fn f(self: Box<Self>, x: f64) -> f64 {
    x
}
