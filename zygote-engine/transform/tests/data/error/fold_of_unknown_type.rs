fn f(x: &[f64]) -> f64 {
    x.iter().try_fold(1.0, |s, a| step(s, *a)).unwrap_or(0.0)
}
