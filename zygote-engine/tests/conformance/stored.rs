//! Closures that are parts of values.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Ode<F> {
    rhs: F,
    dt: f64,
}

#[differentiable]
impl<F: Fn(f64, f64) -> f64> Ode<F> {
    fn new(rhs: F, dt: f64) -> Self {
        Ode { rhs, dt }
    }

    fn step(&self, t: f64, y: f64) -> f64 {
        y + self.dt * (self.rhs)(t, y)
    }

    fn steps(&self, y: f64, n: usize) -> f64 {
        let rhs = &self.rhs;
        let mut y = y;
        for i in 0..n {
            y = self.step(i as f64 * self.dt, y);
        }
        y + rhs(1.0, y)
    }

    fn is_steep(&self, y: f64) -> bool {
        (self.rhs)(0.0, y).abs() > 1.0
    }

    fn slower(self, by: f64) -> Self {
        Self { dt: self.dt / by, ..self }
    }
}

#[differentiable]
fn in_a_field(a: f64, dt: f64, y: f64) -> f64 {
    let ode = Ode { rhs: |t: f64, y: f64| -a * y * y + t * a, dt };
    ode.steps(y, 3) * ode.step(a, y)
}

/// The types of the parameters are those of the `impl` before.
#[differentiable]
fn given_to_new(p: &[f64]) -> f64 {
    let (a, b) = (p[0], [p[1], 2.0]);
    let ode = Ode::new(move |t, y| (a * t).sin() - b[0] * y * b[1], p[2]);
    ode.slower(1.0 + p[3] * p[3]).steps(p[3], 2)
}

#[differentiable]
fn by_a_name(x: f64, y: f64) -> f64 {
    let rhs = |t, y| t * x + y;
    let ode = Ode::new(rhs, y);
    let copy = ode.clone();
    ode.step(x, y) * copy.step(1.0, x)
}

/// The variable is what it was where the closure was made.
#[differentiable]
fn moved_before_a_change(x: f64, y: f64) -> f64 {
    let mut a = x * y;
    let ode = Ode::new(move |t, u| a * u + t, 0.5);
    a += ode.step(y, x);
    a * ode.step(a, 1.0)
}

#[differentiable]
fn made_in_a_loop(x: &[f64], y: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let weights: Vec<f64> = x.iter().map(|v| v * (i + 1) as f64).collect();
        let ode = Ode { rhs: |t: f64, y: f64| weights[0] * t + weights[1] * y, dt: x[i] };
        sum += ode.steps(y, 2) * weights[i];
    }
    sum
}

/// What is decided by a closure has no derivative, and what is called of constants none to keep.
#[differentiable]
fn deciding(x: f64, y: f64) -> f64 {
    let ode = Ode { rhs: |t: f64, y: f64| x * y + t, dt: 0.5 };
    let constant = Ode { rhs: |t: f64, y: f64| t + y, dt: 2.0 };
    let two = constant.step(0.0, 1.0) - 1.0;
    if ode.is_steep(y) && !constant.is_steep(0.5) { ode.step(two, y) } else { x * y * two }
}

#[derive(Clone, Tangent)]
struct System<R, E> {
    rhs: R,
    event: E,
    state: Vec<f64>,
    t: f64,
}

#[differentiable]
impl<R, E> System<R, E>
where
    R: Fn(f64, &[f64]) -> Vec<f64>,
    E: Fn(&[f64]) -> f64,
{
    fn advance(&mut self, h: f64) {
        let slope = (self.rhs)(self.t, &self.state);
        for i in 0..self.state.len() {
            self.state[i] += h * slope[i];
        }
        self.t += h;
    }

    fn run(&mut self, n: usize, h: f64) -> f64 {
        let mut crossed = 0.0;
        for _ in 0..n {
            let before = (self.event)(&self.state);
            self.advance(h);
            if (self.event)(&self.state) * before < 0.0 {
                crossed += self.t * (self.event)(&self.state);
            }
        }
        crossed + self.state.iter().sum::<f64>()
    }
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
    damping: Vec<f64>,
}

#[differentiable]
impl Spring {
    fn run(&self, start: &[f64], level: f64) -> f64 {
        let mut system = System {
            rhs: |t: f64, y: &[f64]| {
                vec![y[1] + t, -self.stiffness * y[0] - self.damping[1] * y[1] + self.damping[0]]
            },
            event: |y: &[f64]| y[0] - level,
            state: start.to_vec(),
            t: 0.0,
        };
        system.run(4, 0.25)
    }
}

#[differentiable]
fn several_in_a_struct(p: &[f64]) -> f64 {
    let spring = Spring { stiffness: p[0], damping: vec![p[1], p[2] * p[0]] };
    spring.run(&p[2..], 0.75 * p[3])
}

#[differentiable]
fn solved<F: Fn(f64, f64) -> f64>(ode: &Ode<F>, y: f64, n: usize) -> f64 {
    let mut y = y;
    for _ in 0..n {
        y = if ode.is_steep(y) { ode.step(0.5, 0.5 * y) } else { ode.step(y, y) };
    }
    y * (ode.rhs)(y, 1.0)
}

#[differentiable]
fn given_to_a_function(x: f64, y: f64, z: f64) -> f64 {
    let ode = Ode { rhs: |t: f64, u: f64| 1.5 * (x * u).cos() - t * z, dt: y };
    solved(&ode, z, 3) + (ode.rhs)(z, x)
}

/// A function that keeps a closure which it is given.
#[differentiable]
fn kept(f: impl Fn(f64, f64) -> f64, y: f64) -> f64 {
    let ode = Ode::new(f, 0.25);
    ode.steps(y, 2)
}

#[differentiable]
fn halved<F: Fn(f64, f64) -> f64>(rhs: F, dt: f64) -> Ode<F> {
    let half = rhs(0.0, 1.0) * 0.5;
    Ode { rhs, dt: dt * half }
}

#[differentiable]
fn kept_by_functions(x: f64, y: f64) -> f64 {
    halved(|t, u| t * y + u * x, y).step(1.0, x) * kept(|t, u| u * y * t + x, x)
}

#[derive(Clone, Tangent)]
enum Law<F> {
    Linear(f64),
    Own(F),
}

#[differentiable]
impl<F: Fn(f64) -> f64> Law<F> {
    fn at(&self, x: f64) -> f64 {
        match self {
            Law::Linear(k) => k * x,
            Law::Own(f) => f(x) + f(1.0),
        }
    }
}

#[derive(Clone, Tangent)]
struct Pair<F, G> {
    ode: Ode<F>,
    laws: [Law<G>; 2],
}

#[differentiable]
impl<F: Fn(f64, f64) -> f64, G: Fn(f64) -> f64> Pair<F, G> {
    fn both(&self, x: f64) -> f64 {
        let step = |y: f64| self.ode.step(y, x);
        let sum: f64 = [x, 2.0].iter().map(|v| self.ode.step(*v, x)).sum();
        step(sum) + self.laws.iter().map(|law| law.at(x)).sum::<f64>()
    }
}

#[differentiable]
fn in_an_enum(p: &[f64]) -> f64 {
    let ode = Ode { rhs: |t: f64, y: f64| p[0] * t + p[1] * y, dt: p[2] };
    let own = |x: f64| if x > 1.0 { x * p[3] } else { p[2] - x };
    let pair = Pair { ode, laws: [Law::Own(own), Law::Linear(p[3])] };
    pair.both(p[2])
}

/// An iterator of one's own.
#[differentiable]
impl<F: Fn(f64, f64) -> f64> Iterator for Running<F> {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        self.at = self.ode.step(self.at, self.at);
        if self.at > 8.0 { None } else { Some(self.at) }
    }
}

#[derive(Clone, Tangent)]
struct Running<F> {
    ode: Ode<F>,
    at: f64,
}

#[differentiable]
fn an_iterator(x: f64, y: f64) -> f64 {
    let mut running = Running { ode: Ode::new(|t, u| t * x + u * y, 0.5), at: x };
    let (mut sum, mut n) = (0.0, 0);
    while let Some(at) = running.next() {
        sum += at * at;
        n += 1;
        if n > 4 {
            break;
        }
    }
    sum + running.at
}

/// A closure at `gradient!` makes one, too.
fn at_gradient() {
    let k = 3.0;
    let d = gradient!(
        |x: f64| {
            let ode = Ode { rhs: |t: f64, y: f64| t * k * x + y, dt: 0.5 };
            ode.step(1.0, x)
        },
        2.0
    );
    assert_eq!(d, 3.0);
}

/// What it captures is lent by reference, and each call of it adds to the cotangent.
#[differentiable]
fn of_references(x: &[f64], weights: &[f64], k: &f64) -> f64 {
    let ode = Ode {
        rhs: |t: f64, y: f64| x.iter().zip(weights).map(|(x, w)| x * w * y).sum::<f64>() + k * t,
        dt: x[0],
    };
    ode.steps(weights[0], 2)
}

/// Names of parts and of items.
#[differentiable]
fn of_parts(p: &[f64; 4], spring: &Spring, s: &mut f64) -> f64 {
    let mut sum = 0.0;
    for w in &spring.damping {
        let rest = &spring.damping[1..];
        let ode = Ode::new(|t, y| p[1] * t * *w + spring.stiffness * y + rest[0], p[2]);
        sum += ode.step(p[3], p[2]);
        for (i, u) in p.iter().enumerate() {
            let ode = Ode::new(move |t, y| if i > 0 { u * t + y } else { w * u * y }, *u);
            sum += ode.step(*s, w * 0.5);
        }
    }
    *s += sum;
    sum
}

#[differentiable]
fn captures_of_parts(x: &[f64]) -> f64 {
    let mut s = x[0];
    let spring = Spring { stiffness: x[1], damping: vec![x[2], x[3]] };
    of_parts(&[x[0], x[1], x[2], x[3]], &spring, &mut s) * s
}

#[derive(Clone, Tangent)]
struct Hold<F> {
    f: F,
}

#[differentiable]
impl<F> Hold<F> {
    fn at<T: Real>(&self, x: T, y: &[T]) -> T
    where
        F: Fn(T, &[T]) -> T,
    {
        (self.f)(x, y) * x
    }
}

#[differentiable]
fn generic<T: Real>(a: T, y: &[T]) -> T {
    let hold = Hold { f: |x: T, y: &[T]| a * x * y[0] + y[1] };
    hold.at(a * a, y)
}

/// A field that is constant may hold a closure of which nothing varies.
#[derive(Clone, Tangent)]
struct Fixed<F> {
    #[constant]
    rhs: F,
    dt: f64,
}

#[differentiable]
impl<F: Fn(f64) -> f64 + Clone> Fixed<F> {
    fn step(&self, y: f64) -> f64 {
        y + self.dt * (self.rhs)(y)
    }
}

#[differentiable]
fn constant_closure(x: f64, y: f64) -> f64 {
    let fixed = Fixed { rhs: |u: f64| -2.0 * u * u, dt: y };
    fixed.step(x) * fixed.step(y)
}

programs![
    constant_closure("a constant closure in a `#[constant]` field", 2, |x| {
        constant_closure(x[0], x[1])
    }),
    in_a_field("closures in fields", 3, |x| in_a_field(x[0], x[1], x[2])),
    several_in_a_struct("several closures in a struct, `&mut self`, `self` captured", 4, |x| {
        several_in_a_struct(x)
    }),
    of_references("captures of references", 5, |x| of_references(&x[..2], &x[2..4], &x[4])),
    given_to_new("closures that a function keeps, `Ode::new(|t, y| .., dt)`", 4, |x| given_to_new(
        x
    )),
    by_a_name("a named closure in a field", 2, |x| by_a_name(x[0], x[1])),
    moved_before_a_change("`move` closures in fields", 2, |x| moved_before_a_change(x[0], x[1])),
    made_in_a_loop("made in a loop", 3, |x| made_in_a_loop(&x[..2], x[2])),
    deciding("in a condition, without what varies", 2, |x| deciding(x[0], x[1])),
    given_to_a_function("a function of `&Ode<F>`, a call of the field", 3, |x| {
        given_to_a_function(x[0], x[1], x[2])
    }),
    kept_by_functions("functions that keep a closure", 2, |x| kept_by_functions(x[0], x[1])),
    in_an_enum("in an enum, nested", 4, |x| in_an_enum(x)),
    an_iterator("in an iterator of one's own", 2, |x| an_iterator(x[0], x[1])),
    captures_of_parts("captures of parts and items", 4, |x| captures_of_parts(x)),
    generic("generic, the bound at a method", 3, |x| generic(x[0], &x[1..])),
    at_gradient("in a closure at `gradient!`", || at_gradient()),
];
