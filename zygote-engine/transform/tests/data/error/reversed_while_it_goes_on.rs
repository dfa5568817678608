fn f(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let last: f64 = items.by_ref().rev().take(2).sum();
    last * items.sum::<f64>()
}
