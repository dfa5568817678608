fn linear_store(u0: &[f64], dt: f64, steps: usize) -> f64 {
    let mut u = u0.to_vec();
    for _ in 0..steps {
        for i in 1..u0.len() {
            u[i] += dt * u[i - 1];
        }
    }
    u[0]
}
