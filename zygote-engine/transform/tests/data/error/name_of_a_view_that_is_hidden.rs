fn f(m: &Matrix) -> f64 {
    let mut a = m.clone();
    let mut row = a.row_mut(0);
    row.fill(1.0);
    let row = row.sum();
    row * a.sum()
}
