fn f(x: f64) -> f64 {
    let p = <T as Trait>::Point { x };
    p.x
}
