fn f(x: &[f64]) -> f64 {
    let mut items = x.iter().filter(|a| **a > 0.0);
    let mut s = 0.0;
    for _ in 0..2 {
        s += items.next().unwrap();
    }
    s
}
