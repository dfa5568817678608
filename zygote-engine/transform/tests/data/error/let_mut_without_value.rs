fn f(x: f64) -> f64 {
    let mut y;
    y = x;
    y
}
