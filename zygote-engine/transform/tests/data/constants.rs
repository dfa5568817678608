fn constants(x: f64, #[constant] w: &[f64], n: usize) -> f64 {
    const HALF: f64 = 0.5;
    let scale = w[0] * HALF + n as f64;
    let shifted = x + scale;
    let unused = shifted * 3.0;
    assert!(unused > 0.0, "{unused}");
    shifted * w[1] * HALF
}
