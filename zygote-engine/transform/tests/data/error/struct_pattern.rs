fn f(p: Point) -> f64 {
    let Point { x, y } = p;
    x * y
}
