fn f(x: Shape) -> f64 {
    match x {
        Shape::Box(a, .., b) => a * b,
        _ => 0.0,
    }
}
