fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for group in x.splitn(2, |a| *a < 0.0) {
        s += group[0];
    }
    s
}
