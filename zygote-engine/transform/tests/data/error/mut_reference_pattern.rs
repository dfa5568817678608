fn f(x: &mut f64) -> f64 {
    let &mut y = x;
    y * y
}
