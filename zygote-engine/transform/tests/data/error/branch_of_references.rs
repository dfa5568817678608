fn f(x: &[f64], y: &[f64]) -> f64 {
    let longest = if x.len() > y.len() { x } else { y };
    longest[0]
}
