fn function_argument(x: Option<f64>) -> f64 {
    let y = x.map(f64::sin);
    y.unwrap_or(0.5)
}
