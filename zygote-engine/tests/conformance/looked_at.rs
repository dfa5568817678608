//! Patterns that look at what own methods lend: at the part itself where the method says which, and by the name of
//! the type where the method has that of a sequence's.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Piece {
    Number(f64),
    List(Vec<f64>),
    Pair { a: f64, b: f64 },
    End,
}
use Piece::*;

#[derive(Clone, Tangent)]
struct Shelf<'a> {
    all: Vec<Piece>,
    at: usize,
    numbered: BTreeMap<usize, Piece>,
    named: HashMap<String, Piece>,
    slot: Option<Piece>,
    queue: VecDeque<Piece>,
    rows: Vec<Vec<Piece>>,
    #[constant]
    weights: &'a [Piece],
    sum: f64,
}

#[differentiable]
impl<'a> Shelf<'a> {
    fn peek(&self) -> Option<&Piece> {
        self.all.get(self.at)
    }

    fn ahead(&self, k: usize) -> Option<&Piece> {
        self.all.get(self.at + k)
    }

    fn current(&self) -> &Piece {
        &self.all[self.at % self.all.len()]
    }

    fn cell(&self, i: usize, j: usize) -> &Piece {
        &self.rows[i % self.rows.len()][j]
    }

    fn of(&self, k: usize) -> Option<&Piece> {
        self.numbered.get(&k)
    }

    fn called(&self, name: &str) -> Option<&Piece> {
        self.named.get(name)
    }

    fn slot(&self) -> Option<&Piece> {
        self.slot.as_ref()
    }

    fn front(&self) -> Option<&Piece> {
        self.queue.front()
    }

    fn weight(&self) -> Option<&'a Piece> {
        self.weights.get(self.at)
    }

    fn pieces(&mut self, x: f64) {
        loop {
            match self.peek() {
                Some(Number(n)) if *n > 0.3 => {
                    let n = *n;
                    self.sum += n * x;
                    self.at += 1;
                }
                Some(Number(n)) => {
                    self.sum *= n + 2.0;
                    self.at += 1;
                }
                Some(List(v)) => {
                    let product = v[0] * v[self.at % v.len()];
                    self.sum += product;
                    self.at += 1;
                }
                Some(Pair { a, b }) => {
                    self.sum += a * b * x;
                    self.at += 1;
                }
                Some(_) => self.at += 1,
                None => break,
            }
        }
        self.at = 0;
    }

    fn places(&mut self, x: f64) {
        let taken = if let Some(Number(n)) = self.slot() { n * x } else { 0.5 * x };
        self.sum += taken;
        match self.of(self.at + 3) {
            Some(Number(n)) => self.sum += n * n,
            _ => self.sum += x,
        }
        if let Some(Number(n)) = self.called("x") {
            self.sum += n * taken;
        }
        for i in 0..3 {
            match self.cell(i, i % 2) {
                Number(n) => self.sum += n * x,
                List(v) => self.sum *= v[0],
                _ => {}
            }
        }
        while let Some(Number(n)) = self.front() {
            let n = *n;
            self.queue.pop_front();
            self.sum += n * n;
        }
        while let Some(Number(n)) = self.weight() {
            self.at += 1;
            self.sum += n * x;
        }
        self.at = 0;
    }

    fn changed(&mut self, x: f64) -> f64 {
        match self.current() {
            Number(n) => {
                let n = *n;
                self.all[0] = Number(n * self.sum);
                self.sum += n;
            }
            List(v) if v.len() == 2 => self.sum *= v[1],
            _ => self.sum += x,
        }
        match *self.current() {
            Number(n) => self.sum *= n,
            List(ref v) => self.sum += v[0],
            _ => {}
        }
        let unwrapped = match self.peek().unwrap() {
            Number(n) => n * x,
            _ => x,
        };
        let Some(Number(n) | Pair { a: n, .. }) = self.ahead(1) else { return unwrapped };
        n * self.sum
    }
}

/// Shelves that start with each kind of piece, where the slot and the numbered pieces are there or not.
#[differentiable]
fn parts_of_places(a: f64, b: f64, x: f64) -> f64 {
    let weights = [Number(0.5), Number(-1.5), End];
    let mut s = 0.0;
    for which in 0..4 {
        let first = match which {
            0 => Number(a),
            1 => List(vec![a, b]),
            2 => List(vec![b]),
            _ => Pair { a, b: x },
        };
        let second = if which < 2 { Number(a * b) } else { End };
        let mut numbered = BTreeMap::new();
        numbered.insert(which + 2, Number(b * x));
        let mut named = HashMap::new();
        let name = if which == 2 { "x" } else { "y" };
        named.insert(name.to_string(), Number(a * x));
        let mut queue = VecDeque::new();
        queue.push_back(Number(a));
        queue.push_back(Number(b * x));
        queue.push_back(End);
        let mut shelf = Shelf {
            all: vec![first, second, Number(b)],
            at: 0,
            numbered,
            named,
            slot: if which == 0 { Some(Number(a * a)) } else { None },
            queue,
            rows: vec![vec![Number(a), End], vec![End, List(vec![b, a])], vec![End]],
            weights: &weights,
            sum: x,
        };
        shelf.pieces(x);
        shelf.places(x);
        s += shelf.changed(x) + shelf.sum;
    }
    s
}

#[derive(Clone, Tangent)]
struct Row {
    all: Vec<Piece>,
    #[constant]
    shown: bool,
}

#[differentiable]
impl Row {
    fn first(&self) -> Option<&Piece> {
        self.all.first()
    }

    fn last(&self) -> &Piece {
        &self.all[self.all.len() - 1]
    }

    fn get(&self, i: usize) -> Option<&Piece> {
        if self.shown { self.all.get(i) } else { None }
    }

    fn held(&self, x: f64) -> f64 {
        let held = self.get(0);
        let is_there = held.is_some();
        let value = if let Some(Number(n)) = held { n * x } else { x };
        let value = if is_there { value * x } else { value };
        match held {
            Some(&Number(n)) if n > 0.0 => value * n,
            Some(List(v)) => value * v[0],
            _ => value,
        }
    }

    fn value(&self, x: f64) -> f64 {
        let last = match self.last() {
            Number(n) => n * x,
            _ => x,
        };
        match self.get(1) {
            Some(Number(n)) => last * n,
            Some(_) => last * 2.0,
            None => last * last,
        }
    }
}

/// What is lent by the name of the type, beside sequences with methods of the same names.
#[differentiable]
fn names_of_sequences(a: f64, b: f64, x: f64) -> f64 {
    let mut s = 0.0;
    for which in 0..4 {
        let first = if which < 2 { Number(a) } else { List(vec![b, a]) };
        let second = if which == 1 { End } else { Number(a * b) };
        let all = vec![first, second];
        match all.last() {
            Some(Number(n)) => s += n * x,
            _ => s += x,
        }
        let row = Row { all, shown: which != 0 };
        if let Some(List(v)) = Row::first(&row) {
            s += v[0] * v[1];
        }
        match Row::last(&row) {
            Number(n) => s += n * n,
            _ => s += a,
        }
        match row.all.get(1) {
            Some(Number(n)) => s += n * b,
            _ => s += b,
        }
        let held: Option<&Piece> = Row::get(&row, 0);
        match held {
            Some(List(v)) => s += v[0],
            Some(_) => s += a * x,
            None => s *= x,
        }
        s += row.held(x) * row.value(x);
    }
    s
}

#[derive(Clone, Tangent)]
struct Pairs {
    all: Vec<Piece>,
    at: usize,
}

#[differentiable]
impl Pairs {
    fn ahead(&self, k: usize) -> Option<&Piece> {
        self.all.get(self.at + k)
    }

    fn current(&self) -> &Piece {
        &self.all[self.at]
    }

    fn sum(&mut self, x: f64) -> f64 {
        let mut s = x;
        loop {
            match (self.ahead(0), self.ahead(1)) {
                (Some(Number(n)), Some(Number(m))) => s += n * m,
                (Some(Number(n)), Some(End)) | (Some(Pair { a: n, .. }), _) => s *= n + x,
                (Some(List(v)), Some(next)) => {
                    if *next == End {
                        s += v[0];
                    }
                }
                (None, _) => break,
                (Some(_), _) => s += x,
            }
            self.at += 1;
        }
        self.at = 0;
        if let (Some(Number(n)), Number(m)) = (self.ahead(1), self.current()) {
            s += n * m;
        }
        s
    }
}

#[differentiable]
fn tuples(a: f64, b: f64, x: f64) -> f64 {
    let front = vec![Number(a), Number(b), End, List(vec![a]), End];
    let back = vec![List(vec![b]), Number(a * b), Pair { a, b: x }];
    let mut s = Pairs { all: back.clone(), at: 0 }.sum(x);
    s += Pairs { all: [front, back].concat(), at: 0 }.sum(x);
    s
}

const OFFSET: usize = 0;

/// What a method looks at depends on more than its place: by types, names of its module, arguments without use.
#[derive(Clone, Tangent)]
struct Odd {
    all: Vec<Piece>,
    at: usize,
}

#[differentiable]
impl Odd {
    fn scaled(&self, x: f32) -> &Piece {
        &self.all[(x * 3.0) as usize]
    }

    fn after(&self) -> Option<&Piece> {
        self.all.get(self.at + OFFSET)
    }

    fn here(&self, _: usize, _unused: usize) -> &Piece {
        &self.all[self.at]
    }

    fn further(&self, i: usize) -> Option<&Piece> {
        self.all.get(self.at + i)
    }

    fn whole(&self) -> &[Piece] {
        &self.all
    }

    fn sum(&self, x: f64) -> f64 {
        const OFFSET: usize = 3;
        let mut s = self.emptiness(x);
        if let Number(n) = self.scaled(0.333_333_333_3) {
            s += n * x;
        }
        if let Some(Number(n)) = self.after() {
            s += x * n * OFFSET as f64;
        }
        for i in 0..4 {
            match self.further((i as i64 - 1 + 1) as usize + 2 - OFFSET / 3) {
                Some(Number(n)) => s += n * x,
                Some(List(v)) => s += v[0] * x,
                _ => s += x,
            }
        }
        s
    }

    fn emptiness(&self, x: f64) -> f64 {
        match self.whole() {
            [] => x,
            [_, ..] => x * x,
        }
    }

    fn divided(&self, x: f64, j: usize) -> f64 {
        match self.here(0, 10 / j) {
            Number(n) => n * x,
            _ => x,
        }
    }
}

#[differentiable]
fn unlike_places(a: f64, b: f64, x: f64) -> f64 {
    let of = Odd { all: vec![Number(a), Number(b), List(vec![a * b]), Number(x), End], at: 0 };
    let other = Odd { all: vec![End, End, Number(x), End, End], at: 0 }.sum(b);
    let none = Odd { all: vec![], at: 0 }.emptiness(a);
    other + none + of.sum(x) + of.divided(a, 2) + Odd { at: 2, ..of }.divided(b, 1)
}

fn arguments_are_evaluated() {
    let of = Odd { all: vec![Number(1.0)], at: 0 };
    let ended = std::panic::catch_unwind(|| gradient!(Odd::divided, &of, 0.5, constant(0)));
    assert!(ended.is_err(), "10 / 0 panics");
}

programs![
    parts_of_places("patterns on what methods of the block lend", 3, |x| parts_of_places(
        x[0], x[1], x[2]
    )),
    names_of_sequences("on what own `first`, `last`, `get` lend, `Row::first(&row)`", 3, |x| {
        names_of_sequences(x[0], x[1], x[2])
    }),
    tuples("on tuples of that", 3, |x| tuples(x[0], x[1], x[2])),
    unlike_places("on what depends on types, names and arguments", 3, |x| unlike_places(
        x[0], x[1], x[2]
    )),
    arguments_are_evaluated("whose arguments are evaluated", || arguments_are_evaluated()),
];
