fn f(x: &[f64]) -> f64 {
    let pair = x.split_first().unwrap();
    *pair.0
}
