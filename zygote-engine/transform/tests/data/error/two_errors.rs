fn f(x: f64) -> f64 {
    let r = 3..;
    let g = unsafe { x };
    x
}
