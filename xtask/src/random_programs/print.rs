//! Programs as text, for `f64` or for dual numbers.
//!
//! The two texts differ in the name of the scalar type, in the literals and conversions, in the
//! comparisons (of the real parts), and in the attributes.

use super::ast::{Arm, Block, Expr, Function, Hole, Program, Stmt, Struct, Type, Written};
use super::library;
use std::fmt::Write;

/// The numbers that a program is printed for.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub(super) enum Scalar {
    /// `f64`.
    Float,
    /// Dual numbers.
    Dual,
}

/// The binding power of operators, as in Rust's grammar.
mod power {
    pub(super) const LOWEST: u8 = 0;
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const COMPARE: u8 = 3;
    pub(super) const BITS: u8 = 4;
    pub(super) const SUM: u8 = 5;
    pub(super) const PRODUCT: u8 = 6;
    pub(super) const UNARY: u8 = 7;
    pub(super) const POSTFIX: u8 = 8;
}

/// The items of a program.
pub(super) fn program(program: &Program, scalar: Scalar) -> String {
    let mut printer = Printer { scalar, indent: 0, out: library::of(program, scalar) };
    for item in &program.structs {
        printer.structure(item);
    }
    for item in &program.enums {
        printer.derive();
        printer.line(&format!("pub enum {} {{", item.name));
        for (name, fields) in &item.variants {
            let fields: Vec<_> = fields.iter().map(|ty| ty_text(ty, scalar)).collect();
            let fields = fields.join(", ");
            let text = if fields.is_empty() { name.clone() } else { format!("{name}({fields})") };
            printer.line(&format!("    {text},"));
        }
        printer.line("}");
    }
    for function in &program.functions {
        if scalar == Scalar::Float {
            printer.line("#[differentiable]");
        }
        printer.function(function);
    }
    printer.out
}

/// An expression on its own.
pub(super) fn expression(e: &Expr, scalar: Scalar) -> String {
    Printer { scalar, indent: 0, out: String::new() }.expr(e, power::LOWEST)
}

/// A type as it is written.
pub(super) fn ty_text(ty: &Type, scalar: Scalar) -> String {
    let text = |ty: &Type| ty_text(ty, scalar);
    match ty {
        Type::Real if scalar == Scalar::Float => "f64".into(),
        Type::Real => "Dual64".into(),
        Type::Int => "usize".into(),
        Type::Bool => "bool".into(),
        Type::Unit => "()".into(),
        Type::Vec(of) => format!("Vec<{}>", text(of)),
        Type::Array(of, n) => format!("[{}; {n}]", text(of)),
        Type::Slice(of) => format!("[{}]", text(of)),
        Type::Tuple(parts) => {
            format!("({})", parts.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Type::Named(name) => name.clone(),
        Type::Option(of) => format!("Option<{}>", text(of)),
        Type::Ref(of) => format!("&{}", text(of)),
        Type::Mut(of) => format!("&mut {}", text(of)),
        Type::Function(n) => {
            let real = text(&Type::Real);
            format!("impl Fn({}) -> {real}", vec![real.clone(); *n].join(", "))
        }
    }
}

struct Printer {
    scalar: Scalar,
    indent: usize,
    out: String,
}

impl Printer {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{:width$}{text}", "", width = 4 * self.indent);
    }

    fn derive(&mut self) {
        let tangent = if self.scalar == Scalar::Float { ", Tangent" } else { "" };
        self.line(&format!("#[derive(Clone{tangent})]"));
    }

    fn structure(&mut self, item: &Struct) {
        self.derive();
        self.line(&format!("pub struct {} {{", item.name));
        for (name, ty) in &item.fields {
            self.line(&format!("    pub {name}: {},", ty_text(ty, self.scalar)));
        }
        self.line("}");
        if item.methods.is_empty() {
            return;
        }
        if self.scalar == Scalar::Float {
            self.line("#[differentiable]");
        }
        self.line(&format!("impl {} {{", item.name));
        self.indent += 1;
        for method in &item.methods {
            self.function(method);
        }
        self.indent -= 1;
        self.line("}");
    }

    fn function(&mut self, function: &Function) {
        let params = function.params.iter().map(|param| {
            let mutable = if param.mutable { "mut " } else { "" };
            match (&*param.name, &param.ty) {
                ("self", Type::Ref(_)) => "&self".to_string(),
                ("self", Type::Mut(_)) => "&mut self".to_string(),
                ("self", _) => format!("{mutable}self"),
                (name, ty) => format!("{mutable}{name}: {}", ty_text(ty, self.scalar)),
            }
        });
        let params = params.collect::<Vec<_>>().join(", ");
        let result = match &function.result {
            Type::Unit => String::new(),
            ty => format!(" -> {}", ty_text(ty, self.scalar)),
        };
        let body = self.block(&function.body);
        self.line(&format!("pub fn {}({params}){result} {body}", function.name));
    }

    /// A block as text whose first line goes where it stands.
    fn block(&mut self, block: &Block) -> String {
        if block.stmts.is_empty() && block.value.is_none() {
            return "{}".into();
        }
        let outer = std::mem::take(&mut self.out);
        self.indent += 1;
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        if let Some(value) = &block.value {
            // A block at the start of a statement would end there.
            let text = self.expr(value, power::LOWEST);
            self.line(&text);
        }
        self.indent -= 1;
        let inner = std::mem::replace(&mut self.out, outer);
        format!("{{\n{inner}{:width$}}}", "", width = 4 * self.indent)
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let label = |label: &Option<String>, after: &str| match label {
            Some(label) => format!("'{label}{after}"),
            None => String::new(),
        };
        let text = match stmt {
            Stmt::Let(pattern, ty, value) => {
                let ty = ty
                    .as_ref()
                    .map_or(String::new(), |ty| format!(": {}", ty_text(ty, self.scalar)));
                let value = value.as_ref().map_or(String::new(), |value| {
                    format!(" = {}", self.expr(value, power::LOWEST))
                });
                format!("let {pattern}{ty}{value};")
            }
            Stmt::LetElse(pattern, value, body) => {
                let value = self.expr(value, power::OR);
                format!("let {pattern} = {value} else {};", self.block(body))
            }
            Stmt::Assign(op @ ("+=" | "-=" | "*=" | "/="), place, value)
                if self.scalar == Scalar::Dual =>
            {
                // Such an operator that is not built in lends the place before the value is read.
                let sum = Expr::binary(&op[..1], place.clone(), value.clone());
                let place = self.expr(place, power::UNARY);
                format!("{place} = {};", self.expr(&sum, power::LOWEST))
            }
            Stmt::Assign(op, place, value) => {
                let place = self.expr(place, power::UNARY);
                format!("{place} {op} {};", self.expr(value, power::LOWEST))
            }
            Stmt::Expr(e) => {
                let text = self.expr(e, power::LOWEST);
                let block_like =
                    matches!(e, Expr::If(..) | Expr::IfLet(..) | Expr::Match(..) | Expr::Block(_));
                if block_like { text } else { format!("{text};") }
            }
            Stmt::For(name, pattern, of, body) => {
                let of = self.head(of);
                format!("{}for {pattern} in {of} {}", label(name, ": "), self.block(body))
            }
            Stmt::While { label: name, counter, limit, test, body } => {
                self.line(&format!("let mut {counter} = 0;"));
                let test = match test {
                    Some(test) => format!(" && {}", self.expr(test, power::COMPARE)),
                    None => String::new(),
                };
                let body = self.counted(&format!("{counter} += 1;"), body);
                format!("{}while {counter} < {limit}{test} {body}", label(name, ": "))
            }
            Stmt::WhileLet(pattern, value, body) => {
                let value = self.head(value);
                format!("while let {pattern} = {value} {}", self.block(body))
            }
            Stmt::Loop { label: name, counter, limit, body } => {
                self.line(&format!("let mut {counter} = 0;"));
                let first = format!("{counter} += 1; if {counter} > {limit} {{ break; }}");
                format!("{}loop {}", label(name, ": "), self.counted(&first, body))
            }
            Stmt::Break(name) => {
                let name = label(name, "");
                if name.is_empty() { "break;".into() } else { format!("break {name};") }
            }
            Stmt::Continue(name) => {
                let name = label(name, "");
                if name.is_empty() { "continue;".into() } else { format!("continue {name};") }
            }
            Stmt::Written(written) => self.written(written),
            Stmt::Return(None) => "return;".into(),
            Stmt::Return(Some(e)) => format!("return {};", self.expr(e, power::LOWEST)),
        };
        self.line(&text);
    }

    /// A text with what fills its holes, in a block.
    fn written(&mut self, written: &Written) -> String {
        let text = written.text.replace("#[", "\u{0}[");
        let mut named = text.split('#');
        let mut text = named.next().unwrap_or_default().to_string();
        for rest in named {
            let (name, after) =
                rest.split_at(rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()));
            text += &format!("{name}_{}{after}", written.name);
        }
        let text = library::text(&text.replace('\u{0}', "#"), self.scalar);
        let mut parts = text.split('$');
        let mut out = parts.next().unwrap_or_default().to_string();
        for (part, hole) in parts.zip(&written.holes) {
            out += &match hole {
                Hole::Expr(e) => self.expr(e, power::POSTFIX),
                Hole::Block(b) => self.block(b),
            };
            out += &part[1..];
        }
        format!("{{\n{}\n}}", out.trim_end())
    }

    /// The body of a loop that counts its trips.
    fn counted(&mut self, first: &str, body: &Block) -> String {
        let rest = self.block(body);
        let rest = rest.strip_prefix("{}").map_or(rest.as_str(), |_| "{\n}");
        let width = 4 * (self.indent + 1);
        format!("{{\n{:width$}{first}{}", "", &rest[1..])
    }

    /// An expression before a block, where a structure would be taken for it.
    fn head(&mut self, e: &Expr) -> String {
        let text = self.expr(e, power::LOWEST);
        if matches!(e, Expr::Struct(..)) { format!("({text})") } else { text }
    }

    fn list(&mut self, list: &[Expr]) -> String {
        list.iter().map(|e| self.expr(e, power::LOWEST)).collect::<Vec<_>>().join(", ")
    }

    /// An expression as an operand of something that binds with power `outer`.
    fn expr(&mut self, e: &Expr, outer: u8) -> String {
        let (text, own) = self.bare(e);
        if own < outer { format!("({text})") } else { text }
    }

    /// An expression, and how tightly it holds together.
    fn bare(&mut self, e: &Expr) -> (String, u8) {
        use power::{AND, BITS, COMPARE, LOWEST, OR, POSTFIX, PRODUCT, SUM, UNARY};
        match e {
            Expr::Real(value) | Expr::Suffixed(value) if self.scalar == Scalar::Dual => {
                (format!("Dual64::from_re({value:?})"), POSTFIX)
            }
            Expr::Real(value) => (format!("{value:?}"), if *value < 0.0 { UNARY } else { POSTFIX }),
            Expr::Suffixed(value) => {
                (format!("{value:?}_f64"), if *value < 0.0 { UNARY } else { POSTFIX })
            }
            Expr::Int(value) => (value.to_string(), POSTFIX),
            Expr::Bool(value) => (value.to_string(), POSTFIX),
            Expr::Var(name) => (name.clone(), POSTFIX),
            Expr::Unary(op, operand) => {
                (format!("{op}{}", self.expr(operand, UNARY)).replace("--", "- -"), UNARY)
            }
            Expr::Binary(op, left, right) => {
                let own = match *op {
                    "||" => OR,
                    "&&" => AND,
                    "==" | "!=" | "<" | ">" | "<=" | ">=" => COMPARE,
                    "^" | "|" | "&" => BITS,
                    "+" | "-" => SUM,
                    _ => PRODUCT,
                };
                // Comparisons don't associate.
                let first = if own == COMPARE { own + 1 } else { own };
                let (left, right) = (self.expr(left, first), self.expr(right, own + 1));
                (format!("{left} {op} {right}"), own)
            }
            Expr::Compare(op, left, right) => {
                let text = if self.scalar == Scalar::Dual {
                    let (left, right) = (self.expr(left, POSTFIX), self.expr(right, POSTFIX));
                    format!("{left}.re {op} {right}.re")
                } else {
                    let (left, right) = (self.expr(left, BITS), self.expr(right, BITS));
                    format!("{left} {op} {right}")
                };
                (text, COMPARE)
            }
            Expr::Method(base, name, ty, args) => {
                let ty = ty
                    .as_ref()
                    .map_or(String::new(), |ty| format!("::<{}>", ty_text(ty, self.scalar)));
                // Such a method of a number that is not built in borrows it while the arguments change it.
                let copied = self.scalar == Scalar::Dual && *name == "mul_add";
                let copy = if copied { ".clone()" } else { "" };
                let base = self.expr(base, POSTFIX);
                (format!("{base}{copy}.{name}{ty}({})", self.list(args)), POSTFIX)
            }
            Expr::OwnMethod(base, name, args) => {
                (format!("{}.{name}({})", self.expr(base, POSTFIX), self.list(args)), POSTFIX)
            }
            Expr::Call(name, args) => (format!("{name}({})", self.list(args)), POSTFIX),
            Expr::Index(base, index) => {
                let index = self.expr(index, LOWEST);
                (format!("{}[{index}]", self.expr(base, POSTFIX)), POSTFIX)
            }
            Expr::Range(from, to) => {
                let mut end =
                    |e: &Option<Box<Expr>>| e.as_ref().map_or(String::new(), |e| self.expr(e, OR));
                let (from, to) = (end(from), end(to));
                (format!("{from}..{to}"), LOWEST)
            }
            Expr::Field(base, name) => (format!("{}.{name}", self.expr(base, POSTFIX)), POSTFIX),
            Expr::Tuple(parts) => (format!("({})", self.list(parts)), POSTFIX),
            Expr::Array(parts) => (format!("[{}]", self.list(parts)), POSTFIX),
            Expr::Repeat(e, n) => (format!("[{}; {n}]", self.expr(e, LOWEST)), POSTFIX),
            Expr::Vec(parts) => (format!("vec![{}]", self.list(parts)), POSTFIX),
            Expr::VecRepeat(e, n) => {
                let n = self.expr(n, LOWEST);
                (format!("vec![{}; {n}]", self.expr(e, LOWEST)), POSTFIX)
            }
            Expr::Struct(name, fields, rest) => {
                let mut parts: Vec<_> = fields
                    .iter()
                    .map(|(name, e)| format!("{name}: {}", self.expr(e, LOWEST)))
                    .collect();
                parts.extend(rest.as_ref().map(|rest| format!("..{}", self.expr(rest, LOWEST))));
                (format!("{name} {{ {} }}", parts.join(", ")), LOWEST)
            }
            Expr::If(test, yes, no) => {
                let test = self.head(test);
                let yes = self.block(yes);
                (format!("if {test} {yes}{}", self.otherwise(no.as_ref())), LOWEST)
            }
            Expr::IfLet(pattern, value, yes, no) => {
                let value = self.head(value);
                let yes = self.block(yes);
                let no = self.otherwise(no.as_ref());
                (format!("if let {pattern} = {value} {yes}{no}"), LOWEST)
            }
            Expr::Match(value, arms) => {
                let value = self.head(value);
                self.indent += 1;
                let arms: String = arms.iter().map(|arm| self.arm(arm)).collect();
                self.indent -= 1;
                let width = 4 * self.indent;
                (format!("match {value} {{\n{arms}{:width$}}}", ""), LOWEST)
            }
            Expr::Block(block) => (self.block(block), LOWEST),
            Expr::Closure(params, body) => {
                let params = params.iter().map(|(name, ty)| match ty {
                    Some(ty) => format!("{name}: {}", ty_text(ty, self.scalar)),
                    None => name.clone(),
                });
                let params = params.collect::<Vec<_>>().join(", ");
                (format!("|{params}| {}", self.expr(body, LOWEST)), LOWEST)
            }
            Expr::ToReal(e) if self.scalar == Scalar::Dual => {
                (format!("Dual64::from_re({} as f64)", self.expr(e, UNARY)), POSTFIX)
            }
            Expr::ToReal(e) => (format!("{} as f64", self.expr(e, UNARY)), LOWEST),
            Expr::ToInt(e) if self.scalar == Scalar::Dual => {
                (format!("{}.re as usize", self.expr(e, POSTFIX)), LOWEST)
            }
            Expr::ToInt(e) => (format!("{} as usize", self.expr(e, UNARY)), LOWEST),
            Expr::Try(e) => (format!("{}?", self.expr(e, POSTFIX)), POSTFIX),
        }
    }

    fn otherwise(&mut self, no: Option<&Block>) -> String {
        no.map_or(String::new(), |no| match (&no.stmts[..], &no.value) {
            // `else if`.
            ([Stmt::Expr(e @ Expr::If(..))], None) => format!(" else {}", self.bare(e).0),
            _ => format!(" else {}", self.block(no)),
        })
    }

    fn arm(&mut self, arm: &Arm) -> String {
        let guard = match &arm.guard {
            Some(guard) => format!(" if {}", self.expr(guard, power::LOWEST)),
            None => String::new(),
        };
        let body = match (&arm.body.value, arm.body.stmts.is_empty()) {
            (Some(value), true) => format!("{},", self.expr(value, power::LOWEST)),
            _ => self.block(&arm.body),
        };
        format!("{:width$}{}{guard} => {body}\n", "", arm.pattern, width = 4 * self.indent)
    }
}
