fn f(x: f64, y: f64, n: usize) -> f64 {
    let rows = matrix![x, x * y; 1.0, y];
    let part = rows.slice(s![n.., ..]);
    part.sum() * table![1.0, 2.0].sum()
}
