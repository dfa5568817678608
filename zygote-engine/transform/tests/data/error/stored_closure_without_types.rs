fn f(x: f64, y: f64) -> f64 {
    let ode = Ode { rhs: |u| u * x, dt: 0.5 };
    ode.step(y)
}
