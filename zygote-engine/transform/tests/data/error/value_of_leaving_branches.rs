fn f(x: Option<f64>, y: f64) -> Option<f64> {
    let a = if y > 0.0 {
        if y > 1.0 {
            return x;
        }
        g(x)
    } else {
        x
    };
    a
}
