//! Images: bilinear warps and the error of their alignment.

use crate::check::check;
use chainrules::prelude::*;
use std::convert::TryFrom;
use zygote_engine::prelude::*;

#[differentiable]
pub trait Sampler {
    fn at(&self, image: &Raster, x: f64, y: f64) -> Option<f64>;
}

#[derive(Debug, Clone, PartialEq, Tangent)]
pub struct Raster {
    rows: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Nearest;

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Bilinear;

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Bicubic {
    tension: f64,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Affine {
    m: [[f64; 2]; 2],
    t: [f64; 2],
}

#[differentiable]
impl Raster {
    fn pixel(&self, x: i64, y: i64) -> Option<f64> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        self.rows.get(y)?.get(x).copied()
    }

    pub fn size(&self) -> (usize, usize) {
        (self.rows[0].len(), self.rows.len())
    }
}

#[differentiable]
impl Sampler for Nearest {
    fn at(&self, image: &Raster, x: f64, y: f64) -> Option<f64> {
        image.pixel(x.round() as i64, y.round() as i64)
    }
}

#[differentiable]
impl Sampler for Bilinear {
    fn at(&self, image: &Raster, x: f64, y: f64) -> Option<f64> {
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (ix, iy) = (x0 as i64, y0 as i64);
        let top = image.pixel(ix, iy)? * (1.0 - fx) + image.pixel(ix + 1, iy)? * fx;
        let bottom = image.pixel(ix, iy + 1)? * (1.0 - fx) + image.pixel(ix + 1, iy + 1)? * fx;
        Some(top * (1.0 - fy) + bottom * fy)
    }
}

#[differentiable]
impl Sampler for Bicubic {
    fn at(&self, image: &Raster, x: f64, y: f64) -> Option<f64> {
        let weight = |d: f64| {
            let d = d.abs();
            let a = -self.tension;
            if d < 1.0 {
                (a + 2.0) * d.powi(3) - (a + 3.0) * d.powi(2) + 1.0
            } else if d < 2.0 {
                a * d.powi(3) - 5.0 * a * d.powi(2) + 8.0 * a * d - 4.0 * a
            } else {
                0.0
            }
        };
        let (ix, iy) = (x.floor() as i64, y.floor() as i64);
        let mut sum = 0.0;
        for j in -1..=2 {
            for i in -1..=2 {
                let (px, py) = (ix + i, iy + j);
                sum += weight(x - px as f64) * weight(y - py as f64) * image.pixel(px, py)?;
            }
        }
        Some(sum)
    }
}

#[differentiable]
impl Affine {
    pub fn rotation(angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        Affine { m: [[c, -s], [s, c]], t: [0.0; 2] }
    }

    pub fn then_shift(self, dx: f64, dy: f64) -> Self {
        let [tx, ty] = self.t;
        Affine { t: [tx + dx, ty + dy], ..self }
    }

    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [[a, b], [c, d]] = self.m;
        (a * x + b * y + self.t[0], c * x + d * y + self.t[1])
    }

    pub fn inverse(&self) -> Option<Affine> {
        let [[a, b], [c, d]] = self.m;
        let det = a * d - b * c;
        if det.abs() < f64::EPSILON {
            return None;
        }
        let m = [[d / det, -b / det], [-c / det, a / det]];
        let t = [
            -(m[0][0] * self.t[0] + m[0][1] * self.t[1]),
            -(m[1][0] * self.t[0] + m[1][1] * self.t[1]),
        ];
        Some(Affine { m, t })
    }
}

#[differentiable]
pub fn warp<S: Sampler>(image: &Raster, map: &Affine, sampler: &S) -> Raster {
    let (w, h) = image.size();
    let rows = (0..h)
        .map(|y| {
            (0..w)
                .map(|x| {
                    let (sx, sy) = map.apply(x as f64, y as f64);
                    sampler.at(image, sx, sy).unwrap_or(0.25)
                })
                .collect()
        })
        .collect();
    Raster { rows }
}

#[differentiable]
fn ssd(a: &Raster, b: &Raster) -> f64 {
    a.rows
        .iter()
        .zip(&b.rows)
        .map(|(r, s)| r.iter().zip(s).map(|(p, q)| (p - q).powi(2)).sum::<f64>())
        .sum()
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let image = Raster {
        rows: (0..6)
            .map(|y| {
                (0..6).map(|x| (0.7 * x as f64 + p[0]).sin() * (0.5 * y as f64).cos()).collect()
            })
            .collect(),
    };
    let map = Affine::rotation(0.3 * p[1]).then_shift(p[2] + 0.1, p[3]);
    let back = map.inverse().unwrap_or(map);
    let smooth = warp(&warp(&image, &map, &Bilinear), &back, &Bicubic { tension: 0.5 + p[4] });
    let rough = warp(&image, &back, &Nearest);
    ssd(&image, &smooth) + p[5] * ssd(&rough, &smooth)
}

#[test]
fn gradient() {
    check(6, -0.5..0.5, entry, |x| value_and_gradient!(entry, x));
}
