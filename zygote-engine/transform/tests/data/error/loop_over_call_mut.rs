fn f(x: &mut [f64]) -> f64 {
    for row in x.rows_mut() {
        row[0] = 1.0;
    }
    x[0]
}
