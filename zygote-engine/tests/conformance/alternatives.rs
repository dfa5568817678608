//! Alternatives inside of patterns, and patterns of what a reference refers to.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
enum Event {
    Move { to: (f64, f64), speed: Option<f64> },
    Pair([f64; 2], Result<f64, usize>),
    Wait(f64, usize),
    Stop,
}

/// Alternatives in fields, tuples, arrays and errors.
#[differentiable]
fn cost(e: &Event) -> f64 {
    match e {
        Event::Move { to: (x, y), speed: Some(s) } if *s > 0.5 => x * y / s,
        Event::Move { to: (d, 0.0) | (0.0, d), .. } => d * d,
        Event::Move { to: (x, _), .. } => 2.0 * x,
        Event::Pair([x, 1.0] | [1.0, x], Ok(y)) => x * y,
        Event::Pair([x, _], Err(0 | 3) | Ok(_)) => x * x,
        Event::Pair([_, x], _) => -x,
        Event::Wait(t, 0) | Event::Wait(t, 2) => *t,
        Event::Wait(..) | Event::Stop => 0.5,
    }
}

#[differentiable]
fn costs(x: f64, y: f64) -> f64 {
    let events = [
        Event::Move { to: (x, y), speed: Some(y) },
        Event::Move { to: (0.0, x), speed: Some(0.25) },
        Event::Move { to: (y, 0.0), speed: None },
        Event::Pair([x, 1.0], Ok(y)),
        Event::Pair([1.0, y], Ok(x)),
        Event::Pair([x, y], Ok(y)),
        Event::Pair([y, x], Err(3)),
        Event::Pair([y, x], Err(4)),
        Event::Wait(x, 0),
        Event::Wait(y, 2),
        Event::Wait(y, 1),
        Event::Stop,
    ];
    let mut s = 0.0;
    for (k, e) in events.iter().enumerate() {
        s += cost(e) * (k + 1) as f64;
    }
    s
}

#[derive(Clone, Tangent)]
enum Kind {
    Sized(f64, usize),
    Plain(f64),
    Empty,
}

#[derive(Clone, Tangent)]
struct Part {
    kind: Kind,
    k: f64,
}

#[differentiable]
impl Part {
    fn guarded(&self) -> f64 {
        match self {
            Part { kind: Kind::Sized(x, _) | Kind::Plain(x), k } if *x > 0.0 => x * k,
            Part { kind: Kind::Sized(x, 1) | Kind::Plain(x), k } => x - k,
            &Part { kind: Kind::Sized(_, n), k } => k * n as f64,
            Part { kind: Kind::Empty, k } => *k,
        }
    }

    fn change(&mut self) {
        match self {
            Part { kind: Kind::Sized(x, _) | Kind::Plain(x), k } => {
                *x *= *k;
                *k += 1.0;
            }
            Part { k, .. } => *k *= 2.0,
        }
    }

    fn or_factor(&self) -> f64 {
        let Part { kind: Kind::Sized(x, _) | Kind::Plain(x), .. } = self else { return self.k };
        x * 2.0
    }

    fn taken(self) -> f64 {
        if let Part { kind: Kind::Sized(x, 0) | Kind::Plain(x), k } = self { x * k } else { 0.3 }
    }
}

#[differentiable]
fn parts(x: f64, y: f64, z: f64) -> f64 {
    let parts = [
        Part { kind: Kind::Sized(x, 1), k: y },
        Part { kind: Kind::Sized(y, 2), k: z },
        Part { kind: Kind::Sized(z, 0), k: x },
        Part { kind: Kind::Plain(y), k: z },
        Part { kind: Kind::Empty, k: x },
    ];
    let mut s = 1.0;
    for part in &parts {
        let mut part = part.clone();
        s = s * part.guarded() + part.or_factor();
        part.change();
        s += part.guarded() * part.taken();
    }
    s
}

#[differentiable]
fn numbered(x: &[f64]) -> f64 {
    let pairs: Vec<(f64, usize)> = x.iter().enumerate().map(|(k, x)| (*x, k)).collect();
    let mut s = 0.0;
    for pair in &pairs {
        s += match pair {
            &((x, 0) | (x, 1)) => x,
            (x, _) => x * x,
        };
    }
    s
}

#[derive(Clone, Tangent)]
struct Config {
    rate: f64,
    #[constant]
    steps: usize,
    momentum: Option<f64>,
    weights: Vec<f64>,
}

#[derive(Clone, Tangent)]
struct Run {
    all: Vec<Config>,
    first: Config,
}

#[differentiable]
fn descend(config: &Config, start: f64) -> f64 {
    let &Config { rate, steps, ref momentum, ref weights } = config;
    let (mut x, mut v) = (start, 0.0);
    for k in 0..steps {
        v = momentum.unwrap_or(0.5) * v - rate * x * weights[k % 2];
        x += v;
    }
    x
}

#[differentiable]
impl Run {
    fn total(&self) -> f64 {
        let mut s = 1.0;
        for i in 0..self.all.len() {
            let config = &self.all[i];
            let &Config { mut rate, steps, .. } = config;
            for _ in 0..steps {
                rate *= s;
            }
            s += rate + descend(config, rate);
        }
        let first = &self.first;
        let &Config { rate, .. } = first;
        let of = |config: &Config| {
            let &Config { rate, ref weights, .. } = config;
            rate * weights[0]
        };
        s * rate + of(&self.first)
    }
}

#[differentiable]
fn runs(x: &[f64]) -> f64 {
    let config = |rate, momentum| Config { rate, steps: 2, momentum, weights: vec![x[0], x[1]] };
    let all = vec![config(x[1], None), config(x[2], Some(x[0]))];
    let pair = &(x[0], (x[1], x[2]));
    let &(a, (b, ref c)) = pair;
    let known = if x[0] > 0.5 { 1 } else { 3 };
    let &[first, ref second, ..] = &x[..known] else { return x[0] * x[1] * x[2] };
    Run { all, first: config(x[0], None) }.total() + a * b * c + first * second
}

programs![
    alternatives_in_parts("alternatives inside of patterns, `(d, 0.0) | (0.0, d)`", 2, |x| costs(
        x[0], x[1]
    )),
    alternatives_in_fields("alternatives inside of patterns, in fields", 3, |x| parts(
        x[0], x[1], x[2]
    )),
    alternatives_behind_references(
        "alternatives inside of patterns, `&((x, 0) | (x, 1))`",
        3,
        |x| { numbered(x) }
    ),
    values_of_a_reference("`let &Config { rate, ref momentum, .. } = config;`", 3, |x| runs(x)),
];
