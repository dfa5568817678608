//! Trait objects as arguments: `#[differentiable(dyn)]`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(dyn)]
trait Potential {
    fn energy(&self, x: f64) -> f64;
    fn shift(&mut self, by: f64);

    fn twice(&self, x: f64) -> f64 {
        2.0 * self.energy(x) * x
    }

    fn over(&self, xs: &[f64]) -> f64 {
        xs.iter().map(|x| self.energy(*x) * x).sum()
    }
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

#[derive(Clone, Tangent)]
struct Well {
    depth: f64,
    width: Vec<f64>,
}

#[differentiable(dyn)]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }

    fn shift(&mut self, by: f64) {
        self.stiffness *= by;
    }
}

#[differentiable(dyn)]
impl Potential for Well {
    fn energy(&self, x: f64) -> f64 {
        self.depth * (x * self.width[0]).sin()
    }

    fn shift(&mut self, by: f64) {
        self.width[0] += by;
        self.depth *= self.width[0];
    }

    fn twice(&self, x: f64) -> f64 {
        self.energy(x) + x
    }
}

#[differentiable]
fn one(p: &dyn Potential, x: f64) -> f64 {
    p.energy(x) * p.twice(x)
}

#[differentiable]
fn boxed(p: Box<dyn Potential>, x: f64) -> f64 {
    p.energy(x * x) + x
}

#[differentiable]
fn total(all: &[Box<dyn Potential>], x: f64) -> f64 {
    let mut s = 0.5;
    for p in all {
        s = s * x + p.energy(x);
    }
    s + all.iter().map(|p| p.twice(x)).sum::<f64>()
}

#[differentiable]
fn shifted(all: &[Box<dyn Potential>], x: &[f64]) -> f64 {
    let mut mine = all.to_vec();
    for (p, by) in mine.iter_mut().zip(x) {
        p.shift(*by);
        p.shift(0.5);
    }
    mine[0].over(x) * one(&*mine[1], x[0]) + total(all, x[1])
}

#[derive(Clone, Tangent)]
struct World {
    parts: Vec<Box<dyn Potential>>,
    main: Box<dyn Potential>,
    scale: f64,
}

#[differentiable]
impl World {
    fn energy(&self, x: f64) -> f64 {
        self.scale * self.main.energy(x) + total(&self.parts, x)
    }

    fn stiffen(&mut self, by: f64) {
        self.main.shift(by);
        self.parts[0].shift(by * self.scale);
    }
}

#[differentiable]
fn in_structs(w: &World, x: f64) -> f64 {
    let mut w = w.clone();
    w.stiffen(x);
    std::mem::swap(&mut w.main, &mut w.parts[1]);
    w.energy(x) * w.scale
}

fn spring(x: &[f64]) -> Box<dyn Potential> {
    Box::new(Spring { stiffness: x[0] })
}

fn well(x: &[f64]) -> Box<dyn Potential> {
    Box::new(Well { depth: x[0], width: vec![x[1]] })
}

fn both(x: &[f64]) -> Vec<Box<dyn Potential>> {
    vec![spring(x), well(&x[1..])]
}

#[derive(Clone, Tangent)]
struct Disc {
    r: f64,
}

#[differentiable(dyn)]
trait Measured {
    fn radius(&self) -> f64;

    fn measure(&self) -> f64 {
        self.radius() * self.radius()
    }
}

#[differentiable(dyn)]
impl Measured for Disc {
    fn radius(&self) -> f64 {
        self.r
    }
}

impl Disc {
    fn measure(&self) -> f64 {
        -self.r
    }
}

#[differentiable]
fn methods_of_one_name(x: f64, y: f64) -> f64 {
    let disc = Disc { r: x };
    let measured: &dyn Measured = &disc;
    let mut t = y;
    if measured.measure() > 0.5 {
        t *= 3.0;
    }
    t * measured.measure() + disc.r
}

programs![
    one_spring("`&dyn Trait` parameters", 2, |x| one(&*spring(x), x[1])),
    one_well("`&dyn Trait` parameters", 3, |x| one(&*well(x), x[2])),
    boxed_spring("`Box<dyn Trait>` parameters", 2, |x| boxed(spring(x), x[1])),
    boxed_well("`Box<dyn Trait>` parameters", 3, |x| boxed(well(x), x[2])),
    total("sequences of `Box<dyn Trait>`", 4, |x| total(&both(x), x[3])),
    shifted("trait objects that are changed", 5, |x| shifted(&both(x), &x[3..])),
    in_structs("trait objects in structs", 7, |x| in_structs(
        &World { parts: both(x), main: well(&x[3..]), scale: x[5] },
        x[6]
    )),
    methods_of_one_name("`let s: &dyn Trait = &value`", 2, |x| methods_of_one_name(x[0], x[1])),
];
