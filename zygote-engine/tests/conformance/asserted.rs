//! Assertions about calls that change something.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::HashSet;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Token {
    Number(f64),
    X,
    Plus,
    End,
}

#[derive(Clone, Tangent)]
struct Lexer {
    tokens: Vec<Token>,
    at: usize,
}

#[differentiable]
impl Lexer {
    fn advance(&mut self) -> Token {
        let token = self.tokens[self.at].clone();
        self.at += 1;
        token
    }

    fn eat(&mut self, token: &Token) -> bool {
        let is_it = self.tokens[self.at] == *token;
        if is_it {
            self.at += 1;
        }
        is_it
    }

    fn sum(&mut self, x: f64) -> f64 {
        assert_eq!(self.advance(), Token::X);
        let mut s = x;
        while self.eat(&Token::Plus) {
            match self.advance() {
                Token::Number(v) => s += v * x,
                _ => s *= x,
            }
        }
        let before = self.at;
        assert!(self.eat(&Token::End), "the end is at {}", self.at);
        assert_ne!(before, self.at);
        s
    }
}

#[differentiable]
fn tokens_asserted(x: &[f64]) -> f64 {
    let tokens =
        vec![Token::X, Token::Plus, Token::Number(x[0]), Token::Plus, Token::X, Token::End];
    let mut lexer = Lexer { tokens, at: 0 };
    lexer.sum(x[1]) * x[2]
}

#[differentiable]
fn lists_asserted(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut seen = HashSet::new();
    for i in 0..v.len() {
        assert!(seen.insert(i));
    }
    assert!(v.pop().is_some());
    debug_assert_eq!(v.len(), x.len() - 1);
    let last = x[x.len() - 1];
    v.iter().product::<f64>() * v.len() as f64 + last * last
}

programs![
    tokens_asserted("assertions about calls that change something", 3, |x| tokens_asserted(x)),
    lists_asserted("assertions about calls that change something", 4, |x| lists_asserted(x)),
];
