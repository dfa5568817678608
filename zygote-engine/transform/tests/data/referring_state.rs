fn f(tokens: &[usize], x: f64) -> f64 {
    let mut p = Parser { tokens, at: 0, x };
    let a = p.sum(x);
    p.x *= a;
    p.x
}
