fn item_that_a_closure_means(x: f64) -> f64 {
    let g = |y: f64| y * K;
    let z = {
        const K: f64 = 3.0;
        g(x) * K
    };
    z * x
}
