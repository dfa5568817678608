fn f(x: &[f64]) -> f64 {
    let mut items = x.iter().copied().filter(|a| *a != 1.0);
    let first = items.find(|a| *a > 0.0).unwrap();
    first * items.sum::<f64>()
}
