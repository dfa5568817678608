|x: &mut [f64]| x[0], &mut v
