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

#[derive(Clone, Tangent)]
struct Account {
    owner: String,
    balance: f64,
}

#[derive(Clone, Tangent)]
enum Transfer {
    Deposit {
        #[constant]
        owner: String,
        amount: f64,
    },
    Fee(String, f64),
    Nothing,
}

#[differentiable]
fn by_name(owner: &str, rate: f64) -> f64 {
    rate * rate * owner.len() as f64
}

#[derive(Clone, Tangent)]
struct Bank {
    accounts: Vec<Account>,
}

#[differentiable]
impl Bank {
    fn update(&mut self, owner: &str, amount: f64) {
        for account in &mut self.accounts {
            if account.owner == owner {
                account.balance += amount * account.balance;
            }
        }
    }

    fn apply(&mut self, transfer: &Transfer) {
        match transfer {
            Transfer::Deposit { owner, amount } => self.update(owner, *amount),
            Transfer::Fee(owner, rate) => self.update(owner, -by_name(&owner[1..], *rate)),
            Transfer::Nothing => {}
        }
    }

    fn total(&self) -> f64 {
        self.accounts.iter().map(|a| by_name(&a.owner, a.balance)).sum()
    }
}

#[differentiable]
fn texts_of_fields(x: &[f64]) -> f64 {
    let account = |owner: &str, balance: f64| Account { owner: owner.to_string(), balance };
    let mut bank = Bank { accounts: vec![account("ann", x[0]), account("bo", x[1])] };
    let all = [
        Transfer::Deposit { owner: "ann".to_string(), amount: x[2] },
        Transfer::Fee("bo".to_string(), x[0]),
        Transfer::Nothing,
    ];
    for transfer in &all {
        bank.apply(transfer);
    }
    bank.total() * by_name(&bank.accounts[1].owner, bank.accounts[0].balance)
}

/// What is read of the text depends on a position that changes.
#[differentiable]
fn by_position(text: &str, x: f64) -> f64 {
    let (mut y, mut i) = (x, 0);
    while i < text.len() {
        let next = text[i..].find(' ');
        let n = match next {
            Some(k) => k,
            None => text.len() - i,
        };
        let word = text[i..i + n].to_string();
        let rest = text[i..].trim_start_matches('a');
        if word == "mm" {
            y *= x;
        } else {
            y += x * word.len() as f64 * i as f64 + y * rest.len() as f64;
        }
        i += n + 1;
    }
    y
}

#[differentiable]
fn by_position_of_integers(order: &[usize], x: &[f64]) -> f64 {
    let (mut y, mut n) = (1.0, 0);
    for k in 0..4 {
        let rest = order[n..].to_vec();
        let first = order[n..].first().copied();
        n += 1;
        y += x[rest.first().copied().unwrap_or(1)] * y * rest.len() as f64;
        if let Some(i) = first {
            y *= x[i] + k as f64;
        }
    }
    y * by_position("a mm bbb m", x[0])
}

#[differentiable]
fn scored(s: &[u8], x: f64) -> f64 {
    let mut y = 0.0;
    for c in s {
        if *c == b'A' {
            y += x;
        } else {
            y *= x;
        }
    }
    y
}

#[differentiable]
fn at(s: &[u8; 4], x: &[f64]) -> f64 {
    x[(s[0] - b'a') as usize] * s.len() as f64
}

#[differentiable]
fn bytes(x: &[f64]) -> f64 {
    let mut y = at(b"bcda", x) + scored(b"AbAA", x[0]);
    for c in b"ab" {
        y += x[(c - b'a') as usize];
    }
    for (i, c) in b"ab".iter().enumerate() {
        y *= x[(*c - b'a') as usize] + i as f64;
    }
    let s: &[u8] = b"abc";
    y * x[s.len() - 2]
}

#[derive(Clone, Default, Tangent)]
struct Named {
    name: &'static str,
    text: String,
    value: f64,
    priors: Vec<(&'static str, f64)>,
}

#[differentiable]
fn weighted(name: &str, x: f64) -> f64 {
    if name == "mu" { x * 2.0 } else { x * x }
}

#[differentiable]
fn named(name: &'static str, value: f64) -> Named {
    Named { name, text: "a".to_string(), value, ..Named::default() }
}

#[differentiable]
impl Named {
    fn weight(&self, x: f64) -> f64 {
        weighted(self.name, x) + weighted(&self.text, self.value)
    }

    fn total(&self, x: f64) -> f64 {
        self.priors.iter().map(|(name, w)| w * x * weighted(name, *w)).sum()
    }
}

#[differentiable]
fn static_parameters(x: f64) -> f64 {
    let n = named("mu", x * x);
    n.weight(x) + named("b", x).weight(x) * x
}

#[differentiable]
fn static_pairs(x: f64, y: f64) -> f64 {
    let mut n = named("b", x);
    n.priors.push(("mu", x * y));
    n.priors.push(("a", y));
    n.total(y) + n.weight(x)
}

#[derive(Clone, Tangent)]
enum Formula {
    Number(f64),
    Variable(&'static str),
}

#[differentiable]
fn of_formula(f: &Formula, x: f64) -> f64 {
    match f {
        Formula::Number(n) => *n,
        Formula::Variable(name) => weighted(name, x),
    }
}

#[differentiable]
fn static_variants(x: f64) -> f64 {
    of_formula(&Formula::Variable("mu"), x)
        * of_formula(&Formula::Number(x * x), x)
        * of_formula(&Formula::Variable("b"), x)
}

#[differentiable]
fn static_lists(x: f64) -> f64 {
    let names = ["mu", "b"];
    let mut t = 0.0;
    for name in names {
        t += weighted(name, x);
    }
    for name in &names {
        t *= weighted(name, x);
    }
    let all = vec![named("mu", x * x), named("c", x)];
    for n in &all {
        t += weighted(n.name, n.value);
    }
    t + all.iter().map(|n| weighted(n.name, x) * n.value).sum::<f64>()
}

#[derive(Clone, Tangent)]
enum Step {
    Set(&'static str, f64),
    Add(&'static str),
}

#[derive(Clone, Tangent)]
struct Measured {
    name: &'static str,
    value: f64,
}

#[differentiable]
impl Measured {
    fn by_length(&self, x: f64) -> f64 {
        self.value * x * self.name.len() as f64
    }
}

#[differentiable]
fn methods_of_text_parts(x: f64, y: f64) -> f64 {
    let mut held: std::collections::HashMap<String, f64> = std::collections::HashMap::new();
    let steps = vec![Step::Set("a", x), Step::Set("b", x * y), Step::Add("a"), Step::Add("b")];
    let mut sum = 0.0;
    for step in &steps {
        match step {
            Step::Set(name, v) => {
                held.insert(name.to_string(), v * v);
            }
            Step::Add(name) => {
                let name = name.to_string();
                sum += held[&name] * y;
            }
        }
    }
    sum + Measured { name: "abc", value: x }.by_length(y)
}

programs![
    methods_of_text_parts("methods of `&'static str` in fields and variants", 2, |x| {
        methods_of_text_parts(x[0], x[1])
    }),
    static_parameters("`&'static str` as parameter and field", 1, |x| static_parameters(x[0])),
    static_pairs("`&'static str` in pairs", 2, |x| static_pairs(x[0], x[1])),
    static_variants("`&'static str` in variants", 1, |x| static_variants(x[0])),
    static_lists("lists of `&'static str`", 1, |x| static_lists(x[0])),
    by_position_of_integers("parts of constants by a position that changes", 3, |x| {
        by_position_of_integers(&[0, 2, 1], x)
    }),
    texts("texts that are parameters, by words, lines and parts", 1, |x| texts(x[0])),
    texts_of_fields("`String` fields as `&str` arguments", 3, |x| texts_of_fields(x)),
    bytes("texts of bytes", 2, |x| bytes(x)),
];
