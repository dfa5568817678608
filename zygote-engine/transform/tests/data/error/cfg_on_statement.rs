fn f(x: f64) -> f64 {
    let mut y = x;
    #[cfg(debug_assertions)]
    println!("{y}");
    y
}
