fn f(x: &[f64], k: f64) -> f64 {
    let mut n = 0.0;
    let scaled = x.iter().map(move |a| {
        n += 1.0;
        a * k * n
    });
    scaled.clone().sum::<f64>() * scaled.product::<f64>()
}
