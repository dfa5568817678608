//! `cloned()` of items and parts that are no numbers.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Body {
    mass: f64,
    path: Vec<f64>,
}

#[derive(Clone, Tangent)]
struct World {
    bodies: Vec<Body>,
}

#[differentiable]
impl World {
    fn heaviest(&self) -> Option<Body> {
        self.bodies.iter().max_by(|a, b| a.mass.partial_cmp(&b.mass).unwrap()).cloned()
    }
}

#[differentiable]
fn bodies(x: &[f64]) -> Vec<Body> {
    let far = Body { mass: x[2], path: vec![x[3], x[0] * x[2]] };
    vec![Body { mass: x[0], path: vec![x[1]] }, far]
}

#[differentiable]
fn heaviest(x: &[f64]) -> f64 {
    let world = World { bodies: bodies(x) };
    let found = world.heaviest().unwrap();
    found.mass * found.path[0] + world.bodies[1].path[1]
}

#[differentiable]
fn backwards<T: Clone>(all: &[T]) -> Vec<T> {
    all.iter().rev().cloned().collect()
}

#[differentiable]
fn of_any_type(x: &[f64]) -> f64 {
    let (numbers, bodies) = (backwards(x), backwards(&bodies(x)));
    numbers[0] * numbers[1] + numbers[3] * bodies[0].path[1] * bodies[1].path[0]
}

#[differentiable]
fn some_of_them(x: &[f64]) -> f64 {
    let (bodies, more) = (bodies(x), vec![Body { mass: x[1], path: vec![x[1] * x[2]] }]);
    let positive: f64 =
        bodies.iter().filter(|b| b.mass > 0.0).cloned().map(|b| b.mass * b.path[0]).sum();
    let all: Vec<Body> = bodies.iter().skip(1).cloned().chain(more.iter().cloned()).collect();
    let mut sum = positive + x[1];
    for mut b in all.iter().filter(|b| b.mass > -0.5).cloned() {
        b.mass *= b.path[0];
        b.path.push(x[3]);
        sum += b.mass * b.path[1];
    }
    sum + all[0].mass * all[1].path[0]
}

#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let rows = vec![vec![x[0], x[1]], vec![x[2], x[3]]];
    let turned: Vec<Vec<f64>> = rows.iter().rev().cloned().collect();
    let flat: Vec<f64> = rows.iter().rev().flat_map(|r| r.iter().rev().cloned()).collect();
    let pairs: f64 =
        x.iter().rev().cloned().zip(x.iter().skip(1).cloned()).map(|(a, b)| a * b).sum();
    turned[0][1] * flat[3] * pairs
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Token {
    Number(f64),
    Sign(char),
    Name(String),
}

#[derive(Clone, Tangent)]
struct Parser {
    tokens: Vec<Token>,
    position: usize,
}

#[differentiable]
impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.position).cloned()
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token
    }

    fn value(&mut self) -> f64 {
        let (mut value, mut sign) = (1.0, '+');
        while let Some(token) = self.next() {
            match token {
                Token::Sign(';') => break,
                Token::Number(v) if sign == '+' => value += v,
                Token::Number(v) => value *= v,
                Token::Sign(s) => sign = s,
                Token::Name(n) => value += n.len() as f64,
            }
        }
        if self.peek().is_none() { value * value } else { value }
    }
}

#[differentiable]
fn tokens(x: &[f64]) -> f64 {
    let mut parser = Parser {
        tokens: vec![
            Token::Number(x[0]),
            Token::Sign('*'),
            Token::Number(x[1]),
            Token::Name(String::from("ab")),
            Token::Sign('+'),
            Token::Number(x[2] * x[3]),
        ],
        position: 0,
    };
    let all = parser.value();
    parser.tokens.insert(2, Token::Sign(';'));
    parser.position = 0;
    let first = parser.value();
    all + first * parser.value()
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let bodies = bodies(x);
    let first = bodies.first().cloned().unwrap();
    let last = bodies.last().cloned().unwrap_or(Body { mass: 0.0, path: vec![1.0] });
    let none = bodies.get(7).cloned().unwrap_or_else(|| Body { mass: x[1], path: vec![x[0]] });
    let mut second = bodies.iter().nth(1).cloned().unwrap();
    second.mass *= 2.0;
    let found = bodies.iter().find(|b| b.mass > 0.0).cloned();
    let light = bodies.iter().rev().min_by(|a, b| a.mass.total_cmp(&b.mass)).cloned();
    let mut optional = if x[2] > -0.5 { Some(first.clone()) } else { None };
    if let Some(b) = optional.as_mut() {
        b.mass *= x[2];
    }
    let changed = optional.as_ref().cloned().map_or(0.0, |b| b.mass * b.path[0]);
    first.mass * last.path[1] + none.mass * none.path[0] * second.mass * second.path[0] + changed
        - found.map_or(x[1], |b| b.mass * b.path[0]) * light.unwrap().path[0]
}

#[differentiable]
fn entries(x: &[f64]) -> f64 {
    let mut map: BTreeMap<usize, Body> = BTreeMap::new();
    for (i, body) in bodies(x).iter().enumerate() {
        map.insert(2 * i + 1, body.clone());
    }
    let one = map.get(&1).cloned().unwrap();
    let all: Vec<Body> = map.values().cloned().collect();
    let heavy: Vec<Body> = map.values().filter(|b| b.mass > -10.0).cloned().collect();
    let keys: Vec<usize> = map.keys().cloned().collect();
    one.mass * all[1].path[0] * keys[1] as f64 + heavy[0].path[0] * heavy[1].path[1]
}

programs![
    heaviest("`max_by(..).cloned()` of structs", 4, |x| heaviest(x)),
    of_any_type(
        "`rev`, `filter`, `skip` .. then `cloned()` of items that are not `Copy`",
        4,
        |x| { of_any_type(x) }
    ),
    some_of_them(
        "`rev`, `filter`, `skip` .. then `cloned()` of items that are not `Copy`",
        4,
        |x| { some_of_them(x) }
    ),
    rows("`rev`, `filter`, `skip` .. then `cloned()` of items that are not `Copy`", 4, |x| rows(x)),
    tokens("`get(i).cloned()`, `first().cloned()` .. of parts that are not `Copy`", 4, |x| tokens(
        x
    )),
    parts("`get(i).cloned()`, `first().cloned()` .. of parts that are not `Copy`", 4, |x| parts(x)),
    entries("`get(&key).cloned()`, `values().cloned()` of parts that are not `Copy`", 4, |x| {
        entries(x)
    }),
];
