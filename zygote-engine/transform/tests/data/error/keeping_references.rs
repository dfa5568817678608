fn f(x: &[f64]) -> f64 {
    let big: Vec<&f64> = x.iter().filter(|y| **y > 1.0).collect();
    *big[0]
}
