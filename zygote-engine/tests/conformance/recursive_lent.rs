//! Functions and methods that call themselves, of structs that hold references.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Ladder<'a> {
    #[constant]
    values: &'a [f64],
    k: f64,
    own: Vec<f64>,
}

#[derive(Clone, Tangent)]
struct Rungs<'a, 'b, T> {
    #[constant]
    values: &'a [f64],
    order: &'b [usize],
    t: T,
    k: f64,
}

#[derive(Clone, Tangent)]
enum Tree<'a> {
    Leaf(f64),
    Named(&'a str, f64),
    Node(Box<Tree<'a>>, Box<Tree<'a>>),
}

#[differentiable]
fn named<'a>(m: &Ladder<'a>, i: usize) -> f64 {
    if i == 0 { m.k } else { named(m, i - 1) * m.values[i] + m.own[0] }
}

#[differentiable]
fn elided(m: &Ladder<'_>, i: usize, x: f64) -> f64 {
    if i == 0 { m.k } else { elided(m, i - 1, x * m.k) * m.values[i] * x }
}

#[differentiable]
fn even(m: &Ladder<'_>, i: usize) -> f64 {
    if i == 0 { m.k } else { odd(m, i - 1) * m.values[i] }
}

#[differentiable]
fn odd(m: &Ladder<'_>, i: usize) -> f64 {
    if i == 0 { m.own[0] } else { even(m, i - 1) * m.k }
}

#[differentiable]
fn halves(v: &[f64], m: &Ladder<'_>) -> f64 {
    if v.len() < 2 {
        return v[0] * m.k;
    }
    let middle = v.len() / 2;
    halves(&v[..middle], m) * halves(&v[middle..], m) + m.values[0]
}

#[differentiable]
impl Ladder<'_> {
    fn read(&self, i: usize) -> f64 {
        if i == 0 { self.k } else { self.read(i - 1) * self.values[i] }
    }

    fn climb(&mut self, i: usize, x: f64) {
        if i > 0 {
            self.k *= self.values[i] * x;
            self.own[0] += self.k;
            self.climb(i - 1, x * x);
            for j in 0..self.values.len() {
                self.k += self.values[j] * x;
            }
        }
    }
}

#[differentiable]
impl<'a, 'b, T: Clone + HasTangent> Rungs<'a, 'b, T> {
    fn sum(&self, i: usize, x: f64) -> f64 {
        match i {
            0 => self.k * x,
            _ => self.sum(i - 1, x * self.k) + self.values[self.order[i]] * x,
        }
    }

    fn grow(&mut self, i: usize) -> f64 {
        if i == 0 {
            return self.k;
        }
        self.k *= self.values[i];
        let before = self.grow(i - 1);
        before * self.k + self.order.len() as f64
    }
}

#[differentiable]
fn value(t: &Tree<'_>, x: f64) -> f64 {
    match t {
        Tree::Leaf(v) => v * x,
        Tree::Named(name, v) => name.len() as f64 * v,
        Tree::Node(a, b) => value(a, x) * value(b, x * x),
    }
}

#[differentiable]
fn scale(t: &mut Tree<'_>, x: f64) {
    match t {
        Tree::Leaf(v) => *v *= x,
        Tree::Named(_, v) => *v += x,
        Tree::Node(a, b) => {
            scale(a, x);
            scale(b, x * x);
        }
    }
}

#[differentiable]
fn of_local_values(x: f64, y: f64) -> f64 {
    let values = [0.5, 1.5, 2.0];
    let m = Ladder { values: &values, k: x, own: vec![y, x] };
    let r = Rungs { values: &values, order: &[0, 1, 2], t: x, k: y };
    let mut s = named(&m, 2) * x + elided(&m, 2, y) + m.read(1) * x;
    s += even(&m, 2) * odd(&m, 2) + r.sum(2, x) + halves(&[x, y, x * y], &m);
    for i in 0..3 {
        s += named(&m, i) * elided(&m, i, x) + m.read(i);
    }
    s * [1.0, x].iter().map(|q| named(&m, 1) * q).sum::<f64>()
}

#[differentiable]
fn of_a_tree(x: f64, y: f64) -> f64 {
    let ends = Tree::Node(Box::new(Tree::Named("ab", y)), Box::new(Tree::Leaf(y)));
    let tree = Tree::Node(Box::new(Tree::Leaf(x)), Box::new(ends));
    value(&tree, y) * x
}

#[differentiable]
fn of_parameters(m: &mut Ladder<'_>, r: &mut Rungs<'_, '_, f64>, t: &mut Tree<'_>, x: f64) -> f64 {
    m.climb(2, x);
    let grown = r.grow(2);
    scale(t, x);
    scale(t, grown * 0.1);
    m.k + m.own[0] * grown + r.k * r.sum(1, x) + value(t, x) * r.t
}

fn parameters() {
    let (values, name) = (vec![0.5, 1.5, 2.0], String::from("abc"));
    let ladder = |k| Ladder { values: &values, k, own: vec![1.0, 2.0] };
    let rungs = |k| Rungs { values: &values, order: &[0, 1, 2], t: 1.0, k };
    let tree = |k| Tree::Node(Box::new(Tree::Leaf(0.5)), Box::new(Tree::Named(&name, k)));
    let f = |k, x| of_parameters(&mut ladder(k), &mut rungs(k), &mut tree(k), x);
    let (dm, dr, dt, dx) =
        gradient!(of_parameters, &mut ladder(0.6), &mut rungs(0.6), &mut tree(0.6), 0.7);
    let Tree::Node(_, end) = dt else { unreachable!("it is a node") };
    let Tree::Named(_, dn) = *end else { unreachable!("it has a name") };
    assert!((dm.k + dr.k + dn - (f(0.6 + 1e-6, 0.7) - f(0.6 - 1e-6, 0.7)) / 2e-6).abs() < 1e-5);
    assert!((dx - (f(0.6, 0.7 + 1e-6) - f(0.6, 0.7 - 1e-6)) / 2e-6).abs() < 1e-5);
}

programs![
    of_local_values("functions that call themselves, of such a struct", 2, |x| of_local_values(
        x[0], x[1]
    )),
    of_a_tree("a tree that holds references", 2, |x| of_a_tree(x[0], x[1])),
    parameters("methods that call themselves, of such parameters", || parameters()),
];
