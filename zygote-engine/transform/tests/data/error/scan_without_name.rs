fn f(x: &[f64]) -> f64 {
    x.iter().scan(1.0, |&mut s, y| Some(s * *y)).sum()
}
