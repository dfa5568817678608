fn f(x: f64) -> f64 {
    let y = unsafe { x };
    y
}
