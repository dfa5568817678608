fn f(x: &[f64]) -> f64 {
    let mut items = x.iter().copied().filter(|a| *a != 1.0);
    if x[0] > 0.0 {
        return items.nth(1).unwrap();
    }
    items.sum()
}
