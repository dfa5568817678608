//! Items that programs use beside what is generated: types with operators, traits, functions.

mod functions;
mod types;

use super::ast::{Program, Stmt, Written};
use super::print::Scalar;
use super::visit::{self, Visitor};
use std::collections::BTreeSet;

/// An item that a program may use.
pub(super) struct Item {
    pub(super) name: &'static str,
    /// Other items that it needs.
    needs: &'static [&'static str],
    text: &'static str,
}

const fn item(name: &'static str, needs: &'static [&'static str], text: &'static str) -> Item {
    Item { name, needs, text }
}

fn all() -> impl Iterator<Item = &'static Item> {
    types::TYPES.iter().chain(functions::FUNCTIONS)
}

/// The text of the items that a program uses.
pub(super) fn of(program: &Program, scalar: Scalar) -> String {
    let mut used = Used(BTreeSet::new());
    visit::program(&mut program.clone(), &mut used);
    let mut open: Vec<&str> = used.0.into_iter().collect();
    let mut wanted = BTreeSet::new();
    while let Some(name) = open.pop() {
        let item = all().find(|item| item.name == name);
        let item = item.unwrap_or_else(|| panic!("no item is called `{name}`"));
        if wanted.insert(name) {
            open.extend(item.needs);
        }
    }
    all().filter(|item| wanted.contains(item.name)).map(|item| text(item.text, scalar)).collect()
}

/// A text that is written for `f64`, for numbers of the kind.
pub(super) fn text(written: &str, scalar: Scalar) -> String {
    if scalar == Scalar::Float {
        return written.to_string();
    }
    let mut out = String::new();
    for line in written.lines().filter(|line| !line.trim().starts_with("#[differentiable")) {
        let line = line.replace(", Tangent", "").replace("#[constant] ", "");
        out += &literals(&line.replace("f64", "Dual64"));
        out.push('\n');
    }
    out
}

/// Literals of reals are dual numbers.
fn literals(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let in_name =
            rest[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        let length =
            |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let whole = length(&rest[start..]);
        let after = &rest[start + whole..];
        let fraction = after.strip_prefix('.').map_or(0, length);
        out += &rest[..start];
        let end = start + whole + if fraction > 0 { 1 + fraction } else { 0 };
        let number = &rest[start..end];
        if fraction > 0 && !in_name {
            out += &format!("Dual64::from_re({number})");
        } else {
            out += number;
        }
        rest = &rest[end..];
    }
    out + rest
}

/// The names of the items that statements use.
struct Used(BTreeSet<&'static str>);

impl Visitor for Used {
    fn expr(&mut self, _: &mut super::ast::Expr) {}

    fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt> {
        if let Stmt::Written(Written { items, .. }) = &stmt {
            self.0.extend(items.iter());
        }
        vec![stmt]
    }
}
