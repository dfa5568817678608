fn sequences(x: f64, y: f64, n: usize) -> [f64; 2] {
    let a = [x, x * y];
    let t = (a[1], [y, 2.0]);
    let v = vec![t.0; n];
    let mut sum = t.1[0];
    for z in &v {
        sum += z * z;
    }
    [sum, a[0]]
}
