fn f(x: &[(f64, f64)]) -> f64 {
    x.iter().filter(|Pair { a, .. }| *a > 0.0).map(|p| p.0 * p.1).sum()
}
