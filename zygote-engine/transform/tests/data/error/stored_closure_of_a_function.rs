fn f(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    let ode = Ode { rhs: |u: f64| apply(&g, u), dt: 0.5 };
    ode.step(x)
}
