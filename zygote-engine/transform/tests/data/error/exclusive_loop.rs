fn f(x: f64) -> f64 {
    let mut v = vec![x; 3];
    for y in &mut v {
        *y *= 2.0;
    }
    v[0]
}
