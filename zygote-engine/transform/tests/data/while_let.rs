fn f(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    while let Some(y) = v.pop() {
        s += y;
    }
    s
}
