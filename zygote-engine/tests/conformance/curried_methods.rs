//! Methods that give closures.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Model {
    k: f64,
    w: Vec<f64>,
    seen: Vec<f64>,
}

#[differentiable]
impl Model {
    fn new(x: &[f64]) -> Model {
        Model { k: x[0], w: vec![x[1], x[0] * x[1]], seen: vec![] }
    }

    fn rhs(&self) -> impl Fn(f64, f64) -> f64 + '_ {
        move |t, y| self.k * y + t * self.w[0]
    }

    fn boxed<'a>(&'a self, a: f64) -> Box<dyn Fn(f64) -> f64 + 'a> {
        let b = a * self.k;
        Box::new(move |x| self.w.iter().fold(b, |s, w| s * x + w))
    }

    /// What it gives borrows nothing.
    fn owning(&self, i: usize) -> impl Fn(f64) -> f64 + use<> {
        let k = self.k * self.w[i];
        move |x| k * x * x
    }

    fn chosen(&self, i: usize) -> Box<dyn Fn(f64) -> f64 + '_> {
        if i == 0 {
            Box::new(|x| x * self.k)
        } else {
            match i {
                1 => Box::new(f64::sin),
                _ => self.boxed(2.0),
            }
        }
    }

    fn line(k: f64) -> impl Fn(f64) -> f64 {
        move |x| k * x.sin()
    }

    fn into_line(self, c: f64) -> impl Fn(f64) -> f64 {
        move |x| self.k * x * c
    }

    fn then(&self, g: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
        let k = self.k;
        move |x| g(x * k)
    }

    fn handed_on(&self, y: f64) -> f64 {
        let f = self.rhs();
        euler(self.rhs(), y) * euler(&self.rhs(), self.k)
            + euler(f, y)
            + twice(Self::line(self.k), y)
            + twice(self.boxed(y), self.k)
    }

    fn step(&mut self, x: f64) -> f64 {
        let f = self.owning(0);
        self.k = 5.0 * x;
        self.w[0] += f(x);
        self.k *= f(self.w[0]);
        f(x)
    }

    fn remember(&mut self, x: f64) {
        let f = self.owning(1);
        fill(|y| f(y), &mut self.seen, x);
    }
}

#[differentiable]
fn euler(f: impl Fn(f64, f64) -> f64, start: f64) -> f64 {
    let mut y = start;
    for i in 0..3 {
        y += 0.1 * f(i as f64, y);
    }
    y
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(2.0 * x)
}

#[differentiable]
fn fill(f: impl Fn(f64) -> f64, v: &mut Vec<f64>, x: f64) {
    for i in 0..3 {
        v.push(f(x + i as f64));
    }
}

#[differentiable]
fn called(x: &[f64]) -> f64 {
    let m = Model::new(x);
    let (f, g) = (x[0], x[1]);
    let h = m.rhs();
    h(f, g) * h(g, x[2]) * m.boxed(x[0])(x[2])
}

#[differentiable]
fn called_in_a_loop(x: &[f64]) -> f64 {
    let m = Model::new(x);
    let g: Box<dyn Fn(f64) -> f64 + '_> = m.boxed(x[1]);
    let mut s = x[2];
    for i in 0..3 {
        let f = m.chosen(i);
        s += 0.1 * f(s) * f(x[0]) + 0.2 * g(s);
    }
    s
}

#[differentiable]
fn of_what_changes_later(x: &[f64]) -> f64 {
    let mut m = Model::new(x);
    let f = m.owning(0);
    m.k = 5.0;
    let y = f(x[1]);
    m.k *= x[2];
    let r = &mut m;
    let g = r.owning(1);
    r.w[1] = 3.0;
    y * r.k * f(x[0]) + g(x[2]) * m.k
}

#[differentiable]
fn of_items_that_change(x: &[f64]) -> f64 {
    let mut all = vec![Model::new(x), Model::new(&x[1..])];
    let mut s = 0.0;
    for m in all.iter_mut() {
        let f = m.owning(0);
        m.k = 1.0;
        s += f(x[0]) * m.k;
    }
    let mut i = 0;
    while i < 2 {
        let f = all[i].owning({
            i += 1;
            2 - i
        });
        all[0].w[0] *= x[2];
        s += f(x[0]) * f(x[1]) * i as f64;
    }
    s
}

#[differentiable]
fn of_a_changing_self(x: &[f64]) -> f64 {
    let mut m = Model::new(x);
    m.remember(x[2]);
    let s = m.step(x[1]);
    s * m.k * m.w[0] * m.seen[1]
}

#[differentiable]
fn of_the_type(x: &[f64]) -> f64 {
    let f = Model::line(x[0]);
    let m = Model::new(x);
    let g = m.into_line(x[1]);
    f(g(x[2])) + f(x[1]) * g(x[0]) * Model::line(x[2])(x[1])
}

#[differentiable]
fn as_arguments(x: &[f64]) -> f64 {
    let m = Model::new(x);
    let f = m.boxed(x[1]);
    m.handed_on(x[2]) + twice(|y| f(y), x[0]) + twice(f, x[1]) * euler(|t, y| m.rhs()(t, y), x[2])
}

#[differentiable]
fn of_closures(x: &[f64]) -> f64 {
    let (m, k) = (Model::new(x), x[1]);
    let m = &m;
    let f = m.then(|y| y * y * k);
    let g = m.then(f64::sin);
    f(x[2]) * g(x[1]) + twice(g, x[0])
}

#[differentiable]
trait Field {
    fn at(&self, c: f64) -> impl Fn(f64) -> f64;

    fn system(&self) -> Box<dyn Fn(f64, &[f64]) -> Vec<f64> + '_>;

    fn activation(&self) -> fn(f64) -> f64;

    fn size(&self) -> f64;

    fn scaled(&self) -> Box<dyn Fn(f64) -> f64 + '_> {
        let c = self.size();
        Box::new(move |x| x * c)
    }

    fn kind(&self) -> fn(f64) -> f64 {
        if self.size() > 0.5 { f64::sin } else { f64::cos }
    }

    fn both(&self, x: f64) -> f64 {
        let f = self.at(x);
        let g = self.scaled();
        f(x) * g(x)
    }
}

#[differentiable]
impl Field for Model {
    fn at(&self, c: f64) -> impl Fn(f64) -> f64 {
        move |x| x * self.k + c
    }

    fn system(&self) -> Box<dyn Fn(f64, &[f64]) -> Vec<f64> + '_> {
        Box::new(move |t, y| y.iter().zip(&self.w).map(|(y, w)| y * w * self.k + t).collect())
    }

    fn activation(&self) -> fn(f64) -> f64 {
        match self.w.len() {
            2 => f64::tanh,
            _ => panic!("there are two"),
        }
    }

    fn size(&self) -> f64 {
        self.k * self.k
    }
}

#[differentiable]
fn through_a_bound<F: Field>(m: &F, x: f64) -> f64 {
    let f = m.system();
    let y = f(x, &[x, x * x]);
    let g = m.at(x);
    let h = m.activation();
    let k = m.kind();
    y[0] * y[1] + g(x) * h(x) + m.both(x) + m.activation()(y[0]) * k(x)
}

#[differentiable]
fn of_traits(x: &[f64]) -> f64 {
    let m = Model::new(x);
    let f = m.at(x[2]);
    through_a_bound(&m, x[1]) + f(x[0])
}

#[derive(Clone, Tangent)]
struct Polynomial<T> {
    w: Vec<T>,
}

#[differentiable]
impl<T: Real> Polynomial<T> {
    fn value(&self) -> impl Fn(T) -> T + '_ {
        move |x| {
            let mut s = x;
            for w in &self.w {
                s = s * x + *w;
            }
            s
        }
    }

    fn line(k: T) -> impl Fn(T, T) -> T {
        move |x, y| x * k + y
    }

    fn squared(&self, x: T) -> T {
        let f = self.value();
        f(x) * f(x)
    }
}

#[differentiable]
fn of_generic_types(x: &[f64]) -> f64 {
    let p = Polynomial { w: x.to_vec() };
    let f = p.value();
    let g = Polynomial::<f64>::line(x[1]);
    f(x[0]) * g(x[0], x[1]) + p.squared(x[1])
}

programs![
    called("methods that give closures", 3, |x| called(x)),
    called_in_a_loop("methods that give closures", 3, |x| called_in_a_loop(x)),
    of_what_changes_later("methods that give closures, of what changes later", 3, |x| {
        of_what_changes_later(x)
    }),
    of_items_that_change("methods that give closures, of what changes later", 3, |x| {
        of_items_that_change(x)
    }),
    of_a_changing_self("methods that give closures, of what changes later", 3, |x| {
        of_a_changing_self(x)
    }),
    of_the_type("functions of a type that give closures", 3, |x| of_the_type(x)),
    as_arguments("methods that give closures, handed on", 3, |x| as_arguments(x)),
    of_closures("methods that take and give closures", 3, |x| of_closures(x)),
    of_traits("methods of traits that give closures or `fn` pointers", 3, |x| of_traits(x)),
    of_generic_types("methods that give closures, of generic types", 2, |x| of_generic_types(x)),
];
