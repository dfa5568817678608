fn f(x: &[f64], k: f64) -> f64 {
    let mut sum = 0.0;
    let grows = x
        .iter()
        .map(|a| {
            sum += a;
            sum * k
        })
        .is_sorted();
    if grows { k } else { sum }
}
