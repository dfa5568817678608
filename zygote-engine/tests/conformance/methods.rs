//! Methods and associated functions.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Oscillator {
    x: f64,
    v: f64,
    stiffness: f64,
}

#[differentiable]
impl Oscillator {
    const MASS: f64 = 2.0;

    fn new(x: f64, stiffness: f64) -> Self {
        Self { x, v: 0.0, stiffness }
    }

    fn energy(&self) -> f64 {
        0.5 * Self::MASS * self.v * self.v + 0.5 * self.stiffness * self.x * self.x
    }

    fn force(&self, at: f64) -> f64 {
        -self.stiffness * at * (1.0 + self.x * self.x) - 0.1 * self.v
    }

    fn step(&mut self, dt: f64) {
        let a = self.force(self.x) / Self::MASS;
        self.v += dt * a;
        self.x += dt * self.v;
    }

    fn run(&mut self, dt: f64, steps: usize) {
        for _ in 0..steps {
            self.step(dt);
        }
    }

    fn damped(self, by: f64) -> Self {
        Oscillator { v: self.v * by, ..self }
    }

    fn stiffer(mut self, by: f64) -> Self {
        self.stiffness *= by;
        self
    }

    fn into_position(self) -> f64 {
        self.x * self.v * self.stiffness
    }

    fn distance(&self, other: &Self) -> f64 {
        let d = self.x - other.x;
        d * d * self.stiffness + self.v * other.v * other.stiffness
    }

    fn pushed(&mut self, by: f64) -> f64 {
        let before = self.v;
        self.v += by * self.x;
        self.v * before
    }
}

fn oscillator(x: &[f64]) -> Oscillator {
    Oscillator { x: x[0], v: x[1], stiffness: x[2] }
}

#[differentiable]
fn simulated(x: f64, stiffness: f64, dt: f64) -> f64 {
    let mut o = Oscillator::new(x, stiffness);
    o.run(dt, 4);
    o.energy() + o.x
}

#[differentiable]
fn built(x: f64, k: f64) -> f64 {
    let mut o = Oscillator::new(x, 2.0).stiffer(k).stiffer(1.5);
    o.step(0.1);
    let o = o.damped(k);
    o.energy() * o.clone().into_position()
}

#[differentiable]
fn qualified(o: &Oscillator, p: &Oscillator) -> f64 {
    let mut q = o.clone();
    Oscillator::step(&mut q, 0.25);
    Oscillator::distance(&q, p) * Oscillator::energy(o)
}

#[differentiable]
fn changing_and_giving(o: Oscillator, k: f64) -> f64 {
    let mut o = o;
    let mut s = 0.0;
    for _ in 0..3 {
        s += o.pushed(k);
        s *= o.pushed(0.5);
    }
    s + o.v * o.stiffness
}

#[derive(Clone, Tangent)]
struct Layer {
    weights: Vec<f64>,
    bias: f64,
}

#[derive(Clone, Tangent)]
struct Network {
    layers: Vec<Layer>,
    scale: f64,
}

#[differentiable]
impl Layer {
    fn forward(&self, x: &[f64]) -> f64 {
        let mut s = self.bias;
        for i in 0..x.len() {
            s += self.weights[i] * x[i];
        }
        s.tanh()
    }
}

#[differentiable]
impl Network {
    fn predict(&self, x: &[f64]) -> f64 {
        let mut hidden = Vec::new();
        for i in 0..self.layers.len() - 1 {
            hidden.push(self.layers[i].forward(x));
        }
        self.scale * self.layers[self.layers.len() - 1].forward(&hidden)
    }

    fn loss(&self, x: &[f64], #[constant] target: f64) -> f64 {
        let e = self.predict(x) - target;
        e * e
    }

    fn shrink(&mut self, by: f64) {
        for i in 0..self.layers.len() {
            self.layers[i].bias *= by;
            self.layers[i].weights[0] *= by;
        }
        self.scale *= by;
    }
}

fn network(x: &[f64]) -> Network {
    let layer = |x: &[f64]| Layer { weights: x[..2].to_vec(), bias: x[2] };
    Network { layers: x[..9].chunks(3).map(layer).collect(), scale: x[9] }
}

#[differentiable]
fn regularised(net: &Network, x: &[f64], k: f64) -> f64 {
    let mut small = net.clone();
    small.shrink(k);
    net.loss(x, 0.3) + 0.1 * small.predict(x)
}

#[derive(Clone, Tangent)]
struct Stack<T> {
    items: Vec<T>,
}

#[differentiable]
impl Stack<f64> {
    fn put(&mut self, x: f64) {
        self.items.push(x);
    }

    fn take(&mut self) -> f64 {
        self.items.pop().unwrap()
    }

    fn multiply(&mut self) {
        let a = self.take();
        let b = self.take();
        self.put(a * b);
    }
}

#[differentiable]
fn calculator(x: f64, y: f64) -> f64 {
    let mut stack = Stack { items: Vec::new() };
    stack.put(x);
    stack.put(y);
    stack.put(x + y);
    stack.multiply();
    let top = stack.take();
    stack.put(top.sin());
    stack.multiply();
    stack.take()
}

#[derive(Clone, Tangent)]
struct Polynomial(Vec<f64>);

#[differentiable]
impl Polynomial {
    /// Horner's scheme by recursion.
    fn from(&self, k: usize, x: f64) -> f64 {
        if k + 1 == self.0.len() { self.0[k] } else { self.0[k] + x * self.from(k + 1, x) }
    }

    fn derivative(&self) -> Self {
        let mut d = vec![];
        for k in 1..self.0.len() {
            d.push(k as f64 * self.0[k]);
        }
        Polynomial(d)
    }
}

#[differentiable]
impl Polynomial {
    /// A step of Newton's method.
    fn improve(&self, x: f64) -> f64 {
        x - self.from(0, x) / (2.0 + self.derivative().from(0, x).powi(2))
    }
}

#[differentiable]
fn root(p: &Polynomial, start: f64) -> f64 {
    let mut x = start;
    for _ in 0..3 {
        x = p.improve(x);
    }
    x
}

#[derive(Clone, Copy, Tangent)]
struct Angle(f64);

#[differentiable]
impl Angle {
    fn sine(self) -> f64 {
        self.0.sin()
    }

    fn turned(self, by: f64) -> Self {
        Self(self.0 + by)
    }

    fn of(x: f64, y: f64) -> Self {
        Self(y.atan2(x))
    }
}

#[differentiable]
fn copied_receiver(x: f64, y: f64) -> f64 {
    let a = Angle::of(2.0 + x, y);
    a.sine() * a.turned(x).sine() + a.turned(y).turned(x).0
}

#[differentiable]
fn methods_in_conditions(o: &Oscillator, limit: f64) -> f64 {
    let mut o = o.clone();
    let mut n = 0;
    while o.energy() > limit && n < 5 {
        o.v *= 0.7;
        o.stiffness *= 0.5;
        n += 1;
    }
    o.energy() * limit
}

#[derive(Clone, Tangent)]
struct Cursor {
    #[constant]
    text: Vec<char>,
    #[constant]
    at: usize,
    value: f64,
}

#[differentiable]
impl Cursor {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        if self.peek() == Some(c) {
            self.at += 1;
            true
        } else {
            false
        }
    }

    fn run(&mut self) -> f64 {
        let mut y = self.value;
        if self.eat('+') {
            y += self.value * self.value;
        }
        while self.eat('*') {
            y *= self.value;
        }
        if !self.eat('x') {
            y *= 2.0;
        } else if self.eat('-') {
            y -= self.value * 3.0;
        }
        if self.at > 1 && self.eat('y') { y * y } else { y }
    }
}

#[differentiable]
fn eaten(x: f64) -> f64 {
    let mut all = Cursor { text: "+**x-y".chars().collect(), at: 0, value: x };
    let mut none = Cursor { text: "*".chars().collect(), at: 0, value: x };
    let mut some = Cursor { text: "xy".chars().collect(), at: 0, value: x };
    all.run() * none.run() + some.run()
}

programs![
    energy("`&self`", 3, |x| Oscillator::energy(&oscillator(x))),
    force("`&self`", 4, |x| Oscillator::force(&oscillator(x), x[3])),
    distance("two receivers of a type", 6, |x| Oscillator::distance(
        &oscillator(x),
        &oscillator(&x[3..])
    )),
    simulated("`&mut self`", 3, |x| simulated(x[0], x[1], x[2])),
    built("`self`, `mut self` and `-> Self`", 2, |x| built(x[0], x[1])),
    into_position("`self`, `mut self` and `-> Self`", 3, |x| Oscillator::into_position(
        oscillator(x)
    )),
    qualified("`Type::method(&receiver, ..)`", 6, |x| qualified(
        &oscillator(x),
        &oscillator(&x[3..])
    )),
    changing_and_giving("`&mut self` with a result", 4, |x| changing_and_giving(
        oscillator(x),
        x[3]
    )),
    predict("methods of fields and elements", 12, |x| Network::predict(&network(x), &x[10..])),
    loss("`#[constant]` parameters of methods", 12, |x| Network::loss(&network(x), &x[10..], 0.3)),
    regularised("methods of fields and elements", 13, |x| regularised(
        &network(x),
        &x[10..12],
        x[12]
    )),
    calculator("methods of one instance of a generic type", 2, |x| calculator(x[0], x[1])),
    horner("recursive methods", 4, |x| Polynomial::from(&Polynomial(x[..3].to_vec()), 0, x[3])),
    root("several `impl` blocks", 4, |x| root(&Polynomial(x[..3].to_vec()), x[3])),
    copied_receiver("associated functions", 2, |x| copied_receiver(x[0], x[1])),
    methods_in_conditions(
        "methods in conditions",
        4,
        |x| methods_in_conditions(&oscillator(x), 0.4 + x[3] * x[3]),
        |x| {
            let (value, (o, limit)) =
                value_and_gradient!(methods_in_conditions, &oscillator(x), 0.4 + x[3] * x[3]);
            (value, (o, 2.0 * x[3] * limit))
        }
    ),
    eaten("methods that change `self` in conditions", 1, |x| eaten(x[0])),
];
