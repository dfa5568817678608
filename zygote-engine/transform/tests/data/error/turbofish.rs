fn f(x: f64) -> f64 {
    x.convert::<f32>() as f64
}
