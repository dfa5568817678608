fn f(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let first: f64 = items.by_ref().take(2).sum();
    let mut s = first;
    for a in &mut items {
        s += a;
    }
    s
}
