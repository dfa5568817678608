//! Well-typed programs from a seed.
//!
//! What is generated runs without panics by construction: an index is a remainder, or in the bounds
//! of a loop; a `Vec` has two elements at least, a slice one; loops are counted. State is mostly
//! passed through bounded functions, so that numbers stay tame.

mod call;
mod chain;
mod function;
mod iterate;
mod place;
mod scope;
mod statement;
mod user_type;
mod value;
mod written;

use super::ast::{Expr, Function, Program, Stmt, Type};
use scope::Scope;
use std::collections::BTreeSet;

/// A part of the language that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Feature {
    /// `Vec` that grow and shrink.
    Vectors,
    /// Arrays, also in sequences.
    Arrays,
    /// Tuples.
    Tuples,
    /// Calls of other functions of the program.
    Calls,
    /// Functions that call themselves.
    Recursion,
    /// `return`, `break`, `continue` in the middle.
    Exits,
    /// `match` on integers, reals and tuples.
    Matches,
    /// `let r = &mut v[i]`, parts of slices, `&mut` arguments.
    Aliases,
    /// Loops over sequences by iterators.
    Walks,
    /// Loops over ranges within the bounds of a sequence.
    Windows,
    /// Blocks with effects inside expressions.
    Effects,
    /// Structures.
    Structs,
    /// Enumerations.
    Enums,
    /// Methods of structures.
    Methods,
    /// Local closures, and functions that take one.
    Closures,
    /// Chains of iterators with closures.
    Chains,
    /// `Option`, `if let`, `while let`, `let else`.
    Options,
    /// Statements that are written, for what the others lack: operators and iterators of the program's own,
    /// traits, maps, texts, pointers, `hook` and `checkpoint`.
    Written,
}

/// The program of a seed.
pub(super) fn program(seed: u64, features: &[Feature]) -> Program {
    let mut generator = Generator {
        rng: fastrand::Rng::with_seed(seed),
        features: features.iter().copied().collect(),
        program: Program { seed, ..Program::default() },
        signatures: vec![],
        scope: Scope::default(),
        result: Type::Real,
        names: 0,
        weight: 1.0,
        cost: 0.0,
        effects: false,
        before: vec![],
    };
    generator.types();
    for _ in 0..generator.rng.usize(0..4) {
        generator.helper();
    }
    if generator.has(Feature::Recursion) && generator.rng.u8(0..4) == 0 {
        generator.recursive();
    }
    generator.entry();
    generator.program
}

/// What a caller knows of a function.
#[derive(Clone, Debug)]
struct Signature {
    name: String,
    params: Vec<Type>,
    result: Type,
    /// About how many statements a call runs.
    cost: f64,
}

/// The most statements that a function may run, about.
const MOST: f64 = 4000.0;

struct Generator {
    rng: fastrand::Rng,
    features: BTreeSet<Feature>,
    program: Program,
    signatures: Vec<Signature>,
    scope: Scope,
    /// The result of the function that is generated.
    result: Type,
    names: usize,
    /// How often what is generated runs, about.
    weight: f64,
    /// How many statements the function runs, about.
    cost: f64,
    /// Whether an expression may change variables.
    effects: bool,
    /// Statements that the places of the present one need.
    before: Vec<Stmt>,
}

impl Generator {
    fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// True in `percent` of the cases.
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(0..100) < percent
    }

    /// One of these, or nothing if there are none.
    fn one_of<T: Clone>(&mut self, list: &[T]) -> Option<T> {
        if list.is_empty() { None } else { Some(list[self.rng.usize(0..list.len())].clone()) }
    }

    /// One of these words.
    fn word(&mut self, list: &[&'static str]) -> &'static str {
        list[self.rng.usize(0..list.len())]
    }

    /// The place of a weight, drawn in proportion to the weights.
    fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.rng.u32(0..weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        unreachable!("the number is less than the sum")
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn add_function(&mut self, function: Function) {
        self.signatures.push(Signature {
            name: function.name.clone(),
            params: function.params.iter().map(|param| param.ty.clone()).collect(),
            result: function.result.clone(),
            cost: self.cost + 1.0,
        });
        self.program.functions.push(function);
    }

    /// A literal between -1.5 and 1.5 with one decimal, never zero.
    fn literal(&mut self) -> f64 {
        let tenths = f64::from(self.rng.i32(1..=15));
        if self.chance(30) { -tenths / 10.0 } else { tenths / 10.0 }
    }

    fn real_literal(&mut self) -> Expr {
        Expr::Real(self.literal())
    }
}
