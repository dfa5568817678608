fn exits(x: &[f64], bound: f64) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < 0.0 {
            continue;
        }
        s = s * x[i];
        if s > bound {
            return s * s;
        }
        s += 1.0;
    }
    s
}
