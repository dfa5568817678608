fn f((a, b): &mut (f64, f64)) -> f64 {
    *a
}
