fn f(x: f64) -> f64 {
    change!(x);
    x
}
