fn f(x: f64) -> f64 {
    let y = hook(x, clip);
    y * y
}
