fn f(x: f64) -> Result<f64, Box<dyn std::error::Error>> {
    Ok(x)
}
