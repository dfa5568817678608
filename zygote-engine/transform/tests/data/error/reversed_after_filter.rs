fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.iter().filter(|y| **y > 0.0).rev() {
        s = s * 0.5 + y;
    }
    s
}
