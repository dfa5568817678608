//! Texts that are parameters: their words, lines and parts.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn reversed_polish(text: &str, x: f64) -> f64 {
    let mut stack: Vec<f64> = vec![];
    for word in text.split_whitespace() {
        match word {
            "+" => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                stack.push(a + b);
            }
            "*" => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                stack.push(a * b);
            }
            "x" => stack.push(x),
            number => stack.push(number.parse().unwrap()),
        }
    }
    stack[0]
}

#[differentiable]
fn words_of(text: &str, x: f64) -> f64 {
    let words: Vec<&str> = text.split(' ').collect();
    let mut y = x;
    for word in &words {
        y += x * word.len() as f64;
    }
    for i in 0..words.len() {
        if words[i] == "bb" {
            y *= x;
        }
    }
    for (k, line) in text.lines().enumerate() {
        y += x.powi(k as i32 + line.len() as i32);
    }
    y
}

#[differentiable]
fn tokens_of(text: &str, x: f64) -> f64 {
    let (mut y, mut i) = (0.0, 0);
    while i < text.len() {
        let start = i;
        while i < text.len() && &text[i..i + 1] != " " {
            i += 1;
        }
        let word = &text[start..i];
        y += if word == "x" { x * x } else { x * word.len() as f64 };
        i += 1;
    }
    y
}

#[differentiable]
fn letters(bytes: &[u8], x: f64) -> f64 {
    let mut y = x;
    for pair in bytes.windows(2) {
        y = if pair[0] < pair[1] { y * x } else { y + x };
    }
    y
}

#[differentiable]
fn texts(x: f64) -> f64 {
    let formula = reversed_polish("x x * 2.5 x * +", x);
    formula * tokens_of("a bb x", x)
        + words_of("bb a\nccc bb", x) * letters("GATTACA".as_bytes(), x)
}

programs![texts("texts that are parameters, by words, lines and parts", 1, |x| texts(x[0])),];
