fn f(x: &mut [f64]) -> f64 {
    if let Some(parts) = x.split_first_mut() { *parts.0 } else { 0.0 }
}
