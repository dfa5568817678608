fn f(x: f64) -> f64 {
    x * {
        let y = x;
        y;
    }
}
