//! Evaluates a formula given as text, and how uncertain its value is: errors are propagated by the
//! derivatives with respect to the formula's variables.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Context, Result, bail, ensure};
use chainrules::prelude::*;
use clap::Parser;
use std::iter::Peekable;
use std::str::Chars;
use zygote_engine::prelude::*;

/// Evaluates a formula of measured values.
#[derive(Parser)]
struct Args {
    /// The formula
    #[arg(
        long,
        default_value = "4 * pi^2 * length / (period / swings)^2 * (1 + sin(angle / 2)^2 / 2)"
    )]
    formula: String,
    /// Measured values, as name=value+-uncertainty
    #[arg(default_values = ["length=1.02+-0.005", "period=20.3+-0.1", "swings=10+-0", "angle=0.2+-0.02"])]
    values: Vec<String>,
}

/// A step of the evaluation with a stack, in reverse Polish order.
#[derive(Clone, Copy, Debug, Tangent)]
enum Token {
    Number(f64),
    Variable(usize),
    Negate,
    Binary(Operator),
    Call(Function),
}

#[derive(Clone, Copy, Debug, Tangent)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Copy, Debug, Tangent)]
enum Function {
    Sin,
    Cos,
    Exp,
    Ln,
    Sqrt,
}

/// The value of a formula.
#[differentiable]
fn evaluate(variables: &[f64], #[constant] tokens: &[Token]) -> f64 {
    let mut stack: Vec<f64> = Vec::new();
    for token in tokens {
        let value = match token {
            Token::Number(number) => *number,
            Token::Variable(k) => variables[*k],
            Token::Negate => -stack.pop().unwrap(),
            Token::Binary(operator) => {
                let right = stack.pop().unwrap();
                let left = stack.pop().unwrap();
                match operator {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                    Operator::Power => left.powf(right),
                }
            }
            Token::Call(function) => {
                let x = stack.pop().unwrap();
                match function {
                    Function::Sin => x.sin(),
                    Function::Cos => x.cos(),
                    Function::Exp => x.exp(),
                    Function::Ln => x.ln(),
                    Function::Sqrt => x.sqrt(),
                }
            }
        };
        stack.push(value);
    }
    stack[0]
}

/// Reads a formula, by recursive descent.
struct Reader<'a> {
    text: Peekable<Chars<'a>>,
    names: &'a [String],
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn read(text: &str, names: &[String]) -> Result<Vec<Token>> {
        let mut reader = Reader { text: text.chars().peekable(), names, tokens: Vec::new() };
        reader.sum()?;
        match reader.peek() {
            None => Ok(reader.tokens),
            Some(other) => bail!("`{other}` is not expected"),
        }
    }

    fn peek(&mut self) -> Option<char> {
        while self.text.next_if(|c| c.is_whitespace()).is_some() {}
        self.text.peek().copied()
    }

    fn accept(&mut self, wanted: char) -> bool {
        self.peek() == Some(wanted) && self.text.next().is_some()
    }

    fn binary(&mut self, operator: Operator) {
        self.tokens.push(Token::Binary(operator));
    }

    fn sum(&mut self) -> Result<()> {
        self.product()?;
        loop {
            let operator = match self.peek() {
                Some('+') => Operator::Add,
                Some('-') => Operator::Subtract,
                _ => return Ok(()),
            };
            self.text.next();
            self.product()?;
            self.binary(operator);
        }
    }

    fn product(&mut self) -> Result<()> {
        self.sign()?;
        loop {
            let operator = match self.peek() {
                Some('*') => Operator::Multiply,
                Some('/') => Operator::Divide,
                _ => return Ok(()),
            };
            self.text.next();
            self.sign()?;
            self.binary(operator);
        }
    }

    fn sign(&mut self) -> Result<()> {
        if self.accept('-') {
            self.sign()?;
            self.tokens.push(Token::Negate);
            return Ok(());
        }
        self.power()
    }

    fn power(&mut self) -> Result<()> {
        self.atom()?;
        if self.accept('^') {
            self.sign()?;
            self.binary(Operator::Power);
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<()> {
        if self.accept('(') {
            self.sum()?;
            ensure!(self.accept(')'), "a `)` is missing");
            return Ok(());
        }
        let Some(first) = self.peek() else { bail!("the formula ends too early") };
        let mut word = String::new();
        while let Some(c) = self.text.next_if(|c| c.is_alphanumeric() || "._".contains(*c)) {
            word.push(c);
        }
        if first.is_ascii_digit() {
            self.tokens.push(Token::Number(word.parse().with_context(|| word)?));
        } else if self.accept('(') {
            let function = match word.as_str() {
                "sin" => Function::Sin,
                "cos" => Function::Cos,
                "exp" => Function::Exp,
                "ln" => Function::Ln,
                "sqrt" => Function::Sqrt,
                _ => bail!("`{word}` is no function"),
            };
            self.sum()?;
            ensure!(self.accept(')'), "a `)` is missing");
            self.tokens.push(Token::Call(function));
        } else if word == "pi" {
            self.tokens.push(Token::Number(std::f64::consts::PI));
        } else {
            let k = self.names.iter().position(|name| *name == word);
            self.tokens.push(Token::Variable(k.with_context(|| format!("`{word}` has no value"))?));
        }
        Ok(())
    }
}

/// A name with its value and uncertainty.
fn measured(text: &str) -> Result<(String, f64, f64)> {
    let (name, number) = text.split_once('=').context("a value is name=value+-uncertainty")?;
    let (value, uncertainty) = number.split_once("+-").unwrap_or((number, "0"));
    Ok((name.trim().to_string(), value.trim().parse()?, uncertainty.trim().parse()?))
}

fn main() -> Result<()> {
    let args = Args::parse();
    let values = args.values.iter().map(|text| measured(text)).collect::<Result<Vec<_>>>()?;
    let names: Vec<String> = values.iter().map(|(name, ..)| name.clone()).collect();
    let x: Vec<f64> = values.iter().map(|(_, value, _)| *value).collect();
    let tokens = Reader::read(&args.formula, &names)?;

    let (value, slopes) = value_and_gradient!(evaluate, &x, &tokens);
    let worst = differences::worst_error(|x| evaluate(x, &tokens), &x, &slopes, 1e-3);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-6, "the gradient is not that of the differences");

    println!("{:<10} {:>10} {:>12} {:>12} {:>10}", "", "value", "uncertainty", "slope", "share");
    let parts: Vec<f64> =
        values.iter().zip(&slopes).map(|((_, _, s), d)| (s * d).powi(2)).collect();
    let variance = parts.iter().sum::<f64>();
    for (((name, value, uncertainty), slope), part) in values.iter().zip(&slopes).zip(&parts) {
        let share = 100.0 * part / variance.max(f64::MIN_POSITIVE);
        println!("{name:<10} {value:>10} {uncertainty:>12} {slope:>12.5} {share:>8.1} %");
    }
    println!("{} = {value:.4} +- {:.4}", args.formula, variance.sqrt());
    Ok(())
}
