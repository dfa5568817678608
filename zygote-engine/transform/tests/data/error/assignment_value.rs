fn f(x: f64) -> f64 {
    let mut y = x;
    let z = y = 2.0;
    y
}
