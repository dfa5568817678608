//! The comparison with central finite differences.

/// Numbers in -1.5..1.5 that are the same in each run.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Draw(0x2545_f491_4f6c_dd1d ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn real(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 * 3.0 - 1.5
    }
}

/// Checks the gradient of a function of `n` numbers at 40 random points, and that it varies with
/// one of them.
pub fn check(n: usize, f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> Vec<f64>) {
    assert!(moves(n, f, gradient), "the function depends on none of its numbers");
}

/// The same of a function that is constant between its jumps.
pub fn check_constant(n: usize, f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> Vec<f64>) {
    assert!(!moves(n, f, gradient), "the function is not constant");
}

/// Whether the function varies with one of its numbers, after the comparison of the gradient.
fn moves(n: usize, f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> Vec<f64>) -> bool {
    let mut draw = Draw::new(n as u64);
    let (mut decided, mut moved) = (0, false);
    for case in 0..40 {
        let x: Vec<f64> = (0..n).map(|_| draw.real()).collect();
        let got = gradient(&x);
        assert_eq!(got.len(), n, "one cotangent for each number");
        for i in 0..n {
            let at = |d: f64| {
                let mut x = x.clone();
                x[i] += d;
                f(&x)
            };
            let h = 1e-5;
            let fine = (at(h) - at(-h)) / (2.0 * h);
            let coarse = (at(2.0 * h) - at(-2.0 * h)) / (4.0 * h);
            let scale = fine.abs().max(f(&x).abs()).max(1.0);
            // At a jump or a kink the differences decide nothing.
            if (fine - coarse).abs() > 1e-5 * scale {
                continue;
            }
            decided += 1;
            moved |= fine.abs() > 1e-3;
            assert!(
                (got[i] - fine).abs() <= 1e-5 * scale,
                "case {case}, d/dx{i}: {} but differences give {fine} at {x:?}",
                got[i]
            );
        }
    }
    assert!(decided * 10 >= 40 * n * 9, "differences decide only {decided} of {}", 40 * n);
    moved
}
