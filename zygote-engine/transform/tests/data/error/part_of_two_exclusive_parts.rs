fn f(x: &mut [f64]) -> f64 {
    if let Some((a, [b, ..])) = x.split_first_mut() { *a * *b } else { 0.0 }
}
