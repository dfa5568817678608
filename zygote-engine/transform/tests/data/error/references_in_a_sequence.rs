fn f(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for row in [a, b] {
        s += row[0];
    }
    s
}
