fn f(x: &[f64]) -> f64 {
    let big = x.iter().find(|y| **y > 1.0);
    match big {
        Some(y) => y * y,
        None => x[0],
    }
}
