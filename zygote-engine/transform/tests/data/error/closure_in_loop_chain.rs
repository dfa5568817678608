fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for group in x.chunk_by(|a, b| a < b) {
        s += group[0];
    }
    s
}
