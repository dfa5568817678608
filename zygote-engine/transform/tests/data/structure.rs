fn f(x: f64) -> f64 {
    let p = Point { x, y: x };
    p.x
}
