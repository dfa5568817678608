fn call_with_mut(u0: &[f64], dt: f64, steps: usize) -> f64 {
    let mut u = u0.to_vec();
    for _ in 0..steps {
        step(&mut u, dt);
    }
    u[0] * u[1]
}
