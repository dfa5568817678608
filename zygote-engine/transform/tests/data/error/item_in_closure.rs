fn item_in_closure(x: f64) -> f64 {
    let g = |y: f64| {
        const K: f64 = 3.0;
        y * K
    };
    g(x) * K
}
