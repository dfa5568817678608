fn f(xs: impl AsRef<[f64]>) -> f64 {
    xs.as_ref()[0]
}
