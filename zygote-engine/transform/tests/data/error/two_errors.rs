fn f(x: f64) -> f64 {
    let r = 0..3;
    let g = |y: f64| y * x;
    x
}
