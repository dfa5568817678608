fn f(x: f64) -> f64 {
    let y = &raw const x;
    x
}
