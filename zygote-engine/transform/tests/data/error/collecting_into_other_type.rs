fn f(x: &[f64]) -> f64 {
    x.iter().map(|a| a * a).collect::<VecDeque<f64>>()[0]
}
