fn f(x: &[f64]) -> f64 {
    let mut items = x.iter();
    head(&mut items) * items.sum::<f64>()
}
