//! Option pricing: Heston's model, by paths of a seeded generator.

use crate::check::check;
use chainrules::prelude::*;
use random::Pcg;
use zygote_engine::prelude::*;

pub mod random {
    #[derive(Debug, Clone)]
    pub struct Pcg {
        state: u64,
        spare: Option<f64>,
    }

    impl Pcg {
        pub fn from_seed(seed: u64) -> Pcg {
            Pcg { state: seed ^ 0xDEADBEEFCAFE, spare: None }
        }

        fn uniform(&mut self) -> f64 {
            self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1);
            let x = ((self.state >> 18) ^ self.state) >> 27;
            let rot = (self.state >> 59) as u32;
            ((x as u32).rotate_right(rot) as f64 + 0.5) / 4294967296.0
        }

        pub fn gauss(&mut self) -> f64 {
            if let Some(z) = self.spare.take() {
                return z;
            }
            loop {
                let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
                let s = u * u + v * v;
                if s > 0.0 && s < 1.0 {
                    let k = (-2.0 * s.ln() / s).sqrt();
                    self.spare = Some(v * k);
                    return u * k;
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Heston {
    kappa: f64,
    theta: f64,
    xi: f64,
    rho: f64,
    v0: f64,
}

#[derive(Debug, Clone, Copy, Default, Tangent)]
pub struct Stats {
    n: usize,
    mean: f64,
    m2: f64,
}

#[differentiable]
impl Stats {
    pub fn push(&mut self, x: f64) {
        self.n += 1;
        let delta = x - self.mean;
        self.mean += delta / self.n as f64;
        self.m2 += delta * (x - self.mean);
    }

    pub fn std_error(&self) -> f64 {
        (self.m2 / ((self.n - 1) * self.n) as f64).sqrt()
    }
}

#[differentiable]
impl Heston {
    fn path(&self, steps: usize, dt: f64, #[constant] rng: &mut Pcg) -> Vec<f64> {
        let mut path = Vec::with_capacity(steps + 1);
        let (mut log_s, mut v) = (0.0, self.v0);
        path.push(1.0);
        for _ in 0..steps {
            let z1 = rng.gauss();
            let z2 = self.rho * z1 + (1.0 - self.rho * self.rho).sqrt() * rng.gauss();
            let vp = if v > 0.0 { v } else { 0.0 };
            let root = if vp > 0.0 { (vp * dt).sqrt() } else { 0.0 };
            log_s += -0.5 * vp * dt + root * z1;
            v += self.kappa * (self.theta - vp) * dt + self.xi * root * z2;
            path.push(f64::exp(log_s));
        }
        path
    }
}

#[differentiable]
pub fn asian_call(model: &Heston, strike: f64, paths: usize, seed: u64) -> Stats {
    #[constant]
    let mut rng = Pcg::from_seed(seed);
    let mut stats = Stats::default();
    for _ in 0..paths {
        let path = model.path(6, 0.1, &mut rng);
        let average = path.iter().sum::<f64>() / path.len() as f64;
        stats.push(if average > strike { average - strike } else { 0.0 });
    }
    stats
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let model = Heston {
        kappa: 1.0 + p[0],
        theta: 0.2 * p[1],
        xi: 0.3 * p[2],
        rho: -p[3],
        v0: 0.1 + 0.1 * p[4],
    };
    let stats = asian_call(&model, 0.95, 20, 7);
    stats.mean + 0.1 * stats.std_error()
}

#[test]
fn gradient() {
    check(5, 0.2..0.9, entry, |x| value_and_gradient!(entry, x));
}
