fn f(x: f64) -> f64 {
    let y = loop {
        break x;
    };
    y
}
