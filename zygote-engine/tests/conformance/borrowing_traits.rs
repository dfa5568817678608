//! Traits and generic functions of structs that hold references.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

const DATA: &[f64] = &[1.0, 1.5, -0.4];

/// Of a module of its own, and not imported by name.
mod losses {
    use super::*;

    #[differentiable]
    pub trait Loss {
        fn loss(&self, x: f64) -> f64;

        fn twice(&self, x: f64) -> f64 {
            2.0 * self.loss(x) + x
        }

        fn both(&self, other: &Self, x: f64) -> f64 {
            if x > 0.0 { self.loss(x) * other.loss(x) } else { other.loss(x) - x }
        }

        fn of(k: f64) -> f64 {
            k * k
        }
    }
}
use losses::Loss as _;

#[derive(Clone, Tangent)]
struct Model<'a> {
    #[constant]
    data: &'a [f64],
    k: f64,
}

#[differentiable]
impl<'a> losses::Loss for Model<'a> {
    fn loss(&self, x: f64) -> f64 {
        if x < -1.0 {
            return self.loss(-x) * 0.5;
        }
        let mut sum = 0.0;
        for d in self.data {
            sum += (x * self.k - d).powi(2);
        }
        sum * self.scale(x)
    }

    fn of(k: f64) -> f64 {
        k.sin()
    }
}

#[differentiable]
impl Model<'_> {
    fn scale(&self, x: f64) -> f64 {
        1.0 + self.k * x
    }

    fn in_methods(&self, x: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..3 {
            total += pair(self, self.clone(), x * i as f64) + self.both(self, x);
        }
        total
    }
}

#[derive(Clone, Tangent)]
struct Plain {
    k: f64,
}

#[differentiable]
impl losses::Loss for Plain {
    fn loss(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

#[differentiable]
trait Step {
    fn step(&mut self, x: f64) -> f64;
    fn total(self) -> f64;
}

#[derive(Clone, Tangent)]
struct Walker<'a> {
    #[constant]
    data: &'a [f64],
    at: usize,
    sum: f64,
}

#[differentiable]
impl Step for Walker<'_> {
    fn step(&mut self, x: f64) -> f64 {
        let d = self.data[self.at];
        self.at += 1;
        self.sum += d * x.sin();
        self.sum * x
    }

    fn total(self) -> f64 {
        self.sum * self.sum
    }
}

#[differentiable]
fn pair<A: losses::Loss, B: losses::Loss>(a: &A, b: B, x: f64) -> f64 {
    if x > 0.0 { a.loss(x) * b.loss(x) } else { a.loss(2.0 * x) + b.twice(x) }
}

#[differentiable]
fn opaque(of: &impl losses::Loss, x: f64) -> f64 {
    of.loss(x) * x
}

#[differentiable]
fn methods(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let model = Model { data, k };
    model.loss(x) + Model::of(k) * Model::loss(&model, x * k)
}

#[differentiable]
fn defaults(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let model = Model { data, k };
    let other = Model { data: &data[1..], k: x };
    let mut total = model.twice(x * x);
    for i in 0..3 {
        total += model.both(&other, x - i as f64 * 0.5);
    }
    total + Model::both(&other, &model, k)
}

#[differentiable]
fn in_generic(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let model = Model { data, k };
    let plain = Plain { k: x };
    let mut total = opaque(&model, x) + opaque(&plain, k);
    for i in 0..2 {
        total += pair(&model, plain.clone(), x);
        if i == 1 {
            total -= pair(&plain, model.clone(), k);
        }
    }
    total + model.in_methods(x) + by_reference(&model, x) + by_value(model, k)
}

#[differentiable]
fn by_reference(model: &Model<'_>, x: f64) -> f64 {
    pair(model, model.clone(), x)
}

#[differentiable]
fn by_value(model: Model<'_>, x: f64) -> f64 {
    let y = pair(&model, model.clone(), x);
    model.k * y
}

#[derive(Clone, Tangent)]
struct Fit<'a> {
    model: Model<'a>,
    w: f64,
}

#[differentiable]
impl Fit<'_> {
    fn weighed(&self, x: f64) -> f64 {
        opaque(&self.model, x) * self.w
    }

    fn of<L: losses::Loss>(&self, other: &L, x: f64) -> f64 {
        self.w * other.loss(x)
    }
}

#[differentiable]
fn sum_of<L: losses::Loss>(all: &[L], x: f64) -> f64 {
    let mut sum = 0.0;
    for of in all {
        sum += of.loss(x);
    }
    sum
}

/// Items and parts as the arguments.
#[differentiable]
fn parts(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let models = [Model { data, k }, Model { data: &data[1..], k: x }];
    let mut total = opaque(&models[0], x) + sum_of(&models, k);
    for model in &models {
        total += opaque(model, x) * k;
    }
    let pair = (Model { data, k }, x);
    total += opaque(&pair.0, pair.1);
    let chosen = Some(Model { data, k });
    total += match &chosen {
        Some(model) => opaque(model, x),
        None => 0.0,
    };
    let fit = Fit { model: Model { data, k }, w: x };
    let mut y = x;
    for _ in 0..2 {
        total += fit.of(&models[1], y);
        y += 0.5 * k;
    }
    total + opaque(&fit.model, k) + fit.weighed(x)
}

#[differentiable]
fn walked(#[constant] data: &[f64], sum: f64, x: f64) -> f64 {
    let mut walker = Walker { data, at: 0, sum };
    let mut total = 0.0;
    for _ in 0..3 {
        total += walker.step(x + total * 0.1);
    }
    total + walker.total()
}

#[differentiable]
fn of_itself(model: &Model<'_>, x: f64) -> f64 {
    model.loss(x) * model.twice(x)
}

/// The cotangent of what is given by reference, and with each argument constant at the call.
fn at_the_call() {
    for (k, x) in [(0.3, 0.5), (1.2, -0.7), (-0.4, -1.3)] {
        let model = Model { data: DATA, k };
        let f = |k: f64, x: f64| of_itself(&Model { data: DATA, k }, x);
        let slope = |f: &dyn Fn(f64) -> f64| (f(1e-5) - f(-1e-5)) / 2e-5;
        let (by_model, by_x) = gradient!(of_itself, &model, x);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * (1.0 + b.abs()), "{a} {b}");
        close(by_model.k, slope(&|h| f(k + h, x)));
        close(by_x, slope(&|h| f(k, x + h)));
        assert_eq!(gradient!(of_itself, constant(&model), x), by_x);
        assert_eq!(gradient!(of_itself, &model, constant(x)).k, by_model.k);
        let (by_model, by_x) = gradient!(Model::loss, &model, x);
        close(by_model.k, slope(&|h| Model { data: DATA, k: k + h }.loss(x)));
        close(by_x, slope(&|h| model.loss(x + h)));
    }
}

programs![
    methods("`impl Trait for Model<'_>`", 2, |x| methods(DATA, x[0], x[1])),
    defaults("its default methods", 2, |x| defaults(DATA, x[0], x[1])),
    in_generic("generic functions of such types", 2, |x| in_generic(DATA, x[0], x[1])),
    parts("parts of lists and structs as their arguments", 2, |x| parts(DATA, x[0], x[1])),
    walked("methods by `&mut self` and `self`", 2, |x| walked(DATA, x[0], x[1])),
    at_the_call("`gradient!` of them", || at_the_call()),
];
