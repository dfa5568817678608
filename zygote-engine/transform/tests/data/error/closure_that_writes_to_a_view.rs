fn f(m: &Matrix, x: f64) -> f64 {
    let mut a = m.clone();
    let mut row = a.row_mut(0);
    let mut set = |k: usize| row[k] = x;
    set(0);
    a.sum()
}
