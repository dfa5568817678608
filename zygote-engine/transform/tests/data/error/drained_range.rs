fn f(mut x: Vec<f64>) -> f64 {
    let taken = taken();
    x.drain(taken).sum()
}
