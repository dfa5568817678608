fn f(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let (e, g, h, i, j) = (a * b, b * c, c * d, d * a, a * a);
    let ode = Ode { rhs: |u: f64| a + b + c + d + e + g + h + i + j + u, dt: 0.5 };
    ode.step(a)
}
