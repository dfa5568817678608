fn f(a: &mut Matrix, x: f64) {
    let mut row = a.row_mut(0);
    row[0] = x;
    let mut reshaped = row.into_shape((2, 1)).unwrap();
    reshaped[1] = x;
}
