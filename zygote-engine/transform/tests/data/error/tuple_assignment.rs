fn f(x: f64) -> f64 {
    let (mut a, mut b) = (x, x);
    (a, b) = g(x);
    a + b
}
