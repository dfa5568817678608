//! The generator is deterministic, what it prints is Rust, and wrong gradients are found.

use super::ast::{Arm, Block, Expr, Function, Param, Program, Stmt, Type};
use super::build::{Builder, Outcome};
use super::generate::{self, Feature};
use super::points::Kind;
use super::print::{self, Scalar};
use super::shrink;
use super::visit::{self, Visitor};
use super::{Trouble, trouble};
use crate::generated;
use clap::ValueEnum;
use std::collections::{BTreeMap, BTreeSet};

fn texts(program: &Program) -> [String; 2] {
    [Scalar::Float, Scalar::Dual].map(|scalar| print::program(program, scalar))
}

#[test]
fn a_seed_gives_one_program() {
    for seed in 0..50 {
        let first = generate::program(seed, Feature::value_variants());
        assert_eq!(first, generate::program(seed, Feature::value_variants()));
        assert_ne!(texts(&first), texts(&generate::program(seed + 1, Feature::value_variants())));
    }
}

/// The kinds of expressions and statements that occur, by the first word of their debug form.
#[derive(Default)]
struct Kinds(BTreeSet<String>);

impl Kinds {
    fn add(&mut self, debug: &str) {
        let word: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
        self.0.insert(word);
    }
}

impl Visitor for Kinds {
    fn expr(&mut self, e: &mut Expr) {
        self.add(&format!("{e:?}"));
    }

    fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt> {
        self.add(&format!("{stmt:?}"));
        vec![stmt]
    }
}

#[test]
fn all_that_is_printed_is_rust() {
    let mut kinds = Kinds::default();
    for seed in 0..300 {
        let mut program = generate::program(seed, Feature::value_variants());
        for text in texts(&program) {
            if let Err(error) = syn::parse_file(&text) {
                panic!("program {seed}: {error}\n{text}");
            }
        }
        visit::program(&mut program, &mut kinds);
    }
    for kind in [
        "Array",
        "Assign",
        "Binary",
        "Block",
        "Break",
        "Call",
        "Closure",
        "Compare",
        "Continue",
        "Expr",
        "Field",
        "For",
        "If",
        "IfLet",
        "Index",
        "Int",
        "Let",
        "LetElse",
        "Loop",
        "Match",
        "Method",
        "OwnMethod",
        "Range",
        "Real",
        "Repeat",
        "Return",
        "Struct",
        "Suffixed",
        "ToInt",
        "ToReal",
        "Try",
        "Tuple",
        "Unary",
        "Var",
        "Vec",
        "VecRepeat",
        "While",
        "WhileLet",
        "Written",
    ] {
        assert!(kinds.0.contains(kind), "`{kind}` is in no program");
    }
}

#[test]
fn parentheses_keep_the_tree() {
    let sum = || Expr::binary("+", Expr::var("a"), Expr::var("b"));
    let text = |e: Expr| print::expression(&e, Scalar::Float);
    assert_eq!(text(Expr::binary("*", sum(), sum())), "(a + b) * (a + b)");
    assert_eq!(text(Expr::binary("-", sum(), sum())), "a + b - (a + b)");
    assert_eq!(text(sum().method("sin", vec![])), "(a + b).sin()");
    assert_eq!(text(Expr::unary("-", Expr::Real(-0.5))), "- -0.5");
    let yes = Expr::If(Box::new(Expr::Bool(true)), Block::of(sum()), Some(Block::of(sum())));
    assert!(text(Expr::binary("*", yes, sum())).starts_with("(if true"));
    let cast = Expr::ToReal(Box::new(Expr::var("k")));
    let less = Expr::Compare("<", Box::new(cast), Box::new(Expr::Real(0.5)));
    assert_eq!(text(less.clone()), "(k as f64) < 0.5");
    assert_eq!(
        print::expression(&less, Scalar::Dual),
        "Dual64::from_re(k as f64).re < Dual64::from_re(0.5).re"
    );
}

#[test]
fn edits_make_programs_smaller_or_other() {
    for seed in 0..4 {
        let program = generate::program(seed, Feature::value_variants());
        let edits = shrink::possible(&program);
        assert!(!edits.is_empty());
        for (at, variant) in edits.iter().take(60) {
            let smaller = shrink::apply(&program, &BTreeMap::from([(*at, *variant)]));
            assert_ne!(smaller, program, "edit {at}, {variant} of program {seed} does nothing");
            for text in texts(&smaller) {
                assert!(syn::parse_file(&text).is_ok(), "edit {at}, {variant}:\n{text}");
            }
        }
    }
}

/// `fn entry(x: &[f64]) -> f64` with a loop, a branch and a product that has `exp`.
fn small() -> Program {
    let real = |x: f64| Expr::Real(x);
    let x = |i: usize| Expr::var("x").at(Expr::Int(i));
    let add = |e: Expr| Stmt::Assign("+=", Expr::var("s"), e);
    let looped = Block::unit(vec![add(Expr::binary("*", Expr::var("s"), x(1)))]);
    let range = Expr::Range(Some(Box::new(Expr::Int(0))), Some(Box::new(Expr::Int(3))));
    let test = Expr::Compare(">", Box::new(x(0)), Box::new(real(0.1)));
    let chosen = Expr::If(
        Box::new(test),
        Block::unit(vec![add(x(2).method("exp", vec![]))]),
        Some(Block::unit(vec![add(x(2).method("exp", vec![]).method("sin", vec![]))])),
    );
    let selected = Expr::Match(
        Box::new(Expr::Int(1)),
        vec![
            Arm { pattern: "1".into(), guard: None, body: Block::of(x(0)) },
            Arm { pattern: "_".into(), guard: None, body: Block::of(real(0.5)) },
        ],
    );
    let body = Block {
        stmts: vec![
            Stmt::Let("mut s".into(), Some(Type::Real), Some(x(0))),
            Stmt::For(None, "_".into(), range, looped),
            Stmt::Expr(chosen),
            add(selected),
        ],
        value: Some(Box::new(Expr::var("s"))),
    };
    let params = vec![Param { name: "x".into(), ty: Type::slice_ref(Type::Real), mutable: false }];
    let entry = Function { name: "entry".into(), params, result: Type::Real, body };
    Program { seed: 7, functions: vec![entry], lengths: vec![3], ..Program::default() }
}

// One test compiles crates, because they share a folder.
#[test]
fn wrong_gradients_are_found_and_made_smaller() {
    let mut builder = Builder {
        root: generated::root().into(),
        folder: generated::folder("random-programs-test"),
        target: generated::target(),
        name: "trial",
        release: false,
        per_crate: 10,
        perturbed: None,
    };
    let mut panics = small();
    panics.functions[0].body.value = Some(Box::new(Expr::var("x").at(Expr::Int(9))));
    let mut refused = small();
    let label = Stmt::Expr(Expr::Call("unknown!".into(), vec![]));
    refused.functions[0].body.stmts.push(label);
    let mut invalid = small();
    invalid.functions[0].body.value = Some(Box::new(Expr::var("nothing")));
    let programs = [small(), panics, refused, invalid];
    let outcomes = builder.examine(&programs).expect("the programs are compiled");
    assert!(matches!(&outcomes[0], Outcome::Ran(points) if points.len() == 3), "{outcomes:?}");
    assert_eq!(trouble(&outcomes[0]), None);
    assert_eq!(trouble(&outcomes[1]), None, "both panic");
    assert!(matches!(outcomes[3], Outcome::Invalid(..)), "{outcomes:?}");
    assert!(!matches!(outcomes[2], Outcome::Ran(_)), "{outcomes:?}");

    builder.perturbed = Some(".exp()".into());
    let outcomes = builder.examine(&[small()]).expect("the program is compiled");
    let (kind, text) = trouble(&outcomes[0]).expect("a wrong gradient is found");
    assert_eq!(kind, Trouble::Wrong(Kind::Gradient));
    assert!(text.contains("expected"), "{text}");
    let (smallest, _) = shrink::shrink(&builder, &small(), &kind).expect("it is compiled");
    let text = print::program(&smallest, Scalar::Float);
    assert!(text.contains(".exp()") && !text.contains("for") && !text.contains("match"), "{text}");
    assert!(text.lines().count() < 8, "{text}");
}
