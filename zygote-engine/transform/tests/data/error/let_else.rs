fn f(x: Option<f64>) -> f64 {
    let Some(y) = x else { return 0.0 };
    y
}
