fn f(x: f64, y: f64) -> f64 {
    let ode = Ode { rhs: |u: &mut Vec<f64>| u.push(x), dt: 0.5 };
    ode.step(y)
}
