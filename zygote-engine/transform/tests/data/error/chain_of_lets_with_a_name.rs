fn f(x: f64, k: Option<f64>) -> f64 {
    if let Some(x) = k
        && x > 0.0
    {
        x
    } else {
        x * x
    }
}
