fn f(x: &[f64]) -> f64 {
    x.rchunks(2).map(|c| c[0] * c[1]).sum::<f64>()
}
