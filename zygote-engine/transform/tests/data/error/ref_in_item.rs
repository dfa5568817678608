fn f(x: &[(f64, f64)]) -> f64 {
    let mut s = 0.0;
    for &(ref a, b) in x.iter() {
        s += a * b;
    }
    s
}
