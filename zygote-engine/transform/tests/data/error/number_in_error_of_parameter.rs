fn f(x: f64, steps: &[Option<Result<f64, (usize, f64)>>]) -> f64 {
    let mut s = x;
    for step in steps {
        if let Some(Err((n, e))) = step {
            s += e * *n as f64;
        }
    }
    s
}
