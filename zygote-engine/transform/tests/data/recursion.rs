fn recursion(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let half = recursion(x, n / 2);
    if n % 2 == 0 { half * half } else { half * half * x }
}
