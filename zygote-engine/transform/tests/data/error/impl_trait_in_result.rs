fn f(x: f64) -> impl Copy {
    x * x
}
