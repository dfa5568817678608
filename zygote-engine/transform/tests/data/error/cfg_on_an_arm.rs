fn f(x: f64, n: usize) -> f64 {
    match n {
        #[cfg(debug_assertions)]
        1 => x * 100.0,
        _ => x * 2.0,
    }
}
