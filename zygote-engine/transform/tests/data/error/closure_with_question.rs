fn f(x: Option<f64>) -> Option<f64> {
    let g = |y: Option<f64>| perhaps(y? * 2.0);
    g(x)
}
