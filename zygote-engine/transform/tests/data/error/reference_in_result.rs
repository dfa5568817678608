fn f(x: &mut [f64]) -> &mut f64 {
    &mut x[0]
}
