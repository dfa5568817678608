fn f(m: &Matrix) -> f64 {
    let mut a = m.clone();
    let mut row = a.row_mut(0);
    row[0] = 1.0;
    if row[1] > 0.0 {
        return row.sum();
    }
    row[1] = 2.0;
    a.sum()
}
