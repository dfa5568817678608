fn product_with_constant(x: &[f64], scale: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].sin() * 3.0;
    }
    s * scale
}
