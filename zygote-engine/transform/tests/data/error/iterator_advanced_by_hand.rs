fn f(xs: &mut impl Iterator<Item = f64>) -> f64 {
    xs.next().unwrap_or(0.0)
}
