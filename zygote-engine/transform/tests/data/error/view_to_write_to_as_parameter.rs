fn f(mut x: ArrayViewMut1<f64>) -> f64 {
    x[0] *= x[1];
    x[0]
}
