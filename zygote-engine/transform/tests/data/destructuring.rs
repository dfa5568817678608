fn destructuring(p: (f64, [f64; 2]), x: f64) -> f64 {
    let (a, [b, _]) = p;
    let (c, d) = (a * x, b);
    let (mut e, mut f) = pair(c, d);
    e *= f;
    (e, f) = (f, e);
    e - f
}
