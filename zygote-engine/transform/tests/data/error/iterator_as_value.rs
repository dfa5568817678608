fn f(x: &[f64]) -> f64 {
    let pair = (x.iter().map(|a| a * a), 2.0);
    pair.0.sum::<f64>() * pair.1
}
