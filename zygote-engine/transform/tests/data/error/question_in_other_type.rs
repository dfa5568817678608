fn f(x: f64, k: Option<f64>) -> f64 {
    let y = k?;
    x * y
}
