fn f(x: (f64, f64, f64)) -> f64 {
    let (first, .., last) = x;
    first * last
}
