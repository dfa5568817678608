fn f(x: &[Vec<f64>]) -> f64 {
    x.iter().flat_map(|row| row.iter()).rev().fold(1.0, |s, a| s * a + 1.0)
}
