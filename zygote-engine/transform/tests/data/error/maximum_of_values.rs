fn f(x: &[f64]) -> f64 {
    x.iter().map(|a| Ordered(a * a)).max().unwrap().0
}
