fn f(x: f64) -> f64 {
    for i in 0.. {
        if i > 2 {
            return x;
        }
    }
    x
}
