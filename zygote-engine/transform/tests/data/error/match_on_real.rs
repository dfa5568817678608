fn f(x: f64) -> f64 {
    match x {
        y => y * y,
    }
}
