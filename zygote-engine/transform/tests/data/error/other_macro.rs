fn f(x: f64) -> f64 {
    let y = square!(x);
    y
}
