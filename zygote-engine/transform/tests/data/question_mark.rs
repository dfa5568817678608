fn f(x: Option<f64>) -> Option<f64> {
    let y = x?;
    Some(y)
}
