fn f(all: &[Box<dyn Fn(f64) -> f64>], x: f64) -> f64 {
    all.iter().map(|f| f(x)).sum()
}
