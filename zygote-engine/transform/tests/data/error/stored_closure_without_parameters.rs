fn f(x: f64, y: f64) -> f64 {
    let source = Source { give: || x * x };
    source.at(y)
}
