fn f(part: &Part, x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in part.nodes.clone().rev() {
        s += s * x[i];
    }
    s
}
