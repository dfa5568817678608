fn f(a: &mut Matrix, b: &mut Matrix, x: f64) {
    let mut row = a.row_mut(0);
    let mut other = b.row_mut(0);
    std::mem::swap(&mut row, &mut other);
    row[0] = x;
    other.fill(x);
}
