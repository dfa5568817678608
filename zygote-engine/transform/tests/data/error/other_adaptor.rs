fn f(x: &[f64]) -> f64 {
    x.iter().fuse().map(|a| a * a).sum()
}
