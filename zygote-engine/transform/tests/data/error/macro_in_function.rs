fn f(x: f64) -> f64 {
    let y = x * x;
    macro_rules! twice {
        () => {
            y * 2.0
        };
    }
    twice!() + x
}
