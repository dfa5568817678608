//! `Index` and the like that look at real numbers to find a part: the cotangent has others.
use chainrules::prelude::*;
use std::ops::{Index, IndexMut};
use zygote_engine::differentiable;

#[derive(Clone, Tangent)]
struct Table {
    knots: Vec<f64>,
    values: Vec<f64>,
    step: f64,
}

#[differentiable]
impl Index<f64> for Table {
    type Output = f64;

    fn index(&self, x: f64) -> &f64 {
        let mut k = 0;
        while k + 1 < self.knots.len() && self.knots[k] < x {
            k += 1;
        }
        &self.values[k]
    }
}

#[differentiable]
impl IndexMut<f64> for Table {
    fn index_mut(&mut self, x: f64) -> &mut Self::Output {
        let k = self.knots.partition_point(|knot| *knot < x);
        &mut self.values[k]
    }
}

impl Table {
    fn locate(&self, x: f64) -> usize {
        self.knots.iter().position(|knot| *knot >= x).unwrap_or(0)
    }
}

#[differentiable]
impl Index<f32> for Table {
    type Output = f64;

    fn index(&self, x: f32) -> &f64 {
        &self.values[self.locate(f64::from(x))]
    }
}

#[differentiable]
impl Index<(f64, f64)> for Table {
    type Output = f64;

    fn index(&self, (x, origin): (f64, f64)) -> &f64 {
        &self.values[((x - origin) / self.step) as usize]
    }
}

#[derive(Clone, Tangent)]
struct Ring {
    values: Vec<f64>,
}

#[differentiable]
impl Index<usize> for Ring {
    type Output = f64;

    fn index(&self, k: usize) -> &f64 {
        &self.values[k % self.values.len()]
    }
}

fn main() {}
