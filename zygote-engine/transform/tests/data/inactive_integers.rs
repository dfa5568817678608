fn inactive_integers(x: &[f64], seed: u64) -> f64 {
    let mut state = seed;
    let mut s = 0.0;
    for k in 0..6 {
        state = state * 5 + 1;
        let i = (state >> 3) as usize % x.len();
        s += x[i] * k as f64;
    }
    s
}
