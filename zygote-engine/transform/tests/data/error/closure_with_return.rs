fn f(x: f64) -> f64 {
    let g = |y: f64| {
        if y > 1.0 {
            return y;
        }
        y * y
    };
    g(x)
}
