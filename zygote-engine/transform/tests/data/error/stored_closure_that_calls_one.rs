fn f(x: f64, y: f64) -> f64 {
    let square = |u: f64| u * u * x;
    let ode = Ode { rhs: |u: f64| square(u) + x, dt: 0.5 };
    ode.step(y)
}
