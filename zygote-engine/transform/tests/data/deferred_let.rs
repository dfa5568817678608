fn deferred_let(x: f64) -> f64 {
    let y;
    if x > 0.2 {
        y = x * x;
    } else {
        y = -x;
    }
    y * x
}
