fn f(x: f64) -> f64 {
    let r = 3..;
    x
}
