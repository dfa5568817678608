fn f(x: (f64, f64)) -> f64 {
    let p @ (a, _) = x;
    a * p.1
}
