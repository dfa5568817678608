fn f(x: (f64, Shape)) -> f64 {
    let (a, Shape::Circle(r) | Shape::Ring(r)) = x;
    a * r
}
