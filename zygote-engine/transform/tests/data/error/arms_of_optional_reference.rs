fn f(x: &[f64]) -> f64 {
    match x.first() {
        Some(y) if *y > 0.0 => *y,
        Some(y) => y * y,
        None => 0.0,
    }
}
