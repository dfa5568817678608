//! Associated types, also where the trait says nothing of them, and generic types in recursion.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
trait System {
    type State;

    fn initial(&self) -> Self::State;
    fn step(&self, s: &Self::State, dt: f64) -> Self::State;
    fn energy(&self, s: &Self::State) -> f64;

    fn run(&self, n: usize) -> f64 {
        let mut s = self.initial();
        for _ in 0..n {
            s = self.step(&s, 0.1);
        }
        self.energy(&s)
    }
}

#[derive(Clone, Tangent)]
struct Decay {
    rate: f64,
}

#[differentiable]
impl System for Decay {
    type State = f64;

    fn initial(&self) -> f64 {
        1.0
    }

    fn step(&self, s: &Self::State, dt: f64) -> Self::State {
        s - dt * self.rate * s
    }

    fn energy(&self, s: &f64) -> f64 {
        let squared: Self::State = s * s;
        squared
    }
}

#[derive(Clone, Tangent)]
struct Motion {
    x: f64,
    v: f64,
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl System for Spring {
    type State = Motion;

    fn initial(&self) -> Motion {
        Self::State { x: 1.0, v: 0.0 }
    }

    fn step(&self, s: &Motion, dt: f64) -> Motion {
        Motion { x: s.x + dt * s.v, v: s.v - dt * self.stiffness * s.x }
    }

    fn energy(&self, s: &Self::State) -> f64 {
        0.5 * s.v * s.v + s.x
    }
}

#[differentiable]
fn simulated<S: System>(system: &S, n: usize) -> f64 {
    let mut s = system.initial();
    for _ in 0..n {
        s = system.step(&s, 0.1);
    }
    system.energy(&s)
}

#[differentiable]
fn systems(k: f64) -> f64 {
    simulated(&Decay { rate: k }, 3)
        + simulated(&Spring { stiffness: k }, 3)
        + Decay { rate: k }.run(2)
        + Spring { stiffness: k }.run(4)
}

#[differentiable]
trait Field {
    type Point: Clone;
    const SIZE: usize;

    fn slope(&self, s: &Self::Point) -> Self::Point;
    fn axpy(a: f64, x: &Self::Point, y: &Self::Point) -> Self::Point;
}

#[derive(Clone, Tangent)]
struct Lotka {
    growth: f64,
}

#[differentiable]
impl Field for Lotka {
    type Point = [f64; 2];
    const SIZE: usize = 2;

    fn slope(&self, s: &Self::Point) -> Self::Point {
        [self.growth * s[0] - s[0] * s[1], s[0] * s[1] - s[1]]
    }

    fn axpy(a: f64, x: &Self::Point, y: &Self::Point) -> Self::Point {
        let mut out = y.clone();
        for i in 0..Self::SIZE {
            out[i] += a * x[i];
        }
        out
    }
}

#[differentiable]
fn rk4<F: Field>(field: &F, s: &F::Point, h: f64) -> F::Point {
    let k1 = field.slope(s);
    let k2 = field.slope(&F::axpy(h / 2.0, &k1, s));
    let k3 = field.slope(&F::axpy(h / 2.0, &k2, s));
    let k4 = field.slope(&F::axpy(h, &k3, s));
    let mut out = s.clone();
    out = F::axpy(h / 6.0, &k1, &out);
    out = F::axpy(h / 3.0, &k2, &out);
    out = F::axpy(h / 3.0, &k3, &out);
    F::axpy(h / 6.0, &k4, &out)
}

#[differentiable]
fn predators(growth: f64, prey: f64) -> f64 {
    let field = Lotka { growth };
    let mut s = [prey, 1.0];
    for _ in 0..3 {
        s = rk4(&field, &s, 0.1);
    }
    s[0] * s[1]
}

#[differentiable]
trait Stage {
    type Input;
    type Output;
    fn call(&self, x: Self::Input) -> Self::Output;
}

#[derive(Clone, Tangent)]
struct Line(f64);

#[differentiable]
impl Stage for Line {
    type Input = f64;
    type Output = f64;
    fn call(&self, x: Self::Input) -> Self::Output {
        self.0 * x
    }
}

#[derive(Clone, Tangent)]
struct Then<A, B>(A, B);

#[differentiable]
impl<A: Stage, B: Stage<Input = A::Output>> Stage for Then<A, B> {
    type Input = A::Input;
    type Output = B::Output;
    fn call(&self, x: Self::Input) -> Self::Output {
        let y = self.0.call(x);
        self.1.call(y)
    }
}

#[differentiable]
fn applied<S: Stage<Input = f64, Output = f64>>(stage: &S, x: f64) -> f64 {
    stage.call(x) * x
}

#[differentiable]
fn stages(a: f64, b: f64, x: f64) -> f64 {
    applied(&Then(Line(a), Then(Line(b), Line(a * b))), x)
}

#[derive(Clone, Tangent)]
struct Stack<T> {
    items: Vec<T>,
}

#[differentiable]
impl<T: Clone> Stack<T> {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn push(&mut self, item: T) {
        self.items.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    fn top(&self) -> T {
        self.items[self.len() - 1].clone()
    }
}

#[differentiable]
fn stacked(x: f64, y: f64) -> f64 {
    let mut s = Stack { items: vec![x] };
    s.push(x * y);
    s.push(y);
    let last = s.pop().unwrap();
    s.top() * s.len() as f64 + last * s.pop().unwrap()
}

#[derive(Clone, Tangent)]
enum Tree<T> {
    Leaf(T),
    Node(Box<Tree<T>>, Box<Tree<T>>),
}

#[differentiable]
impl<T: Clone> Tree<T> {
    fn depth(&self) -> usize {
        match self {
            Tree::Leaf(_) => 1,
            Tree::Node(a, b) => 1 + a.depth().max(b.depth()),
        }
    }

    fn leaves(&self) -> Vec<T> {
        match self {
            Tree::Leaf(x) => vec![x.clone()],
            Tree::Node(a, b) => {
                let mut all = a.leaves();
                all.extend(b.leaves());
                all
            }
        }
    }

    fn first(&self) -> T {
        self.leaves()[0].clone()
    }

    fn ends(&self) -> [T; 2] {
        let mut all = self.leaves();
        [self.first(), all.pop().unwrap()]
    }
}

#[differentiable]
fn leaves(x: f64, y: f64) -> f64 {
    let pair = Tree::Node(Box::new(Tree::Leaf(x)), Box::new(Tree::Leaf(x * y)));
    let tree = Tree::Node(Box::new(pair), Box::new(Tree::Leaf(y)));
    let [first, last] = tree.ends();
    tree.leaves().iter().product::<f64>() * tree.depth() as f64 + first * last * last
}

#[differentiable]
trait Visitor {
    fn number(&mut self, x: f64);
}

#[derive(Clone, Tangent)]
struct Squares {
    sum: f64,
}

#[differentiable]
impl Visitor for Squares {
    fn number(&mut self, x: f64) {
        self.sum += x * x;
    }
}

#[differentiable]
impl Tree<f64> {
    fn accept<V: Visitor>(&self, visitor: &mut V) {
        match self {
            Tree::Leaf(x) => visitor.number(*x),
            Tree::Node(a, b) => {
                a.accept(visitor);
                b.accept(visitor);
            }
        }
    }
}

#[differentiable]
fn visited(x: f64, y: f64) -> f64 {
    let tree = Tree::Node(Box::new(Tree::Leaf(x * y)), Box::new(Tree::Leaf(y)));
    let mut squares = Squares { sum: 0.0 };
    tree.accept(&mut squares);
    squares.sum
}

#[differentiable]
trait Distribution {
    type Sample;

    fn log_prob(&self, x: &Self::Sample) -> f64;

    fn mean(&self) -> Self::Sample;
}

#[derive(Clone, Tangent)]
struct Gaussian(f64);

#[differentiable]
impl Distribution for Gaussian {
    type Sample = f64;

    fn log_prob(&self, x: &f64) -> f64 {
        -(x - self.0).powi(2)
    }

    fn mean(&self) -> f64 {
        self.0
    }
}

#[derive(Clone, Tangent)]
struct Independent<D>(Vec<D>);

/// The parameter has its bound in a `where`.
#[differentiable]
impl<D> Distribution for Independent<D>
where
    D: Distribution,
{
    type Sample = Vec<D::Sample>;

    fn log_prob(&self, x: &Vec<D::Sample>) -> f64 {
        self.0.iter().zip(x).map(|(d, x)| d.log_prob(x)).sum()
    }

    fn mean(&self) -> Vec<D::Sample> {
        self.0.iter().map(|d| d.mean()).collect()
    }
}

#[differentiable]
fn independent(x: f64, y: f64) -> f64 {
    let d = Independent(vec![Gaussian(x), Gaussian(x * y)]);
    let mean = d.mean();
    d.log_prob(&vec![0.3, y]) * mean[0] * mean[1]
}

programs![
    independent("associated types of a parameter with its bound in a `where`", 2, |x| {
        independent(x[0], x[1])
    }),
    systems("associated types without bounds, `Self::State` in an `impl`", 1, |x| systems(x[0])),
    predators("associated types in generic functions, `S::State`", 2, |x| predators(x[0], x[1])),
    stages("associated types of generic `impl`s", 3, |x| stages(x[0], x[1], x[2])),
    stacked("a generic type with the bound `Clone`, `self.items.len()` in `len`", 2, |x| stacked(
        x[0], x[1]
    )),
    leaves("generic recursive methods", 2, |x| leaves(x[0], x[1])),
    visited("a generic visitor", 2, |x| visited(x[0], x[1])),
];
