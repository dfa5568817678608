fn f(x: &[f64]) -> f64 {
    let mut n = 0;
    *x.iter()
        .max_by(|a, b| {
            n += 1;
            a.total_cmp(b)
        })
        .unwrap()
}
