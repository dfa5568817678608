fn f(x: &[f64]) -> f64 {
    *x.iter().filter(|y| **y > 1.0).last().unwrap()
}
