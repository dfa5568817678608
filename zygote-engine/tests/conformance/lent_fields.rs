//! Constant fields that are references, read as any other field.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Grid {
    n: usize,
    omega: f64,
    weights: Vec<f64>,
}

#[differentiable]
impl Grid {
    fn scaled(&self, x: f64) -> f64 {
        x * self.omega + self.weights[0]
    }
}

#[derive(Clone, Tangent)]
struct Model<'a> {
    #[constant]
    data: &'a [f64],
    #[constant]
    grid: &'a Grid,
    steps: &'a [usize],
    name: &'a str,
    k: f64,
}

#[differentiable]
fn product(data: &[f64], x: f64) -> f64 {
    data.iter().map(|d| d * x).sum::<f64>() * data[0]
}

#[differentiable]
fn relaxed(grid: &Grid, x: f64) -> f64 {
    grid.omega * x * x
}

#[differentiable]
impl<'a> Model<'a> {
    fn by_index(&self) -> f64 {
        let n = self.data.len();
        (self.data[0] - self.k) * self.data[n - 1] * self.k / n as f64
    }

    fn in_loops(&self) -> f64 {
        let mut s = 0.0;
        for d in self.data {
            s += (d - self.k) * (d - self.k);
        }
        for (i, d) in self.data.iter().enumerate() {
            s += d * self.k * i as f64;
        }
        for i in 0..self.data.len() {
            s += self.data[i] * self.k.sin() * s;
        }
        for i in self.steps {
            s += self.data[*i] * self.k;
        }
        s
    }

    fn in_chains(&self) -> f64 {
        let t: f64 = self.data.iter().sum();
        let most = self.data.iter().copied().fold(f64::MIN, f64::max);
        let differences = self.data.windows(2).map(|w| (w[1] - w[0]) * self.k).sum::<f64>();
        let pairs = self.data.iter().zip(self.data).map(|(a, b)| a * b * self.k).sum::<f64>();
        let tail = self.data[1..].iter().map(|d| (d - self.k).powi(2)).sum::<f64>();
        t * self.k + most * self.k + differences * pairs + tail
    }

    fn by_pattern(&self) -> f64 {
        let Model { data, k, .. } = self;
        let mut s = data[1];
        for d in data.iter() {
            s += d * k;
        }
        s
    }

    fn by_copies(&self) -> f64 {
        let Self { data, grid, k, .. } = *self;
        let Grid { n, omega, .. } = *self.grid;
        let Grid { weights, .. } = &*self.grid;
        data[0] * k * grid.omega + omega * k * n as f64 + weights[1] * k
    }

    fn handed_on(&self) -> f64 {
        let data = self.data;
        let grid = self.grid;
        product(self.data, self.k)
            + product(&self.data[1..], self.k)
            + product(data, self.k) * data[1]
            + relaxed(self.grid, self.k)
            + relaxed(grid, grid.scaled(self.k))
    }

    fn by_methods(&self) -> f64 {
        let mut s = self.k;
        for i in 0..self.grid.n {
            s = s * self.grid.omega + self.grid.weights[i] * self.k;
        }
        s + self.grid.scaled(self.k)
    }

    fn by_optional(&self) -> f64 {
        let first = self.data.first().unwrap();
        let second = self.data.get(1).copied().unwrap_or(0.0);
        if let Some(last) = self.data.last()
            && self.name == "left"
        {
            return last * first * self.k;
        }
        let copied = self.data.to_vec();
        second * copied[0] * self.k
    }

    fn in_closures(&self) -> f64 {
        let term = |i: usize| self.data[i] * self.k;
        (0..self.data.len()).map(|i| term(i) * term(0)).sum()
    }
}

fn grid() -> Grid {
    Grid { n: 2, omega: 0.7, weights: vec![0.4, 0.3] }
}

macro_rules! of_method {
    ($($method:ident)+) => {$(
        #[differentiable]
        fn $method(x: f64, y: f64) -> f64 {
            let grid = Grid { n: 2, omega: 0.7, weights: vec![0.4, 0.3] };
            let data = vec![0.5, 2.0, -1.0];
            let left = Model { data: &data, grid: &grid, steps: &[0, 2], name: "left", k: x * y };
            let right = Model { data: &data[1..], grid: &grid, steps: &[1], name: "right", k: y };
            left.$method() * x + right.$method()
        }
    )+};
}
of_method! {
    by_index in_loops in_chains by_pattern by_copies handed_on by_methods by_optional in_closures
}

#[differentiable]
fn outside(x: f64, y: f64) -> f64 {
    let grid = Grid { n: 2, omega: 0.7, weights: vec![0.4, 0.3] };
    let data = vec![0.5, 2.0, -1.0];
    let m = Model { data: &data, grid: &grid, steps: &[0, 2], name: "", k: x * y };
    let mut s = 0.0;
    for d in m.data {
        s += d * m.k;
    }
    s + m.data[0] * m.k * m.grid.omega
        + m.data.iter().map(|d| d * m.k).sum::<f64>()
        + product(m.data, m.k) * m.grid.scaled(m.k)
}

#[differentiable]
fn of_parameter(m: &Model<'_>, x: f64) -> f64 {
    let mut s = m.data[0] * m.k * x;
    for d in m.data {
        s += d * x;
    }
    s + m.grid.weights[1] * m.grid.scaled(x * m.k)
}

#[differentiable]
fn of_each(all: &[Model<'_>], x: f64) -> f64 {
    let mut s = 0.0;
    for m in all {
        s += m.data[0] * m.k * x;
    }
    for i in 0..all.len() {
        s += all[i].data[1] * all[i].k * all[i].grid.omega;
    }
    s + all.iter().map(|m| of_parameter(m, x)).sum::<f64>()
}

#[derive(Clone, Tangent)]
struct Held<'a> {
    model: Model<'a>,
    list: Vec<Model<'a>>,
    scale: f64,
}

#[differentiable]
impl<'a> Held<'a> {
    fn sum(&self) -> f64 {
        let m = &self.model;
        let mut s = m.data[0] * m.k + self.model.data[1] * self.scale + self.model.by_index();
        for m in &self.list {
            s += m.by_index() * m.data[1];
        }
        for i in 0..self.list.len() {
            s += self.list[i].data[0] * self.list[i].k * self.list[i].grid.weights[0];
        }
        s + self.list.iter().map(|m| m.data.iter().sum::<f64>() * m.k).sum::<f64>()
            + self.list[0].in_loops()
    }
}

#[differentiable]
trait Payoff {
    fn at(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Call {
    strike: f64,
}

#[differentiable]
impl Payoff for Call {
    fn at(&self, x: f64) -> f64 {
        x * x - self.strike
    }
}

#[derive(Clone, Tangent)]
struct Solver<'a, P> {
    #[constant]
    nodes: &'a [f64],
    payoff: P,
    k: f64,
}

#[differentiable]
impl<'a, P: Payoff> Solver<'a, P> {
    fn value(&self) -> f64 {
        let mut s = 0.0;
        for x in self.nodes {
            s += self.payoff.at(x * self.k);
        }
        let nodes = self.nodes;
        s + self.nodes[0] * self.k + nodes[1] * self.payoff.at(nodes[0]) + product(self.nodes, s)
    }
}

#[differentiable]
fn generic(x: f64, y: f64) -> f64 {
    let nodes = [0.5, 1.0, 1.5];
    let solver = Solver { nodes: &nodes, payoff: Call { strike: x }, k: y };
    solver.value() * solver.nodes[2]
}

static KNOTS: [f64; 3] = [0.5, 1.5, 2.0];

#[derive(Clone, Tangent)]
struct Table {
    #[constant]
    knots: &'static [f64],
    k: f64,
}

#[differentiable]
impl Table {
    fn sum(&self) -> f64 {
        self.knots[0] * self.k + self.knots.iter().map(|d| d * self.k * self.k).sum::<f64>()
    }
}

#[differentiable]
fn of_table(t: &Table, x: f64) -> f64 {
    t.sum() * x + t.knots[1] * t.k
}

#[derive(Clone, Tangent)]
struct Filter<'a> {
    #[constant]
    data: &'a [f64],
    k: f64,
}

#[differentiable]
impl Filter<'_> {
    fn step(&mut self, x: f64) {
        for i in 0..self.data.len() {
            self.k += self.data[i] * x * self.k;
        }
        let sum: f64 = self.data.iter().map(|d| d * x).sum();
        self.k += sum * self.data[0];
    }

    fn by_copy(&mut self, x: f64) {
        let data = constant(self.data);
        self.k = self.k * x + data[0] * self.k;
        for d in constant(self.data) {
            self.k += d * x;
        }
    }
}

#[differentiable]
fn filtered(f: &mut Filter<'_>, x: f64) -> f64 {
    f.step(x);
    f.k *= x;
    f.by_copy(x * f.data[1]);
    f.k * f.k + f.data.iter().map(|d| d * f.k).sum::<f64>()
}

fn changed() {
    let data = [0.5, 1.5, -0.25];
    let of = |k, x| filtered(&mut Filter { data: &data, k }, x);
    let (df, dx) = gradient!(filtered, &mut Filter { data: &data, k: 0.8 }, 0.6);
    assert!((df.k - differences(|k| of(k, 0.6), 0.8)).abs() < 1e-6);
    assert!((dx - differences(|x| of(0.8, x), 0.6)).abs() < 1e-6);
}

#[derive(Clone, Tangent)]
struct Chain<'a> {
    #[constant]
    data: &'a [f64],
    order: &'a [usize],
    name: &'a str,
    k: f64,
    pair: [f64; 2],
    once: Option<f64>,
    values: Vec<f64>,
}

/// Loops over such fields, and copies of them beside copies of others.
#[differentiable]
impl<'a> Chain<'a> {
    fn step(&mut self, x: f64) -> f64 {
        for d in self.data {
            self.k = self.k * x + d;
        }
        for i in self.order {
            self.k += self.data[*i] * x;
            self.values[*i] *= x;
        }
        for p in self.pair {
            self.k *= p * x;
            self.pair[0] += x;
        }
        let data = self.data;
        self.k += x * data[0] * data.len() as f64;
        let (pair, once) = (self.pair, self.once);
        self.pair[1] *= x * pair[1];
        if let Some(once) = once {
            self.k *= once;
            self.once = None;
        }
        if x < 0.6 {
            let order = self.order;
            for (i, d) in order.iter().zip(data) {
                self.values[*i] += d * self.k;
            }
        }
        let sum: f64 = data.iter().map(|d| d * self.k).sum();
        let name = self.name;
        self.k *= x * name.len() as f64;
        self.k * x + sum
    }
}

#[differentiable]
fn of_chain(c: &mut Chain<'_>, x: f64) -> f64 {
    let first = c.step(x);
    let second = c.step(x * first * 0.1);
    c.k + first + second + c.values[0] + c.pair[0] * c.pair[1]
}

fn changed_by_loops() {
    let data = vec![1.0, 0.4];
    let chain = |k| Chain {
        data: &data,
        order: &[1, 0],
        name: "abc",
        k,
        pair: [0.5, k],
        once: Some(k),
        values: vec![k, 1.0],
    };
    for x in [0.5, 0.7] {
        let (dc, dx) = gradient!(of_chain, &mut chain(0.5), x);
        let dk = dc.k + dc.pair[1] + dc.once.unwrap() + dc.values[0];
        assert!((dk - differences(|k| of_chain(&mut chain(k), x), 0.5)).abs() < 1e-6);
        assert!((dx - differences(|x| of_chain(&mut chain(0.5), x), x)).abs() < 1e-6);
    }
}

fn differences(f: impl Fn(f64) -> f64, at: f64) -> f64 {
    (f(at + 1e-6) - f(at - 1e-6)) / 2e-6
}

fn parameters() {
    let (grid, data) = (grid(), vec![0.5, 2.0, -1.0]);
    let made = |k| Model { data: &data, grid: &grid, steps: &[0, 2], name: "", k };
    let m = made(0.8);
    let (dm, dx) = gradient!(of_parameter, &m, 1.5);
    assert!((dm.k - differences(|k| of_parameter(&made(k), 1.5), 0.8)).abs() < 1e-6);
    assert!((dx - differences(|x| of_parameter(&m, x), 1.5)).abs() < 1e-6);
    let (dm, dx) = gradient!(of_each, &[made(0.8), made(0.4)], 1.5);
    let of_first = |k| of_each(&[made(k), made(0.4)], 1.5);
    assert!((dm[0].k - differences(of_first, 0.8)).abs() < 1e-6);
    assert!((dx - differences(|x| of_each(&[made(0.8), made(0.4)], x), 1.5)).abs() < 1e-6);
    let held = |k, scale| Held { model: made(k), list: vec![made(0.4), made(0.9)], scale };
    let d = gradient!(Held::sum, &held(0.8, 0.3));
    assert!((d.model.k - differences(|k| held(k, 0.3).sum(), 0.8)).abs() < 1e-6);
    assert!((d.scale - differences(|scale| held(0.8, scale).sum(), 0.3)).abs() < 1e-6);
    // What a constant field refers to stays as it is.
    assert_eq!(d.model.data, data);
    let (dt, dx) = gradient!(of_table, &Table { knots: &KNOTS, k: 0.8 }, 1.5);
    let of = |k| Table { knots: &KNOTS, k };
    assert!((dt.k - differences(|k| of_table(&of(k), 1.5), 0.8)).abs() < 1e-6);
    assert!((dx - differences(|x| of_table(&of(0.8), x), 1.5)).abs() < 1e-6);
}

programs![
    by_index("an element of one, its length", 2, |x| by_index(x[0], x[1])),
    in_loops("loops over one and over its indices", 2, |x| in_loops(x[0], x[1])),
    in_chains("chains over one", 2, |x| in_chains(x[0], x[1])),
    by_pattern("one by a pattern", 2, |x| by_pattern(x[0], x[1])),
    by_copies("copies of such fields by a pattern", 2, |x| by_copies(x[0], x[1])),
    handed_on("one as an argument, and bound to a name", 2, |x| handed_on(x[0], x[1])),
    by_methods("fields and methods of what one refers to", 2, |x| by_methods(x[0], x[1])),
    by_optional("optional elements of one", 2, |x| by_optional(x[0], x[1])),
    in_closures("one in a closure", 2, |x| in_closures(x[0], x[1])),
    outside("one of a local value", 2, |x| outside(x[0], x[1])),
    generic("one of a generic struct", 2, |x| generic(x[0], x[1])),
    parameters("one of a parameter, of several, in a field, `'static`", || parameters()),
    changed("one of a parameter that changes", || changed()),
    changed_by_loops("loops over one, and copies, where the struct changes", || changed_by_loops()),
];
