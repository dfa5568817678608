//! Recursive descent: parsers that compute, and patterns that look through what `peek` lends.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::HashMap;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Debug, Tangent)]
enum Token {
    Number(f64),
    X,
    Plus,
    Minus,
    Star,
    Slash,
    Open,
    Close,
}
use Token::*;

/// `a * x + (-x - b) * x / 4`
fn tokens(a: f64, b: f64) -> Vec<Token> {
    let [a, b, c] = [a, b, 4.0].map(Number);
    vec![a, Star, X, Plus, Open, Minus, X, Minus, b, Close, Star, X, Slash, c]
}

#[derive(Clone, Tangent)]
struct Borrowing<'a> {
    #[constant]
    tokens: &'a [Token],
    at: usize,
    x: f64,
}

#[differentiable(recursive)]
impl<'a> Borrowing<'a> {
    fn new(tokens: &'a [Token], x: f64) -> Self {
        Self { tokens, at: 0, x }
    }

    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            match self.peek() {
                Some(Plus) => {
                    self.at += 1;
                    value += self.product();
                }
                Some(Minus) => {
                    self.at += 1;
                    value -= self.product();
                }
                _ => return value,
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.factor();
        while let Some(token) = self.peek() {
            if token == Star {
                self.at += 1;
                value *= self.factor();
            } else if token == Slash {
                self.at += 1;
                value /= self.factor();
            } else {
                break;
            }
        }
        value
    }

    fn factor(&mut self) -> f64 {
        let token = self.tokens[self.at];
        self.at += 1;
        match token {
            Number(n) => n,
            X => self.x,
            Minus => -self.factor(),
            Open => {
                let value = self.sum();
                self.at += 1;
                value
            }
            _ => panic!("a factor is expected"),
        }
    }
}

#[differentiable]
fn borrowing(#[constant] tokens: &[Token], x: f64) -> f64 {
    let mut parser = Borrowing::new(tokens, x);
    parser.sum()
}

#[derive(Clone, Tangent)]
struct Owning {
    tokens: Vec<Token>,
    at: usize,
}

#[differentiable(recursive)]
impl Owning {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn advance(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn sum(&mut self, x: f64) -> f64 {
        let mut value = self.product(x);
        while let Some(token) = self.peek() {
            match token {
                Plus => {
                    self.advance();
                    value += self.product(x);
                }
                Minus => {
                    self.advance();
                    value -= self.product(x);
                }
                _ => break,
            }
        }
        value
    }

    fn product(&mut self, x: f64) -> f64 {
        let mut value = self.factor(x);
        loop {
            match self.peek() {
                Some(Star) => {
                    self.advance();
                    value *= self.factor(x);
                }
                Some(Slash) => {
                    self.advance();
                    value /= self.factor(x);
                }
                _ => break,
            }
        }
        value
    }

    fn factor(&mut self, x: f64) -> f64 {
        match self.advance() {
            Some(Number(n)) => n,
            Some(X) => x,
            Some(Minus) => -self.factor(x),
            Some(Open) => {
                let value = self.sum(x);
                let end = self.advance();
                assert_eq!(end, Some(Close));
                value
            }
            other => panic!("{other:?} is no factor"),
        }
    }
}

#[differentiable]
fn owning(a: f64, b: f64, x: f64) -> f64 {
    let shown = [Open, Minus, X, Minus, Number(b), Close, Star, X, Slash, Number(a * a + 1.0)];
    let mut tokens = vec![Number(a), Star, X, Plus];
    for token in shown {
        tokens.push(token);
    }
    let mut parser = Owning { tokens, at: 0 };
    parser.sum(x)
}

#[derive(Clone, Tangent)]
enum Word {
    Number(f64),
    Name(String),
    Sign(char),
}

#[derive(Clone, Tangent)]
struct Named<'a> {
    #[constant]
    words: &'a [Word],
    at: usize,
}

#[differentiable(recursive)]
impl Named<'_> {
    fn sum(&mut self, names: &HashMap<String, f64>) -> f64 {
        let mut value = self.factor(names);
        while self.at < self.words.len() {
            match self.words[self.at] {
                Word::Sign('+') => {
                    self.at += 1;
                    value += self.factor(names);
                }
                Word::Sign('*') => {
                    self.at += 1;
                    value *= self.factor(names);
                }
                _ => break,
            }
        }
        value
    }

    fn factor(&mut self, names: &HashMap<String, f64>) -> f64 {
        let word = &self.words[self.at];
        self.at += 1;
        match word {
            Word::Number(n) => *n,
            Word::Name(name) => names[name],
            Word::Sign('(') => {
                let value = self.sum(names);
                self.at += 1;
                value
            }
            Word::Sign(_) => panic!("a factor is expected"),
        }
    }
}

#[differentiable]
fn named(#[constant] words: &[Word], x: f64, y: f64) -> f64 {
    let mut names = HashMap::new();
    names.insert("x".to_string(), x);
    names.insert("y".to_string(), y);
    let mut parser = Named { words, at: 0 };
    parser.sum(&names)
}

fn words() -> Vec<Word> {
    use Word::*;
    let name = |s: &str| Name(s.to_string());
    let inner = [Sign('('), name("x"), Sign('+'), Number(2.0), Sign(')')];
    [vec![name("y"), Sign('*')], inner.to_vec(), vec![Sign('*'), name("x")]].concat()
}

#[derive(Clone, Copy, Debug, Tangent)]
enum Part {
    Number(f64),
    Scale { by: f64, n: i32 },
    End,
}

#[derive(Clone, Tangent)]
struct Parts {
    all: Vec<Part>,
    at: usize,
    last: Part,
}

#[differentiable]
impl Parts {
    fn peek(&self) -> Option<&Part> {
        self.all.get(self.at)
    }

    fn of(&self, i: usize) -> &Part {
        &self.all[i]
    }

    fn last(&self) -> &Part {
        &self.last
    }

    fn first(&self, x: f64) -> Option<f64> {
        let part = self.peek()?;
        match part {
            Part::Number(n) => Some(n * x),
            Part::Scale { by, n } => Some(by.powi(*n)),
            Part::End => None,
        }
    }

    fn value(&self, x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..self.all.len() {
            s += match self.of(i) {
                Part::Number(n) => *n * x,
                Part::Scale { by, n } => by * x.powi(*n),
                _ => 0.5,
            };
        }
        let first = self.of(0);
        let squared = match first {
            Part::Number(n) => n * n,
            _ => 0.1,
        };
        if let Part::Number(n) = self.last() {
            s *= n;
        }
        if let Some(Part::Number(n)) = self.peek() {
            s += n * 2.0;
        }
        let scaled = match self.peek() {
            Some(Part::Scale { by, .. }) if *by > 0.0 => by * 3.0,
            Some(Part::Scale { n: 2 | 3, .. }) => 1.0,
            Some(part) => {
                if let Part::Number(n) = part {
                    n.sin()
                } else {
                    0.2
                }
            }
            None => x,
        };
        let again = match self.peek() {
            Some(&part) => match part {
                Part::Number(q) => q * x,
                _ => 0.0,
            },
            None => 1.0,
        };
        let Some(&Part::Number(m)) = self.peek() else { return s + squared + scaled * again };
        s + squared * scaled + m * x + again
    }
}

#[differentiable]
fn looked_through(a: f64, b: f64, x: f64) -> f64 {
    let mut s = 0.0;
    for at in 0..4 {
        let last = if at == 0 { Part::Number(a) } else { Part::End };
        let first = if at < 2 { Part::Number(a * b) } else { Part::End };
        let all = vec![first, Part::Scale { by: b, n: 2 }, Part::End];
        let parts = Parts { all, at, last };
        s += parts.value(x) * parts.first(x).unwrap_or(x);
    }
    s
}

programs![
    borrowing("a parser that borrows its tokens, `tokens: &'a [Token]`", 1, |x| borrowing(
        &tokens(0.7, -1.2),
        x[0]
    )),
    owning("a parser that owns them, with `while let Some(t) = self.peek()`", 3, |x| owning(
        x[0], x[1], x[2]
    )),
    named("a parser of names, in a `HashMap`", 2, |x| named(&words(), x[0], x[1])),
    looked_through("patterns that look through what functions lend", 3, |x| looked_through(
        x[0], x[1], x[2]
    )),
];
