fn f(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    checkpoint(|| change(&mut v));
    v[0]
}
