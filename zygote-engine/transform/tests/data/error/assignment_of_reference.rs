fn f(x: &[f64]) -> f64 {
    let mut t = (x[0], x[1]);
    t.0 = &x[0];
    t.0
}
