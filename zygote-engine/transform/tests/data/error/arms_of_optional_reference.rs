fn f(x: &[f64]) -> f64 {
    match x.split_first() {
        Some((y, _)) if *y > 0.0 => *y,
        Some((y, _)) => y * y,
        None => 0.0,
    }
}
