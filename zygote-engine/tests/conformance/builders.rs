//! Methods that give the changed value itself, one after the other.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Line {
    slope: f64,
    at: Vec<f64>,
}

#[differentiable]
impl Line {
    fn new() -> Self {
        Line { slope: 1.0, at: vec![0.5] }
    }

    fn scaled(mut self, x: f64) -> Self {
        self.slope *= x;
        self
    }

    fn shifted(mut self, x: f64) -> Self {
        self.at.push(x * self.slope);
        self
    }

    fn wider(self, x: f64) -> Self {
        Line { slope: self.slope + x, ..self }
    }

    fn with_both(self, x: f64) -> Self {
        self.scaled(x).shifted(x * x).wider(2.0)
    }

    fn value(&self, x: f64) -> f64 {
        self.at.iter().fold(self.slope, |sum, a| sum * x + a)
    }

    fn sum(self) -> f64 {
        self.slope * self.at.iter().sum::<f64>()
    }
}

#[differentiable]
fn bound(x: &[f64]) -> f64 {
    let mut line = Line::new().scaled(x[0]).shifted(x[1]).wider(x[0]);
    line = line.shifted(x[2]).scaled(x[1]);
    line.value(x[2]) + line.clone().with_both(x[0]).shifted(x[1]).value(x[1])
}

#[differentiable]
fn ended(line: Line, x: f64) -> f64 {
    line.scaled(x).wider(1.0).sum()
}

#[differentiable]
fn as_arguments(x: &[f64]) -> f64 {
    let other = Line::new().shifted(x[2]);
    ended(Line::new().shifted(x[0]).scaled(x[1]), x[2])
        + ended(other.clone().scaled(x[0]), x[1]) * other.wider(x[1]).value(x[0])
}

#[differentiable]
fn returned(x: f64, y: f64) -> Line {
    if x > y {
        return Line::new().shifted(x).scaled(y);
    }
    Line::new().scaled(x).wider(y).shifted(x * y)
}

#[differentiable]
fn of_what_is_returned(x: &[f64]) -> f64 {
    let mut line = returned(x[0], x[1]).with_both(x[2]);
    for y in x {
        line = line.scaled(*y).shifted(1.5);
    }
    line.sum() + returned(x[1], x[0]).scaled(x[2]).value(0.5)
}

#[derive(Clone, Tangent)]
struct Mechanism {
    rates: Vec<f64>,
    used: usize,
}

#[differentiable]
impl Mechanism {
    fn react(&mut self, rate: f64, order: usize) -> &mut Self {
        self.rates.push(rate * order as f64);
        self.used += order;
        self
    }

    fn warm(&mut self, by: f64) -> &mut Self {
        for rate in self.rates.iter_mut() {
            *rate *= by;
        }
        self
    }

    fn total(&self) -> f64 {
        self.rates.iter().map(|r| r * r).sum::<f64>() + self.used as f64
    }

    fn warm_total(&mut self, by: f64) -> f64 {
        self.warm(by).react(by, 1).total()
    }
}

#[differentiable]
fn of_themselves(x: f64, y: f64) -> f64 {
    let mut m = Mechanism { rates: vec![y], used: 0 };
    m.react(x, 2).react(y * m_rate(x), 1).react(1.0, 3);
    let total = m.react(x * y, 1).total();
    if total > 20.0 {
        m.react(y, 1).react(x, 1);
    }
    total * m.warm_total(x)
}

#[differentiable]
fn m_rate(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn constants_first(x: f64) -> f64 {
    let mut m = Mechanism { rates: vec![], used: 0 };
    m.react(2.0, 1).react(3.0, 2);
    m.react(1.0, 1).warm(x);
    let mut holder = (m, x);
    holder.0.warm(x).react(holder.1, 1).warm(0.5);
    holder.0.total()
}

programs![
    of_themselves("`a.react(x).react(y)` of methods `-> &mut Self`", 2, |x| {
        of_themselves(x[0], x[1])
    }),
    constants_first("`a.react(x).react(y)` of methods `-> &mut Self`", 1, |x| {
        constants_first(x[0])
    }),
    bound("`a.scaled(x).shifted(y)` of methods `-> Self`", 3, |x| bound(x)),
    as_arguments("`a.scaled(x).shifted(y)` of methods `-> Self`", 3, |x| as_arguments(x)),
    of_what_is_returned("`a.scaled(x).shifted(y)` of methods `-> Self`", 3, |x| {
        of_what_is_returned(x)
    }),
];
