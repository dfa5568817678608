fn f(x: f64) -> f64 {
    unsafe { COUNT += 1 };
    x
}
