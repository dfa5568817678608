fn f(x: f64) -> f64 {
    STATE[0] = x;
    x
}
