fn f(x: &[f64], y: &[f64]) -> f64 {
    total(if x.len() > y.len() { x } else { y })
}
