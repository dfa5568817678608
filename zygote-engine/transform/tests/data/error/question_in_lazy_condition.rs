fn f(x: f64, k: Option<bool>) -> Option<f64> {
    let big = x > 1.0 && k?;
    if big { Some(x) } else { None }
}
