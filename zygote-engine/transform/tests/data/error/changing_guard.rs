fn f(x: f64, n: usize) -> f64 {
    let mut k = n;
    match n {
        0 if take(&mut k) => x,
        _ => x * x,
    }
}
