//! Errors of one's own, without a tangent: they carry no derivative.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Negative,
    Small(String),
    Unknown(usize),
    Arity { got: usize },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "failed: {self:?}")
    }
}

impl std::error::Error for Failure {}

#[differentiable]
fn root(a: f64) -> Result<f64, Failure> {
    if a < 0.0 {
        Err(Failure::Negative)
    } else if a < 0.5 {
        Err(Failure::Small(String::from("small")))
    } else {
        Ok(a.sqrt())
    }
}

#[derive(Clone, Tangent)]
enum Formula {
    Number(f64),
    Variable(usize),
    Negative(Box<Formula>),
    Call(String, Vec<Formula>),
}

#[differentiable]
impl Formula {
    fn value(&self, of: &[f64]) -> Result<f64, Failure> {
        Ok(match self {
            Formula::Number(v) => *v,
            Formula::Variable(i) => *of.get(*i).ok_or(Failure::Unknown(*i))?,
            Formula::Negative(e) => -e.value(of)?,
            Formula::Call(name, arguments) => {
                if arguments.len() != 1 {
                    return Err(Failure::Arity { got: arguments.len() });
                }
                if name != "sin" {
                    return Err(Failure::Small(name.clone()));
                }
                arguments[0].value(of)?.sin()
            }
        })
    }
}

#[differentiable]
fn formulas(x: &[f64]) -> f64 {
    let sine = |of: Formula| Formula::Call(String::from("sin"), vec![of]);
    let negative = sine(Formula::Negative(Box::new(Formula::Variable(1))));
    let empty = Formula::Call(String::from("sin"), vec![]);
    let missing = Formula::Negative(Box::new(Formula::Variable(7)));
    let other = Formula::Call(String::from("cos"), vec![Formula::Number(x[0])]);
    let number = Formula::Number(x[2] * x[0]);
    let known = Formula::Negative(Box::new(number.clone()));
    let mut sum = negative.value(x).unwrap_or(0.0) * number.value(x).unwrap_or(2.0);
    for formula in [empty, missing, other, known].iter() {
        sum += match formula.value(x) {
            Ok(v) => v,
            Err(Failure::Arity { got }) => x[0] * (got + 1) as f64,
            Err(Failure::Unknown(i)) => x[1] * i as f64,
            Err(e) => x[2] * e.to_string().len() as f64,
        };
    }
    sum
}

#[derive(Clone, Debug, PartialEq)]
enum Mistake {
    NoName(String),
    End(usize),
}

#[derive(Clone, Tangent)]
struct Names {
    names: Vec<String>,
    values: BTreeMap<String, f64>,
}

#[differentiable]
impl Names {
    fn next(&mut self) -> Result<f64, Mistake> {
        match self.names.pop() {
            Some(name) => match self.values.get(&name) {
                Some(v) => Ok(v * v),
                None => Err(Mistake::NoName(name)),
            },
            None => Err(Mistake::End(self.values.len())),
        }
    }
}

#[differentiable]
fn names(x: &[f64]) -> f64 {
    let mut values = BTreeMap::new();
    values.insert(String::from("a"), x[1]);
    let mut all = Names { names: vec![String::from("b"), String::from("a")], values };
    let first = all.next().unwrap_or(0.0);
    first * x[0] + all.next().unwrap_or(x[2]) + all.next().unwrap_or(x[0])
}

#[derive(Clone, Tangent)]
enum Transfer {
    Deposit(u32, f64),
    Close(u32),
}

#[derive(Clone, Debug, PartialEq)]
enum Refusal {
    NoAccount(u32),
}

#[derive(Clone, Tangent)]
struct Bank {
    accounts: BTreeMap<u32, f64>,
}

#[differentiable]
impl Bank {
    fn apply(&mut self, transfer: &Transfer) -> Result<f64, Refusal> {
        match transfer {
            Transfer::Deposit(id, amount) => {
                let balance = self.accounts.get_mut(id).ok_or(Refusal::NoAccount(*id))?;
                *balance += amount;
                Ok(*balance)
            }
            Transfer::Close(id) => {
                let balance = self.accounts.remove(id).ok_or(Refusal::NoAccount(*id))?;
                Ok(balance * balance)
            }
        }
    }
}

#[differentiable]
fn transfers(x: &[f64]) -> f64 {
    let mut bank = Bank { accounts: BTreeMap::new() };
    bank.accounts.insert(1, x[0]);
    let all = vec![
        Transfer::Deposit(1, x[1]),
        Transfer::Deposit(2, x[2]),
        Transfer::Close(1),
        Transfer::Close(1),
    ];
    let mut sum = 0.0;
    for transfer in &all {
        sum += bank.apply(transfer).unwrap_or(x[2]);
    }
    sum
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Row {
    values: Vec<f64>,
    number: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Bad {
    value: f64,
    row: usize,
}

impl Bad {
    fn new(value: f64, row: usize) -> Self {
        Self { value, row }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Value(Bad),
    Row(usize),
    Lengths(usize, String),
}

impl From<Bad> for Wrong {
    fn from(bad: Bad) -> Self {
        Wrong::Value(bad)
    }
}

#[differentiable]
fn first(row: &Row) -> Result<f64, Bad> {
    if row.number > 3 {
        Ok(row.values[0])
    } else {
        Err(Bad::new(constant(row.values[1]), row.number))
    }
}

#[differentiable]
fn checked(row: &Row) -> Result<f64, Wrong> {
    let y = first(row)?;
    if row.number == 5 {
        let wrong = if row.values.len() > 3 {
            Wrong::Row(row.number)
        } else {
            Wrong::Lengths(row.values.len(), row.number.to_string())
        };
        return Err(wrong);
    }
    Ok(y * y)
}

#[differentiable]
fn dot(row: &Row, with: &[f64]) -> Result<f64, (usize, usize)> {
    let lengths = (row.values.len(), with.len());
    if lengths.0 != lengths.1 {
        return Err(lengths);
    }
    Ok(row.values.iter().zip(with).map(|(a, b)| a * b).sum())
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let mut sum = x[1];
    for number in 2..7 {
        let mut row = Row { values: x.to_vec(), number };
        if number == 6 {
            row.number = 5;
            row.values.extend([1.0; 3]);
        }
        sum += checked(&row).unwrap_or(x[1]) * number as f64;
        sum += match checked(&row) {
            Ok(v) => v,
            Err(Wrong::Lengths(n, text)) => x[0] * n as f64 * text.len() as f64,
            Err(Wrong::Row(n)) => x[1] * n as f64,
            Err(_) => 0.0,
        };
        sum += dot(&row, x).unwrap_or(0.0) + dot(&row, &x[1..]).unwrap_or(x[0] * 3.0);
    }
    sum
}

#[differentiable]
fn as_text(a: f64) -> Result<f64, String> {
    let y = root(a).map_err(|e| e.to_string())?;
    Ok(y * a)
}

#[differentiable]
fn parsed(s: &str, k: f64) -> Result<f64, String> {
    let y: f64 = s.parse::<f64>().map_err(|_| String::from("no number"))?;
    Ok(y * k)
}

#[derive(Clone, Debug, PartialEq)]
enum Outer {
    Inner(Failure),
    Other,
}

fn outer(e: Failure) -> Outer {
    if e == Failure::Negative { Outer::Other } else { Outer::Inner(e) }
}

#[differentiable]
fn converted(a: f64) -> Result<f64, Outer> {
    let z = root(a + 0.25).map_err(outer)?;
    let y = root(a).map_err(Outer::Inner)?;
    Ok(y * z)
}

#[differentiable]
fn mapped_errors(x: &[f64]) -> f64 {
    let text = match as_text(x[0]) {
        Ok(v) => v * x[1],
        Err(e) => x[1] * e.len() as f64,
    };
    let sum = converted(x[0]).unwrap_or(x[1]) + parsed("2.5", x[0]).unwrap_or(0.0);
    let again =
        converted(x[1]).or_else(|e| if e == Outer::Other { Ok(x[0] * 3.0) } else { Err(e) });
    text * sum + again.unwrap_or(x[0]) + parsed("zz", x[1]).unwrap_or(x[1])
}

#[differentiable]
fn other_values(x: &[f64]) -> f64 {
    let scale = x[1] * 2.0;
    let a = root(x[0]).unwrap_or_else(|e| if e == Failure::Negative { 0.5 } else { x[1] });
    let b = root(x[1]).map(|v| v * scale).unwrap_or_else(|e| {
        let n = e.to_string().len();
        n as f64 * scale
    });
    let c = root(x[0]).map_or_else(|e| x[1] * e.to_string().len() as f64, |v| v * x[1]);
    let all = x.iter().map(|v| root(*v)).collect::<Result<Vec<f64>, Failure>>();
    let all = all.map_err(|e| e.to_string().len()).map_or(x[0] * x[1], |v| v[0] * v[1]);
    a * b + c + all
}

#[derive(Clone, Tangent)]
struct Samples {
    ys: Vec<f64>,
}

#[differentiable]
impl Samples {
    fn at(&self, i: usize) -> Option<f64> {
        if i < self.ys.len() { Some(self.ys[i]) } else { None }
    }

    fn get(&self, i: usize) -> Result<f64, Failure> {
        let v = self.at(i).ok_or_else(|| Failure::Small(format!("none at {i}")))?;
        let w = self.at(i + 1).ok_or(Failure::Unknown(i))?;
        Ok(v * w)
    }
}

#[differentiable]
fn absent(x: &[f64]) -> f64 {
    let samples = Samples { ys: x.to_vec() };
    let mut last = 1.0;
    for i in 0..x.len() {
        last *= match samples.get(i) {
            Ok(v) => v,
            Err(_) => x[0],
        };
    }
    let none = samples.get(7).unwrap_or_else(|e| x[1] * e.to_string().len() as f64);
    samples.get(0).unwrap_or(0.0) + last * none
}

#[differentiable]
fn only_panics(x: &[f64]) -> f64 {
    let largest: f64 = x.iter().copied().reduce(f64::max).unwrap_or_else(|| panic!("no numbers"));
    let second = x.get(1).copied().unwrap_or_else(|| {
        panic!("no second one");
    });
    let first = x.first().unwrap_or_else(|| panic!("no first one"));
    let found = x.iter().min_by(|a, b| a.total_cmp(b)).unwrap_or_else(|| unreachable!());
    let kept = root(x[0] * x[0] + 1.0).unwrap_or_else(|e| panic!("it failed: {e}"));
    let mapped = Some(second).map_or_else(|| panic!("none"), |v| v * kept);
    largest * second + first * found * mapped
}

#[differentiable]
fn both(x: &[f64]) -> f64 {
    let mut sum = x.first().zip(x.last()).map_or(0.0, |(a, b)| a * b);
    let last = x[x.len() - 1];
    if let Some((a, b)) = x.first().zip(x.get(2)) {
        sum += a * b * x[1];
    }
    let none = x.iter().next().zip(x.iter().nth(7)).map(|(a, b)| a + b).unwrap_or(last);
    match x.get(1).zip(x.last()) {
        Some((a, b)) => sum * none + a * *b,
        None => sum,
    }
}

programs![
    formulas("errors made of integers, lengths, texts of what varies", 3, |x| formulas(x)),
    names("errors made of integers, lengths, texts of what varies", 3, |x| names(x)),
    transfers("errors made of integers, lengths, texts of what varies", 3, |x| transfers(x)),
    parts("errors made in branches, by functions of a type, handed on by `?`", 2, |x| parts(x)),
    mapped_errors("`map_err`, `or_else` over errors without a tangent", 2, |x| mapped_errors(x)),
    other_values("`unwrap_or_else`, `map_or_else` over errors without a tangent", 2, |x| {
        other_values(x)
    }),
    absent("`ok_or`, `ok_or_else` with errors without a tangent", 2, |x| absent(x)),
    only_panics("`unwrap_or_else(|| panic!(..))`", 2, |x| only_panics(x)),
    both("`zip` of references to parts", 3, |x| both(x)),
    one_of_both("`zip` of references to parts", 1, |x| both(x)),
];

#[test]
fn the_panic_is_the_functions() {
    let panicked = std::panic::catch_unwind(|| gradient!(only_panics, &[][..]));
    let message = panicked.expect_err("it has no numbers").downcast::<&str>().expect("a message");
    assert_eq!(*message, "no numbers");
}
