fn f(x: &[f64]) -> f64 {
    match x {
        [a, middle @ .., b] => a * b * middle[0],
        _ => 0.0,
    }
}
