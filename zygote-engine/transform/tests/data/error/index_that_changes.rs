fn f(x: &[Matrix]) -> f64 {
    let mut v = x.to_vec();
    let mut k = 0;
    v[k] += {
        k += 1;
        x[k].clone()
    };
    v[0].trace()
}
