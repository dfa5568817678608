fn f(x: f64) -> f64 {
    let g = |y: f64| y * x;
    let o = Some(g);
    o.map(|g| g(x)).unwrap()
}
