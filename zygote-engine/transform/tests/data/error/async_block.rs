fn f(x: f64) -> f64 {
    let y = async { 1.0 };
    x
}
