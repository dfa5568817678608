fn f(m: &mut Matrix, x: f64) -> f64 {
    for v in m.row_mut(0) {
        if *v > x {
            return x;
        }
        *v *= x;
    }
    m.a
}
