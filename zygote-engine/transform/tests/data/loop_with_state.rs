fn loop_with_state(w: &[f64], x: f64) -> f64 {
    let mut s = 1.0;
    for i in 0..w.len() {
        s = s * x + w[i];
    }
    s
}
