fn f(x: &Point) -> f64 {
    let Point { a, b } = &x.inner;
    a * b
}
