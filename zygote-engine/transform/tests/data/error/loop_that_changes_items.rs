fn f(x: &[f64], out: &mut [f64]) -> f64 {
    let mut v = x.to_vec();
    for y in v.iter() {
        *y *= 2.0;
    }
    for y in out {
        *y = x[0];
    }
    for y in v.lent() {
        *y += 1.0;
    }
    v[0]
}
