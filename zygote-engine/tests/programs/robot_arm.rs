//! Robotics: the pose of an arm, found by its Jacobian.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

type Point = (f64, f64);

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IkError {
    Unreachable,
    Stuck { iterations: usize },
}

#[derive(Debug, Clone, Tangent)]
pub struct PlanarArm<const N: usize> {
    lengths: [f64; N],
    limits: [(f64, f64); N],
}

#[differentiable]
impl<const N: usize> PlanarArm<N> {
    pub fn new(lengths: [f64; N]) -> Self {
        Self { lengths, limits: [(-2.5, 2.5); N] }
    }

    pub fn reach(&self) -> f64 {
        self.lengths.iter().sum()
    }

    pub fn tip(&self, q: &[f64; N]) -> Point {
        let mut angle = 0.0;
        let (mut x, mut y) = (0.0, 0.0);
        for (l, qi) in self.lengths.iter().zip(q) {
            angle += qi;
            x += l * angle.cos();
            y += l * angle.sin();
        }
        (x, y)
    }

    fn jacobian(&self, q: &[f64; N]) -> [[f64; N]; 2] {
        let cumulative: Vec<f64> = q
            .iter()
            .scan(0.0, |acc, &a| {
                *acc += a;
                Some(*acc)
            })
            .collect();
        let mut jac = [[0.0; N]; 2];
        for j in 0..N {
            for k in j..N {
                jac[0][j] -= self.lengths[k] * cumulative[k].sin();
                jac[1][j] += self.lengths[k] * cumulative[k].cos();
            }
        }
        jac
    }

    pub fn solve(
        &self,
        target: Point,
        mut q: [f64; N],
        max_iter: usize,
    ) -> Result<[f64; N], IkError> {
        if target.0.hypot(target.1) > self.reach() {
            return Err(IkError::Unreachable);
        }
        let lambda: f64 = 0.05;
        for iterations in 0.. {
            let (x, y) = self.tip(&q);
            let (ex, ey) = (target.0 - x, target.1 - y);
            let err = (ex * ex + ey * ey).sqrt();
            if err < 1e-3 {
                break;
            }
            if iterations >= max_iter {
                return if err < 0.5 { Ok(q) } else { Err(IkError::Stuck { iterations }) };
            }
            let jac = self.jacobian(&q);
            // (J J^T + lambda^2) w = e
            let mut a = [[lambda.powi(2), 0.0], [0.0, lambda.powi(2)]];
            for r in 0..2 {
                for c in 0..2 {
                    a[r][c] += jac[r].iter().zip(jac[c].iter()).map(|(p, q)| p * q).sum::<f64>();
                }
            }
            let det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
            let w = [(a[1][1] * ex - a[0][1] * ey) / det, (a[0][0] * ey - a[1][0] * ex) / det];
            for (j, qj) in q.iter_mut().enumerate() {
                let (lo, hi) = self.limits[j];
                *qj = (*qj + jac[0][j] * w[0] + jac[1][j] * w[1]).clamp(lo, hi);
            }
        }
        Ok(q)
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let arm = PlanarArm::new([0.6 + 0.2 * p[0], 0.5 + 0.1 * p[1], 0.4]);
    let q0 = [0.3, 0.4, p[4]];
    let target = (0.5 + 0.5 * p[2], 0.3 + 0.4 * p[3]);
    match arm.solve(target, q0, 3) {
        Ok(q) => {
            let effort: f64 = q.iter().map(|a| a * a).sum();
            let (x, y) = arm.tip(&q);
            effort + x * y
        }
        Err(IkError::Unreachable) => arm.reach() - target.0.hypot(target.1),
        Err(IkError::Stuck { .. }) => q0.iter().sum::<f64>(),
    }
}

#[test]
fn gradient() {
    check(5, 0.2..1.1, entry, |x| value_and_gradient!(entry, x));
}
