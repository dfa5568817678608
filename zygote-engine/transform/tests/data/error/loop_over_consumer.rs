fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.iter().map(|a| a * a).collect::<Vec<f64>>() {
        s += y;
    }
    s
}
