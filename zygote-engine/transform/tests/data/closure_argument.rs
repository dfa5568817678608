fn f(a: f64, w: &[f64]) -> f64 {
    let mut total = a;
    each(|x| total += x * w[0], 3);
    total * integrate(|x| x * a, 0.0, w[1])
}
