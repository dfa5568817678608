fn overwritten_before_read(x: f64) -> f64 {
    let mut a = x * x;
    let y = a * x;
    a = 3.0;
    a += y;
    a * 2.0
}
