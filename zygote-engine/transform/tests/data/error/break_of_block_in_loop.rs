fn f(x: f64) -> f64 {
    let mut y = x;
    'a: while y < 10.0 {
        y *= 2.0;
        break 'b;
    }
    y
}
