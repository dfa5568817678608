fn vector_methods(x: &[f64]) -> f64 {
    let mut v = Vec::new();
    for i in 0..x.len() {
        v.push(x[i] * x[i]);
    }
    v.swap(0, 1);
    let last = v.pop().unwrap();
    last * v[0] * v.len() as f64
}
