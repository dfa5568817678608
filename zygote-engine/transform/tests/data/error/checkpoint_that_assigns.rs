fn f(x: f64) -> f64 {
    let mut s = 0.0;
    checkpoint(|| {
        s += x;
        s * x
    })
}
