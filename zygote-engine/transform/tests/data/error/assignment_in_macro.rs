fn f(x: f64) -> f64 {
    let mut y = x;
    assert!({
        y *= 2.0;
        true
    });
    y
}
