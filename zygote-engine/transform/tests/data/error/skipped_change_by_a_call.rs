fn f(x: &[f64], n: &mut f64) -> f64 {
    x.iter().map(|x| self::tick(n, x)).skip(1).sum()
}
