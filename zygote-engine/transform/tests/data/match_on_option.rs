fn f(x: Option<f64>) -> f64 {
    match x {
        Some(y) => y,
        None => 0.0,
    }
}
