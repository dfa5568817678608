fn parameter_by_mut(u: &mut [f64], a: f64) -> f64 {
    u[0] *= a;
    u[1] = u[0] * u[1];
    u[1]
}
