fn f(x: f64) -> f64 {
    #[allow(clippy::all)]
    let v = vec![#[cfg(debug_assertions)] 7.0, x];
    v[0]
}
