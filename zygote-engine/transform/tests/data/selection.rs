fn selection(x: f64, k: usize) -> f64 {
    let y = match k {
        0 => x * x,
        1 | 2 => x.exp(),
        n if n % 2 == 0 => x * n as f64,
        _ => 3.0,
    };
    y * x
}
