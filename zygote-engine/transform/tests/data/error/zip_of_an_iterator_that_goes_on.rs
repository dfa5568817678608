fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut items = x.iter();
    let product: f64 = items.by_ref().zip(y).map(|(a, b)| a * b).sum();
    product * items.sum::<f64>()
}
