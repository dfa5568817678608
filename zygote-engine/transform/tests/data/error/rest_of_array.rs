fn f(x: [f64; 3]) -> f64 {
    let [a, rest @ ..] = x;
    a * rest[0]
}
