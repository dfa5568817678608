fn aliases(x: &[f64], n: usize) -> f64 {
    let mut u = x.to_vec();
    let (head, tail) = (&x[..n], &x[n..]);
    {
        let middle = &mut u[1..=2];
        middle[0] = head[0] * tail[0];
        middle[1] *= middle[0];
    }
    let first = &u[0];
    u[1] * *first + u[2]
}
