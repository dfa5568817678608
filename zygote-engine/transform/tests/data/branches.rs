fn branches(x: f64, y: f64) -> f64 {
    let mut s = x;
    if x > y {
        s = s * y;
    } else if x < 0.0 {
        s += 1.0;
    }
    let z = if s > 1.0 { s.ln() } else { s * x };
    z * s
}
