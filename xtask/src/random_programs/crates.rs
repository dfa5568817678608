//! A crate of programs as text.

use super::ast::{Expr, Param, Program, Type};
use super::print::{self, Scalar};
use crate::generated::{PROFILES, write};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The run of all programs of a crate, and what dual numbers need.
const RUN: &str = include_str!("runner/run.rs");
const DUAL: &str = include_str!("runner/dual.rs");

/// Writes the workspace of `crates` crates.
pub(super) fn workspace(
    folder: &Path,
    name: &str,
    root: &Path,
    crates: usize,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let members: Vec<_> = (0..crates).map(|n| format!("\"{name}{n}\"")).collect();
    let manifest =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n{PROFILES}", members.join(", "));
    write(&folder.join("Cargo.toml"), &manifest)?;
    if !folder.join("Cargo.lock").exists() {
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    }
    for n in 0..crates {
        let source = folder.join(format!("{name}{n}/src"));
        fs::create_dir_all(&source)?;
        let root = root.display();
        let manifest = format!(
            "[package]\nname = \"{name}{n}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nchainrules = {{ path = \"{root}/chainrules\" }}\n\
             zygote-engine = {{ path = \"{root}/zygote-engine\" }}\n\
             num-dual = {{ version = \"0.15\", default-features = false }}\n"
        );
        write(&folder.join(format!("{name}{n}/Cargo.toml")), &manifest)?;
        write(&source.join("run.rs"), RUN)?;
        write(&source.join("dual.rs"), DUAL)?;
        if !source.join("main.rs").exists() {
            write(&source.join("main.rs"), "fn main() {}\n")?;
        }
    }
    Ok(())
}

/// Writes the programs of a crate; `kept` says which of them it is made of.
pub(super) fn fill(
    source: &Path,
    programs: &[&Program],
    kept: &[bool],
    perturbed: Option<&str>,
) -> anyhow::Result<()> {
    let mut main = String::from("#![allow(warnings)]\n\nmod dual;\nmod run;\n");
    let mut cases = String::new();
    for (n, program) in programs.iter().enumerate().filter(|(n, _)| kept[*n]) {
        write(&source.join(format!("p{n}.rs")), &for_floats(program, perturbed))?;
        write(&source.join(format!("d{n}.rs")), &for_duals(program))?;
        let _ = writeln!(main, "mod d{n};\nmod p{n};");
        let _ = writeln!(
            cases,
            "        run::Case {{ number: {n}, seed: {}, inputs: {}, value: p{n}::value, gradient: \
             p{n}::gradient, dual: d{n}::value }},",
            program.seed,
            inputs(program)
        );
    }
    let _ = write!(main, "\nfn main() {{\n    run::run(&[\n{cases}    ]);\n}}\n");
    write(&source.join("main.rs"), &main)
}

/// A program with its gradient. One whose text contains `perturbed` gets a wrong one.
fn for_floats(program: &Program, perturbed: Option<&str>) -> String {
    let items = print::program(program, Scalar::Float);
    let (args, parts) = arguments(program, Scalar::Float);
    let alone = alone(program);
    let wrong = perturbed.is_some_and(|text| items.contains(text));
    let wrong = if wrong { "\n    let gradient = run_wrong(gradient);" } else { "" };
    let mut text = format!(
        "//! Program {}.\n\nuse chainrules::prelude::*;\nuse zygote_engine::prelude::*;\n\n{items}\n\
         pub fn value(z: &[f64]) -> f64 {{\n    entry({args})\n}}\n\n\
         pub fn gradient(z: &[f64]) -> (f64, Vec<f64>) {{\n    \
         let (value, g) = value_and_gradient!(entry, {args});\n    \
         let gradient = vec![{parts}];{wrong}{alone}\n    (value, gradient)\n}}\n",
        program.seed
    );
    if !wrong.is_empty() {
        text += "\nfn run_wrong(mut gradient: Vec<f64>) -> Vec<f64> {\n    gradient[0] += 0.1;\n    gradient\n}\n";
    }
    text
}

/// That each cotangent is the same where all other arguments are constant at the call, and one of them where
/// one other is.
fn alone(program: &Program) -> String {
    let params = &program.entry().params;
    let chosen: Vec<usize> = (0..params.len()).filter(|n| !is_lent(program, *n)).collect();
    if chosen.len() < 2 {
        return String::new();
    }
    let mut text: String = chosen.iter().map(|n| same(program, &[*n], *n)).collect();
    if chosen.len() > 2 {
        let k = program.seed as usize % chosen.len();
        let others: Vec<usize> = chosen.iter().copied().filter(|n| *n != chosen[k]).collect();
        text += &same(program, &others, others[k % others.len()]);
    }
    text + "\n    fn run_same(a: f64, b: f64) {\n        assert!(a == b || a.is_nan() && b.is_nan());\n    }"
}

/// Whether the argument is lent by `&mut`, so that it can't be constant.
fn is_lent(program: &Program, n: usize) -> bool {
    matches!(program.entry().params[n].ty, Type::Mut(_))
}

/// That the cotangent of argument `n` is the same where only some arguments vary.
fn same(program: &Program, varying: &[usize], n: usize) -> String {
    let params = &program.entry().params;
    let varies = |k: &usize| varying.contains(k) || is_lent(program, *k);
    let args = Layout::of(program).args.into_iter().enumerate().map(|(k, arg)| {
        let arg = print::expression(&arg, Scalar::Float);
        if varies(&k) { arg } else { format!("constant({arg})") }
    });
    let args = args.collect::<Vec<_>>().join(", ");
    let varying: Vec<usize> = (0..params.len()).filter(varies).collect();
    let place = varying.iter().position(|k| *k == n).expect("it varies");
    let cotangent = match varying.len() {
        1 => Expr::var("a"),
        _ => Expr::var("a").field(place),
    };
    let (mut before, mut of) = (Layout::empty(program), Layout::empty(program));
    for param in &params[..n] {
        before.value(&param.ty, &Expr::var("a"));
    }
    of.lengths = before.lengths;
    of.value(&params[n].ty, &cotangent);
    let first = before.parts.len();
    let mut text = String::new();
    for (k, part) in of.parts.iter().enumerate() {
        if k == 0 {
            let _ = write!(text, "\n    let a = gradient!(entry, {args});");
        }
        let part = print::expression(part, Scalar::Float);
        let _ = write!(text, "\n    run_same({part}, gradient[{}]);", first + k);
    }
    text
}

fn for_duals(program: &Program) -> String {
    let items = print::program(program, Scalar::Dual);
    let (args, _) = arguments(program, Scalar::Dual);
    format!(
        "//! Program {} on dual numbers.\n\nuse crate::dual::{{Dual64, DualNum, More, checkpoint, constant, hook}};\n\n{items}\n\
         pub fn value(z: &[Dual64]) -> Dual64 {{\n    entry({args})\n}}\n",
        program.seed
    )
}

/// How many numbers a program takes.
pub(super) fn inputs(program: &Program) -> usize {
    Layout::of(program).used
}

/// The arguments made from `z`, and the places of their cotangents in `g`.
fn arguments(program: &Program, scalar: Scalar) -> (String, String) {
    let layout = Layout::of(program);
    let args: Vec<_> = layout.args.iter().map(|e| print::expression(e, scalar)).collect();
    let parts: Vec<_> = layout.parts.iter().map(|e| print::expression(e, scalar)).collect();
    (args.join(", "), parts.join(", "))
}

struct Layout<'a> {
    program: &'a Program,
    used: usize,
    lengths: std::slice::Iter<'a, usize>,
    args: Vec<Expr>,
    parts: Vec<Expr>,
}

impl<'a> Layout<'a> {
    fn empty(program: &'a Program) -> Self {
        let lengths = program.lengths.iter();
        Layout { program, used: 0, lengths, args: vec![], parts: vec![] }
    }

    fn of(program: &'a Program) -> Self {
        let mut layout = Self::empty(program);
        let params: &[Param] = &program.entry().params;
        for (n, param) in params.iter().enumerate() {
            let cotangent = Expr::var("g");
            let cotangent = if params.len() == 1 { cotangent } else { cotangent.field(n) };
            let arg = layout.value(&param.ty, &cotangent);
            layout.args.push(arg);
        }
        layout
    }

    fn value(&mut self, ty: &Type, cotangent: &Expr) -> Expr {
        match ty {
            Type::Real => {
                self.parts.push(cotangent.clone());
                self.used += 1;
                Expr::var("z").at(Expr::Int(self.used - 1))
            }
            Type::Ref(of) => match &**of {
                Type::Slice(of) => Expr::unary("&", self.value(&Type::Vec(of.clone()), cotangent)),
                of => Expr::unary("&", self.value(of, cotangent)),
            },
            Type::Mut(of) => Expr::unary("&mut ", self.value(of, cotangent)),
            Type::Vec(of) => {
                let n = *self.lengths.next().unwrap_or(&3);
                Expr::Vec(
                    (0..n).map(|i| self.value(of, &cotangent.clone().at(Expr::Int(i)))).collect(),
                )
            }
            Type::Array(of, n) => Expr::Array(
                (0..*n).map(|i| self.value(of, &cotangent.clone().at(Expr::Int(i)))).collect(),
            ),
            Type::Tuple(parts) => {
                let parts = parts.iter().enumerate();
                Expr::Tuple(
                    parts.map(|(i, ty)| self.value(ty, &cotangent.clone().field(i))).collect(),
                )
            }
            Type::Named(name) => {
                let fields = self.program.structure(name).map(|s| s.fields.clone());
                let fields = fields.into_iter().flatten().map(|(field, ty)| {
                    let value = self.value(&ty, &cotangent.clone().field(&field));
                    (field, value)
                });
                Expr::Struct(name.clone(), fields.collect(), None)
            }
            Type::Option(of) => Expr::Call("Some".into(), vec![self.value(of, cotangent)]),
            Type::Int => Expr::Int(3),
            Type::Bool => Expr::Bool(true),
            Type::Unit | Type::Slice(_) | Type::Function(_) => {
                unreachable!("{ty:?} is no argument of a whole program")
            }
        }
    }
}
