fn walk(xs: &[f64], ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, (x, y)) in xs.iter().zip(ys).enumerate() {
        s += x * y * i as f64;
    }
    for (a, b) in xs.iter().rev().zip(&xs[1..]) {
        s *= a - b;
    }
    s
}
