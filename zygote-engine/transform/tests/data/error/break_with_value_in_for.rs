fn f(x: &[f64]) -> f64 {
    for y in x {
        break *y;
    }
    x[0]
}
