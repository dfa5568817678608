fn f(x: f64, y: f64) -> f64 {
    let all: Vec<Box<dyn Fn(f64) -> f64>> = vec![Box::new(move |t| t * x), Box::new(f64::sin)];
    y * all.len() as f64
}
