fn f(x: (f64, f64)) -> f64 {
    let mut p = x;
    both(|| p.0 *= 2.0, || p.1 *= 3.0);
    p.0 * p.1
}
