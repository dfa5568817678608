fn f(a: &mut Matrix, x: f64) {
    let mut row = a.row_mut(0);
    row[0] = x;
    let mut pair = (row, 1);
    pair.0[1] = x;
}
