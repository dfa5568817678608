//! Structs that hold references as values: copies, parts of lists and tuples, parameters that change.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

const DATA: &[f64] = &[1.0, 0.5, -0.4];

#[derive(Clone, Tangent)]
struct Model<'a> {
    #[constant]
    data: &'a [f64],
    k: f64,
    v: Vec<f64>,
}

#[derive(Clone, Tangent)]
struct Fit<'a> {
    model: Model<'a>,
    w: f64,
}

#[differentiable]
impl<'a> Model<'a> {
    fn loss(&self, x: f64) -> f64 {
        let mut sum = 0.0;
        for (d, v) in self.data.iter().zip(&self.v) {
            sum += (x * self.k - d).powi(2) * v;
        }
        sum
    }

    fn step(&mut self, x: f64) {
        self.k *= x;
        self.v[0] += self.k;
    }

    fn copied(&self, x: f64) -> f64 {
        let mut other = self.clone();
        other.k += x;
        other.v[0] *= x;
        let last = self.clone();
        other.loss(x) + self.loss(other.k) * last.k
    }

    fn children(&self, x: f64) -> f64 {
        let mut a = Model { data: self.data, k: self.k * x, v: vec![x] };
        a.k *= x;
        let b = Model { k: self.k * x, ..self.clone() };
        let mut c = Model { k: x, ..self.clone() };
        c.step(x);
        a.loss(x) + b.loss(x) * c.loss(self.k)
    }

    fn changed_itself(mut self, x: f64) -> f64 {
        for d in self.data {
            self.k = self.k * x + d;
            self.v[0] += self.k;
        }
        self.k * x * self.v[0]
    }

    fn bound_again(self, x: f64) -> f64 {
        let mut it = self;
        it.k += x;
        it.k * it.data[1] * it.v[0]
    }

    fn beside(&self, other: &Model<'_>, x: f64) -> f64 {
        self.k * other.k * x
    }
}

#[differentiable]
fn changed(mut model: Model<'_>, x: f64) -> f64 {
    model.k *= x;
    model.v.push(model.k);
    model.k * model.data[0] * model.v[0] * model.v[model.v.len() - 1]
}

#[differentiable]
fn helped(model: &mut Model<'_>, x: f64) -> f64 {
    model.step(x);
    model.k
}

#[differentiable]
fn picked(#[constant] data: &[f64], k: f64) -> Model<'_> {
    if k > 0.2 {
        Model { data, k, v: vec![k] }
    } else {
        Model { data: &data[1..], k: k * k, v: vec![1.0, k] }
    }
}

#[differentiable]
fn copies(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let mut model = Model { data, k, v: vec![k, x, 1.0] };
    let first = model.clone();
    let mut total = first.loss(x);
    for i in 0..3 {
        let mut other = first.clone();
        other.k *= x * i as f64;
        other.v.push(k);
        total += other.loss(total * 0.1);
    }
    model.k *= x;
    let mut then = model.clone();
    model.k *= x;
    then.v[1] = model.k * x;
    total + then.loss(x) * model.loss(k) + first.copied(k) + first.children(x)
}

#[differentiable]
fn parameters(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let mut model = Model { data, k, v: vec![x, k] };
    let total = changed(model.clone(), x) + model.clone().changed_itself(x);
    let other = picked(data, x);
    let y = helped(&mut model, x) + model.beside(&other, x);
    total + y + model.bound_again(k) * changed(other, k)
}

#[differentiable]
fn in_lists(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let a = Model { data, k, v: vec![x] };
    let b = Model { data: &data[1..], k: x, v: vec![k, x] };
    let all = [a.clone(), b.clone(), Model { k: 0.4 * x, ..a.clone() }];
    let list = vec![Model { data, k: x, v: vec![k] }, Model { data: &data[2..], k, v: vec![1.0] }];
    let mut total = 0.0;
    for model in &all {
        total += model.loss(x);
    }
    for i in 0..3 {
        total = total * 0.5 + all[i].loss(k) * list[i % 2].loss(x);
    }
    total + a.loss(x) * b.loss(x)
}

#[differentiable]
fn in_options(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let model = Model { data, k, v: vec![x, k] };
    let own = if x > 0.0 { Some(model.k) } else { None };
    let model = Some(model);
    match &model {
        Some(m) if m.k > 0.5 => m.loss(x) * own.unwrap_or(k),
        Some(m) => m.v[1] * x,
        None => 0.0,
    }
}

#[differentiable]
fn in_tuples(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let mut total = x;
    for i in 0..3 {
        let a = Model { data: &data[i..], k: total, v: vec![x; 2] };
        let both = (a, Model { data, k: k * total, v: vec![total] });
        total = 0.1 * both.0.loss(x) + 0.05 * both.1.loss(total);
    }
    let fit = Fit { model: Model { data, k, v: vec![total] }, w: x };
    fit.model.loss(x) * fit.w
}

/// What they refer to is moved and changed after their last use.
#[differentiable]
fn moved(k: f64, x: f64) -> f64 {
    let mut data = vec![0.5, -1.0];
    let mut total = 0.0;
    for i in 0..3 {
        let mut model = Model { data: &data, k, v: vec![x] };
        model.step(x);
        total += model.k;
        data.push(i as f64);
    }
    let mut model = Model { data: &data, k: total, v: vec![k] };
    model.step(x);
    let k = model.k;
    let other = data;
    k * other[0] * x + other[4]
}

/// What was computed of a list that changed since is computed of the list as it was.
#[differentiable]
fn list_changed(k: f64, x: f64) -> f64 {
    let mut data = vec![0.5, -1.0];
    let mut total = 0.0;
    for i in 0..3 {
        let mut model = Model { data: &data, k: k * (i as f64 + 0.3), v: vec![x; 2] };
        model.step(x);
        total += 0.1 * model.loss(x) + model.k * model.k * model.data[0];
        data[i % 2] += 0.7;
        let same = Model { data: &data, k, v: vec![x, k] };
        let copy = same.clone();
        let y = same.loss(x) * copy.data[1];
        data.push(0.1);
        if i == 1 {
            data.reverse();
        }
        total += 0.1 * y;
    }
    let mut a = Model { data: &data, k, v: vec![x] };
    a.step(x);
    let mut b = a.clone();
    b.step(x);
    let y = a.loss(x) * 0.1 + b.loss(x) * 0.1;
    let squared = a.k * a.k * a.data[0];
    data[0] = 9.0;
    let last = data[0];
    data.clear();
    total + y * y * 0.01 + squared * last
}

#[differentiable]
fn with_the_list(k: f64, x: f64) -> (f64, Vec<f64>) {
    let data = vec![0.5, -1.0];
    let mut model = Model { data: &data, k, v: vec![x] };
    model.step(x);
    (model.loss(x), data)
}

#[differentiable]
fn given_with_the_list(k: f64, x: f64) -> f64 {
    let (a, data) = with_the_list(k, x);
    a * data[1]
}

/// Copies of fields that are references, and loops over them, of a variable that changes.
#[differentiable]
fn fields_copied(#[constant] data: &[f64], k: f64, x: f64) -> f64 {
    let mut model = Model { data, k, v: vec![] };
    let d = model.data;
    let before = model.k;
    model.k *= x;
    for e in model.data {
        model.k = model.k * e + x;
        model.v.push(model.k);
        for i in 0..2 {
            let f = model.data;
            model.k *= f[i].sin();
            let g = model.v[0];
            model.v[0] *= g * f[0];
        }
    }
    if x > 0.0 {
        let v = model.v.clone();
        model.v.push(k);
        model.k += v[0];
    }
    let Some(last) = model.v.pop() else { return 0.0 };
    model.k * last * d[0] * before * d[1]
}

#[differentiable]
fn of_a_constant(data: &[f64], k: f64, x: f64) -> f64 {
    let mut model = Model { data: constant(data), k, v: vec![x; 3] };
    model.step(x);
    model.loss(k) * data[0]
}

programs![
    copies("clones, `..model.clone()`, `data: self.data`", 2, |x| copies(DATA, x[0], x[1])),
    parameters("`mut model: Model<'_>`, `mut self`, `-> Model<'_>`", 2, |x| parameters(
        DATA, x[0], x[1]
    )),
    in_lists("in arrays and lists", 2, |x| in_lists(DATA, x[0], x[1])),
    in_options("in `Some(..)`", 2, |x| in_options(DATA, x[0], x[1])),
    in_tuples("in tuples and other structs", 2, |x| in_tuples(DATA, x[0], x[1])),
    moved("what they refer to, moved or changed after their last use", 2, |x| moved(x[0], x[1])),
    list_changed("what they refer to, changed after values of it", 2, |x| list_changed(x[0], x[1])),
    given_with_the_list("the same in the value of a function", 2, |x| given_with_the_list(
        x[0], x[1]
    )),
    fields_copied("copies of their fields beside changes", 2, |x| fields_copied(DATA, x[0], x[1])),
    of_a_constant(
        "`Model { data: constant(data), .. }`",
        2,
        |x| of_a_constant(DATA, x[0], x[1]),
        |x| value_and_gradient!(of_a_constant, constant(DATA), x[0], x[1])
    ),
];
