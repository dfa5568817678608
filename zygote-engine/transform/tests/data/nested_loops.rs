fn nested_loops(m: &[Vec<f64>], v: &[f64], steps: usize) -> f64 {
    let mut u = v.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; u.len()];
        for i in 0..u.len() {
            let mut dot = 0.0;
            for j in 0..u.len() {
                dot += m[i][j] * u[j];
            }
            next[i] = dot * dot;
        }
        u = next;
    }
    u[0]
}
