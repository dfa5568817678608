fn f(x: &[f64]) -> f64 {
    let mut seen = 0.0;
    let y = first_above(x.iter().map(|v| {
        seen += 1.0;
        v * 2.0
    }));
    y * seen
}
