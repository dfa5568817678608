fn f(x: f64) -> f64 {
    let mut y = x;
    assert!(change(&mut y));
    y
}
