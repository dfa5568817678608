fn f(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    match n {
        0 if v.pop().is_some() => x,
        _ => x * x,
    }
}
