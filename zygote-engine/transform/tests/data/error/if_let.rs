fn f(x: Option<f64>) -> f64 {
    if let Some(y) = x { y } else { 0.0 }
}
