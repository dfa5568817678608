fn f(x: f64, up: bool) -> f64 {
    let g = if up { |y: f64| y * y } else { |y: f64| y };
    g(x)
}
