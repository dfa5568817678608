fn f(x: &[f64]) -> f64 {
    let mut positive = x.iter().filter(|a| **a > 0.0);
    positive.next().unwrap() * positive.sum::<f64>()
}
