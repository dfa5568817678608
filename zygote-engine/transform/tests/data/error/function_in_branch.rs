fn f(x: f64, up: bool) -> f64 {
    let g = if up { f64::exp } else { f64::sin };
    g(x)
}
