fn exits_both_ways(x: f64, y: f64) -> f64 {
    let mut s = x;
    if x > 0.0 {
        if y > 1.0 {
            return s;
        }
        s = s * y;
    } else {
        s = s + y;
    }
    s * s
}
