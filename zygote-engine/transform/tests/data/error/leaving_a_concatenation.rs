fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for a in x.iter().chain(y) {
        if s > 10.0 {
            break;
        }
        s += a;
    }
    s
}
