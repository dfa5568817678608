//! Signals: chains of filters behind a trait with default methods.

use crate::check::check;
use chainrules::prelude::*;
use std::collections::VecDeque;
use zygote_engine::prelude::*;

#[differentiable]
pub trait Filter {
    fn process(&mut self, x: f64) -> f64;

    fn process_all<'a, I>(&mut self, xs: I) -> Vec<f64>
    where
        I: IntoIterator<Item = &'a f64>,
        Self: Sized,
    {
        xs.into_iter().map(|&x| self.process(x)).collect()
    }

    fn reset(&mut self);
}

#[derive(Debug, Clone, Tangent)]
pub struct Fir {
    taps: Vec<f64>,
    delay: VecDeque<f64>,
}

#[derive(Debug, Clone, Copy, Default, Tangent)]
pub struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

#[derive(Debug, Clone, Tangent)]
pub struct Chain<A, B>(A, B);

#[differentiable]
impl Fir {
    pub fn new(taps: Vec<f64>) -> Self {
        let delay = VecDeque::from(vec![0.0; taps.len()]);
        Fir { taps, delay }
    }

    pub fn hamming(n: usize, cutoff: f64) -> Self {
        use std::f64::consts::PI;
        let m = (n - 1) as f64;
        let taps = (0..n)
            .map(|i| {
                let k = i as f64 - m / 2.0;
                let sinc =
                    if k == 0.0 { 2.0 * cutoff } else { (2.0 * PI * cutoff * k).sin() / (PI * k) };
                sinc * (0.54 - 0.46 * (2.0 * PI * i as f64 / m).cos())
            })
            .collect();
        Self::new(taps)
    }
}

#[differentiable]
impl Biquad {
    pub fn low_pass(cutoff: f64, q: f64) -> Self {
        let omega = 2.0 * std::f64::consts::PI * cutoff;
        let (sn, cs) = omega.sin_cos();
        let alpha = sn / (2.0 * q);
        let a0 = 1.0 + alpha;
        let b1 = (1.0 - cs) / a0;
        Biquad {
            b: [b1 / 2.0, b1, b1 / 2.0],
            a: [-2.0 * cs / a0, (1.0 - alpha) / a0],
            ..Biquad::default()
        }
    }
}

#[differentiable]
impl Filter for Fir {
    fn process(&mut self, x: f64) -> f64 {
        self.delay.push_front(x);
        self.delay.pop_back();
        self.taps.iter().zip(&self.delay).map(|(t, d)| t * d).sum()
    }
    fn reset(&mut self) {
        self.delay.iter_mut().for_each(|d| *d = 0.0);
    }
}

#[differentiable]
impl Filter for Biquad {
    fn process(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
    fn reset(&mut self) {
        self.z = [0.0; 2];
    }
}

#[differentiable]
impl<A: Filter, B: Filter> Filter for Chain<A, B> {
    fn process(&mut self, x: f64) -> f64 {
        let y = self.0.process(x);
        self.1.process(y)
    }
    fn reset(&mut self) {
        self.0.reset();
        self.1.reset();
    }
}

#[differentiable]
pub fn rms(xs: &[f64]) -> f64 {
    (xs.iter().map(|x| x.powi(2)).sum::<f64>() / xs.len() as f64).sqrt()
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let signal: Vec<f64> =
        (0..20).map(|n| (0.3 * n as f64).sin() + p[0] * (2.1 * n as f64).cos()).collect();
    let mut chain =
        Chain(Fir::hamming(7, 0.1 + 0.2 * p[1]), Biquad::low_pass(0.05 + 0.1 * p[2], 0.5 + p[3]));
    let first = chain.process_all(&signal);
    chain.reset();
    let mut limited = Vec::new();
    for &x in signal.iter() {
        let y = chain.process(x * p[4]);
        limited.push(y.clamp(-0.3, 0.3));
    }
    rms(&first) + rms(&limited)
}

#[test]
fn gradient() {
    check(5, 0.1..0.8, entry, |x| value_and_gradient!(entry, x));
}
