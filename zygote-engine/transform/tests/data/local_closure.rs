fn f(x: f64) -> f64 {
    let g = |y: f64| y * x;
    g(x) + g(2.0)
}
