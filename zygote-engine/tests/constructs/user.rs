//! What a user calls.

use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[test]
fn closures_capture_constants() {
    let k = 3.0;
    let w = vec![1.0, 2.0];
    assert_eq!(gradient!(|x: f64| k * x * x, 2.0), 12.0);
    let (y, slope) = value_and_gradient!(|x: f64| x * w[1] + w[0], 2.0);
    assert_eq!((y, slope), (5.0, 2.0));
    let slope = gradient!(|x: f64| x.powi(2) + x.sin(), 2.0);
    assert!((slope - (4.0 + 2.0_f64.cos())).abs() < 1e-14);
    let (dx, dy) = gradient!(
        |x: &[f64], y: f64| {
            let mut s = 0.0;
            for i in 0..x.len() {
                s += x[i] * y * w[i];
            }
            s
        },
        &[1.0, 2.0],
        3.0
    );
    assert_eq!((dx, dy), (vec![3.0, 6.0], 5.0));
    let (y, back) = pullback!(|x: f64| (x * k, x * x), 2.0);
    assert_eq!(y, (6.0, 4.0));
    assert_eq!(back.clone()((1.0, 0.0)), 3.0);
    assert_eq!(back((0.0, 1.0)), 4.0);
    assert_eq!(w.len(), 2);
}
