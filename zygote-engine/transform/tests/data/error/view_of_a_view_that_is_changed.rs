fn f(a: &mut Matrix, x: f64) {
    let mut row = a.row_mut(0);
    row[0] = x;
    row.reborrow().fill(x);
}
