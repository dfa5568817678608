fn f(x: f64) -> f64 {
    let mut y = x;
    'a: {
        if x > 0.0 {
            break 'a;
        }
        y = 2.0;
    }
    y
}
