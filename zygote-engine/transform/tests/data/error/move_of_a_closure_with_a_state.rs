fn f(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut next = move |y: f64| {
        n += 1.0;
        y * n
    };
    let s: f64 = x.iter().map(move |y| next(*y)).sum();
    s * next(1.0)
}
