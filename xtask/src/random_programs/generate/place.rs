//! Places: variables, their elements and fields; and indices.

use super::super::ast::{Expr, Stmt, Type};
use super::Generator;
use super::scope::Variable;

/// A step from a place to a part of it.
#[derive(Clone, Debug)]
enum Step {
    Deref,
    Index(Type),
    Field(String),
}

/// How a place is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Use {
    Read,
    Write,
}

impl Generator {
    /// A place of a type.
    pub(super) fn place(&mut self, target: &Type, usage: Use) -> Option<Expr> {
        self.place_in(target, usage, |_| true)
    }

    /// A place of a type in one of the variables that are `wanted`.
    pub(super) fn place_in(
        &mut self,
        target: &Type,
        usage: Use,
        wanted: impl Fn(&Variable) -> bool,
    ) -> Option<Expr> {
        let mut variables =
            if usage == Use::Read { self.scope.readable() } else { self.scope.writable() };
        variables.retain(|variable| wanted(variable));
        let mut found = vec![];
        for variable in variables {
            let mut paths = vec![];
            self.reach(&variable.ty, target, usage, &mut vec![], &mut paths);
            if usage == Use::Write && self.scope.fixed.contains(&variable.name) {
                // The whole sequence would be replaced.
                paths.retain(|path| path.iter().any(|step| !matches!(step, Step::Deref)));
            }
            if !paths.is_empty() {
                found.push((variable, paths));
            }
        }
        let (variable, paths) = self.one_of(&found)?;
        let path = self.one_of(&paths)?;
        Some(self.walk(variable, &path, usage))
    }

    /// The place at the end of a path.
    fn walk(&mut self, variable: Variable, path: &[Step], usage: Use) -> Expr {
        let mut place = Expr::Var(variable.name);
        for (n, step) in path.iter().enumerate() {
            place = match step {
                // Fields and elements are reached through a reference as they are.
                Step::Deref => {
                    if matches!(path.get(n + 1), None | Some(Step::Deref)) {
                        Expr::unary("*", place)
                    } else {
                        place
                    }
                }
                Step::Index(of) => {
                    let index = self.index(&place, of);
                    let index = if usage == Use::Write { self.named_first(index) } else { index };
                    place.at(index)
                }
                Step::Field(name) => place.field(name),
            };
        }
        place
    }

    fn reach(
        &self,
        ty: &Type,
        target: &Type,
        usage: Use,
        path: &mut Vec<Step>,
        found: &mut Vec<Vec<Step>>,
    ) {
        if ty == target {
            found.push(path.clone());
        }
        if path.len() > 4 {
            return;
        }
        let mut follow = |step: Step, part: &Type| {
            path.push(step);
            self.reach(part, target, usage, path, found);
            path.pop();
        };
        match ty {
            Type::Ref(of) if usage == Use::Read => follow(Step::Deref, of),
            Type::Mut(of) => follow(Step::Deref, of),
            Type::Vec(of) | Type::Slice(of) | Type::Array(of, _) => {
                follow(Step::Index(ty.clone()), of);
            }
            Type::Tuple(parts) => {
                for (n, part) in parts.iter().enumerate() {
                    follow(Step::Field(n.to_string()), part);
                }
            }
            Type::Named(name) => {
                let fields = self.program.structure(name).map(|s| &s.fields[..]);
                for (name, part) in fields.unwrap_or_default() {
                    follow(Step::Field(name.clone()), part);
                }
            }
            _ => {}
        }
    }

    /// An index within a sequence of a type.
    pub(super) fn index(&mut self, base: &Expr, ty: &Type) -> Expr {
        if let Expr::Var(name) = base {
            let bounds: Vec<_> =
                self.scope.bounds.iter().filter(|b| b.of == *name).cloned().collect();
            if let Some(bound) = self.one_of(&bounds).filter(|_| !bounds.is_empty())
                && self.chance(80)
            {
                let high = self.rng.usize(0..=bound.high);
                let low = self.rng.usize(0..=bound.low);
                return match (low, high) {
                    (0, 0) => bound.index,
                    (0, n) => Expr::binary("+", bound.index, Expr::Int(n)),
                    (n, _) => Expr::binary("-", bound.index, Expr::Int(n)),
                };
            }
        }
        let least = least_length(ty);
        if self.chance(40) {
            return Expr::Int(self.rng.usize(0..least));
        }
        if self.chance(20) && *ty != Type::Int {
            let back = self.rng.usize(1..=least);
            return Expr::binary("-", length(base.clone(), ty), Expr::Int(back));
        }
        let number = self.pure(|g| g.int(1));
        Expr::binary("%", number, length(base.clone(), ty))
    }

    /// A number that reads a length, in a variable: what is indexed is lent before its index is
    /// computed.
    pub(super) fn named_first(&mut self, index: Expr) -> Expr {
        let reads = match &index {
            Expr::Binary(_, a, b) => {
                [a, b].iter().any(|e| !matches!(***e, Expr::Int(_) | Expr::Var(_)))
            }
            e => !matches!(e, Expr::Int(_) | Expr::Var(_)),
        };
        if !reads {
            return index;
        }
        let name = self.fresh("j");
        self.before.push(Stmt::Let(name.clone(), None, Some(index)));
        Expr::Var(name)
    }

    /// Generates statements, after those that their places need.
    pub(super) fn prepared<T: IntoIterator<Item = Stmt>>(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Vec<Stmt>> {
        let outer = std::mem::take(&mut self.before);
        let stmts = inside(self);
        let mut before = std::mem::replace(&mut self.before, outer);
        before.extend(stmts?);
        Some(before)
    }

    /// A sequence of reals that is lent: `&v`, `&v[1..]`, `x`.
    pub(super) fn lent_slice(&mut self, usage: Use) -> Option<Expr> {
        let real = Box::new(Type::Real);
        let borrow = if usage == Use::Read { "&" } else { "&mut " };
        let mut kinds = vec![Type::Vec(real.clone()), Type::Slice(real.clone())];
        kinds.extend((2..5).map(|n| Type::Array(real.clone(), n)));
        let offset = self.rng.usize(0..kinds.len());
        for n in 0..kinds.len() {
            let ty = &kinds[(n + offset) % kinds.len()];
            let Some(place) = self.place(ty, usage) else { continue };
            // A reference is handed on as it is.
            let place = match place {
                Expr::Unary("*", reference) => {
                    if self.chance(70) || matches!(ty, Type::Array(..)) {
                        return Some(*reference);
                    }
                    *reference
                }
                place if self.chance(50) => return Some(Expr::unary(borrow, place)),
                place => place,
            };
            let part = match self.part(&place, ty) {
                Expr::Range(from, to) if usage == Use::Write => {
                    let mut end = |e: Option<Box<Expr>>| e.map(|e| Box::new(self.named_first(*e)));
                    Expr::Range(end(from), end(to))
                }
                part => part,
            };
            return Some(Expr::unary(borrow, place.at(part)));
        }
        None
    }

    /// A range within a sequence that is not empty.
    pub(super) fn part(&mut self, base: &Expr, ty: &Type) -> Expr {
        let half = Expr::binary("/", length(base.clone(), ty), Expr::Int(2));
        let up = Expr::binary(
            "/",
            Expr::binary("+", length(base.clone(), ty), Expr::Int(1)),
            Expr::Int(2),
        );
        match self.rng.u8(0..4) {
            0 => Expr::Range(Some(Box::new(half)), None),
            1 => Expr::Range(None, Some(Box::new(up))),
            2 if least_length(ty) > 1 => Expr::Range(Some(Box::new(Expr::Int(1))), None),
            _ => Expr::Range(None, None),
        }
    }
}

/// The least length that a sequence of a type has.
pub(super) fn least_length(ty: &Type) -> usize {
    match ty {
        Type::Array(_, n) => *n,
        Type::Vec(_) => 2,
        _ => 1,
    }
}

/// The length of a sequence.
pub(super) fn length(base: Expr, ty: &Type) -> Expr {
    match ty {
        Type::Array(_, n) => Expr::Int(*n),
        _ => base.receiver().method("len", vec![]),
    }
}
