fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for mut y in x.iter().copied() {
        y *= 2.0;
        s += y;
    }
    s
}
