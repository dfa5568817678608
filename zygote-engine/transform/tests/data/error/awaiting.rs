fn f(x: f64) -> f64 {
    let y = future(x).await;
    y
}
