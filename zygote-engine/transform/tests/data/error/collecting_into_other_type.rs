fn f(x: &[f64]) -> f64 {
    x.iter().map(|a| a * a).collect::<LinkedList<f64>>()[0]
}
