fn rolling(x: f64, n: usize) -> f64 {
    let (mut a, mut b) = (x, 1.0);
    for _ in 0..n {
        let next = a * b;
        a = b;
        b = next;
    }
    b
}
