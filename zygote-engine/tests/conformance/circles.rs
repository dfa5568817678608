//! Functions that call each other in a circle, and types that hold each other, without a word of it.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn sum_of_terms(text: &[u8], at: &mut usize, x: &[f64]) -> f64 {
    let mut sum = product_of_factors(text, at, x);
    while text.get(*at) == Some(&b'+') {
        *at += 1;
        sum += product_of_factors(text, at, x);
    }
    sum
}

#[differentiable]
fn product_of_factors(text: &[u8], at: &mut usize, x: &[f64]) -> f64 {
    let mut product = factor_or_sum(text, at, x);
    while text.get(*at) == Some(&b'*') {
        *at += 1;
        product *= factor_or_sum(text, at, x);
    }
    product
}

#[differentiable]
fn factor_or_sum(text: &[u8], at: &mut usize, x: &[f64]) -> f64 {
    let c = text[*at];
    *at += 1;
    match c {
        b'(' => {
            let sum = sum_of_terms(text, at, x);
            *at += 1;
            sum
        }
        b'-' => -factor_or_sum(text, at, x),
        b'a'..=b'z' => x[(c - b'a') as usize],
        _ => f64::from(c - b'0'),
    }
}

#[differentiable]
fn parsed(text: &str, x: &[f64]) -> f64 {
    let mut at = 0;
    sum_of_terms(text.as_bytes(), &mut at, x)
}

#[derive(Clone, Tangent)]
struct Parser {
    values: Vec<f64>,
    calls: f64,
    #[constant]
    tokens: Vec<char>,
    #[constant]
    at: usize,
}

#[differentiable]
impl Parser {
    fn peek(&self) -> Option<char> {
        self.tokens.get(self.at).copied()
    }

    fn expr(&mut self) -> f64 {
        self.calls *= 1.1;
        let mut value = self.term();
        while let Some(sign @ ('+' | '-')) = self.peek() {
            self.at += 1;
            let term = self.term();
            value = if sign == '+' { value + term } else { value - term };
        }
        value
    }

    fn term(&mut self) -> f64 {
        let mut value = self.factor();
        while self.peek() == Some('*') {
            self.at += 1;
            value *= self.factor();
        }
        value
    }

    fn factor(&mut self) -> f64 {
        let c = self.tokens[self.at];
        self.at += 1;
        if c == '(' {
            let value = self.expr();
            self.at += 1;
            return value * self.calls;
        }
        self.values[c as usize - 'a' as usize]
    }
}

#[differentiable]
fn by_parser(text: &str, x: &[f64]) -> f64 {
    let tokens = text.chars().collect();
    let mut parser = Parser { values: x.to_vec(), calls: x[0], tokens, at: 0 };
    parser.expr() * parser.calls
}

#[derive(Clone, Tangent)]
enum SumTree {
    Leaf(f64),
    Terms(Vec<ProductTree>),
}

#[derive(Clone, Tangent)]
enum ProductTree {
    Sine(Box<SumTree>),
    Factors(Vec<SumTree>),
}

#[differentiable]
fn of_sum_tree(tree: &SumTree, x: f64) -> f64 {
    match tree {
        SumTree::Leaf(a) => a * x,
        SumTree::Terms(terms) => terms.iter().map(|t| of_product_tree(t, x)).sum(),
    }
}

#[differentiable]
fn of_product_tree(tree: &ProductTree, x: f64) -> f64 {
    match tree {
        ProductTree::Sine(inner) => of_sum_tree(inner, x).sin(),
        ProductTree::Factors(factors) => {
            let mut product = 1.0;
            for f in factors {
                product *= of_sum_tree(f, x);
            }
            product
        }
    }
}

#[differentiable]
fn of_trees(a: f64, b: f64, x: f64) -> f64 {
    let factors = vec![SumTree::Leaf(a), SumTree::Leaf(b)];
    let inner = SumTree::Terms(vec![ProductTree::Factors(factors)]);
    let terms =
        vec![ProductTree::Sine(Box::new(inner)), ProductTree::Factors(vec![SumTree::Leaf(b)])];
    of_sum_tree(&SumTree::Terms(terms), x)
}

#[differentiable]
fn halved<T: Real>(x: T, n: u32) -> T {
    if n == 0 { x * x } else { bent(x * x.cos(), n - 1) }
}

#[differentiable]
fn bent<T: Real>(x: T, n: u32) -> T {
    if n == 0 { x } else { halved(x.sin() + x, n - 1) * x }
}

#[differentiable]
fn halved_and_bent(x: f64) -> f64 {
    halved(x, 4) + bent(x, 4) + halved(x, 3)
}

#[differentiable]
trait Climber {
    fn up(&self, x: f64, steps: usize) -> f64;
    fn down(&self, x: f64, steps: usize) -> f64;
}

#[derive(Clone, Tangent)]
struct Stairs(f64);

#[differentiable]
impl Climber for Stairs {
    fn up(&self, x: f64, steps: usize) -> f64 {
        if steps == 0 { x } else { self.0 * self.down(x * x, steps - 1) }
    }

    fn down(&self, x: f64, steps: usize) -> f64 {
        if steps == 0 { x.cos() } else { self.up(x.sin(), steps - 1) + self.0 }
    }
}

#[differentiable]
fn climbed(height: f64, x: f64) -> f64 {
    Stairs(height).up(x, 4) + Stairs(height * x).down(x, 4)
}

/// The values by which an iteration is made, one by the other.
#[differentiable]
fn handed_on(x: f64, n: usize) -> f64 {
    if n == 0 { x } else { twice_by(|y| handed_back(y, n - 1), x) }
}

#[differentiable]
fn handed_back(x: f64, n: usize) -> f64 {
    if n == 0 { x * x } else { handed_on(x * 0.5, n - 1) + x.sin() }
}

#[differentiable]
fn twice_by(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x) * 0.5)
}

#[differentiable]
fn handed_on_and_back(x: f64) -> f64 {
    handed_on(x, 4) + handed_on(x, 3)
}

programs![
    parser_of_functions("functions that call each other in a circle", 3, |x| parsed(
        "a*(b+c*(a+2))+-(a*c)",
        x
    )),
    parser_of_methods("methods that call each other in a circle", 3, |x| by_parser(
        "a*(b-c*(a+b))+c*a",
        x
    )),
    trees_of_two_types("types that hold each other", 3, |x| of_trees(x[0], x[1], x[2])),
    generic_circle("generic functions that call each other in a circle", 1, |x| halved_and_bent(
        x[0]
    )),
    circle_of_a_trait("methods of a trait that call each other", 2, |x| climbed(x[0], x[1])),
    circle_by_closures("a circle of calls through a closure", 1, |x| handed_on_and_back(x[0])),
];
