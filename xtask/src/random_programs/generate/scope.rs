//! What is in scope, and what may be done with it.

use super::super::ast::{Block, Expr, Type};
use super::Generator;

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) mutable: bool,
}

/// An index that is in the bounds of a sequence, also if up to `low` is subtracted or `high` added.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) index: Expr,
    pub(super) of: String,
    pub(super) low: usize,
    pub(super) high: usize,
}

/// What is in scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) variables: Vec<Variable>,
    /// Variables that are lent exclusively.
    pub(super) hidden: Vec<String>,
    /// Variables that are lent.
    pub(super) frozen: Vec<String>,
    /// Sequences whose length may not change.
    pub(super) fixed: Vec<String>,
    /// Slices of two elements at least.
    pub(super) long: Vec<String>,
    pub(super) bounds: Vec<Bound>,
    /// The labels of the loops around, the innermost last.
    pub(super) loops: Vec<Option<String>>,
    /// Closures, with the number of their arguments.
    pub(super) closures: Vec<(String, usize)>,
}

impl Scope {
    pub(super) fn declare(&mut self, name: &str, ty: Type, mutable: bool) {
        // What is shadowed is out of reach.
        self.variables.retain(|variable| variable.name != name);
        self.variables.push(Variable { name: name.to_string(), ty, mutable });
    }

    pub(super) fn readable(&self) -> Vec<Variable> {
        let seen = self.variables.iter().filter(|v| !self.hidden.contains(&v.name));
        seen.cloned().collect()
    }

    /// The variables that can be assigned to, themselves or what they refer to.
    pub(super) fn writable(&self) -> Vec<Variable> {
        let mut all = self.readable();
        all.retain(|v| {
            let open = v.mutable || matches!(v.ty, Type::Mut(_));
            open && !self.frozen.contains(&v.name)
        });
        all
    }

    /// The readable variables of a type.
    pub(super) fn of_type(&self, ty: &Type) -> Vec<String> {
        self.readable().into_iter().filter(|v| v.ty == *ty).map(|v| v.name).collect()
    }
}

impl Generator {
    /// The type of a variable.
    pub(super) fn type_of(&self, name: &str) -> Option<Type> {
        self.scope.variables.iter().find(|v| v.name == name).map(|v| v.ty.clone())
    }

    /// Generates something in a scope of its own.
    pub(super) fn scoped<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.clone();
        let value = inside(self);
        self.scope = outer;
        value
    }

    /// Generates something that runs `trips` times.
    pub(super) fn repeated<T>(&mut self, trips: f64, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.weight;
        self.weight *= trips;
        let value = inside(self);
        self.weight = outer;
        value
    }

    /// Generates something in which a variable can't be used.
    pub(super) fn without<T>(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.scope.hidden.push(name.to_string());
        let value = inside(self);
        self.scope.hidden.pop();
        value
    }

    /// Generates something that changes no variable.
    pub(super) fn pure<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.effects, false);
        let value = inside(self);
        self.effects = outer;
        value
    }

    /// Up to `most` statements, and what `end` adds as a value.
    pub(super) fn block(
        &mut self,
        depth: usize,
        most: usize,
        end: impl FnOnce(&mut Self) -> Option<Expr>,
    ) -> Block {
        self.scoped(|g| {
            let mut stmts = vec![];
            for _ in 0..g.rng.usize(1..=most.max(1)) {
                stmts.extend(g.statement(depth));
            }
            let value = end(g).map(Box::new);
            Block { stmts, value }
        })
    }
}
