fn f(x: f64) -> f64 {
    *g() = x;
    x
}
