//! Loops.

use super::super::ast::{Block, Expr, Stmt, Type};
use super::place::{Use, least_length, length};
use super::scope::Bound;
use super::{Feature, Generator, MOST};

/// A sequence that a loop walks over.
struct Walk {
    iter: Expr,
    pattern: String,
    variables: Vec<(String, Type)>,
    /// The variable that holds the sequence.
    of: String,
}

impl Generator {
    /// A loop.
    pub(super) fn iterate(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        if self.cost + 16.0 * self.weight > MOST {
            return None;
        }
        let walks = u32::from(self.has(Feature::Walks));
        let windows = u32::from(self.has(Feature::Windows));
        match self.weighted(&[20, 30 * windows, 10 * windows, 30 * walks, 10, 10]) {
            0 => self.over_numbers(depth),
            1 => self.over_indices(depth),
            2 => self.over_rows(depth),
            3 => self.over_items(depth),
            4 => self.repeat_while(depth),
            _ => self.repeat(depth),
        }
    }

    fn label(&mut self) -> Option<String> {
        (self.has(Feature::Exits) && self.chance(30)).then(|| self.fresh("l"))
    }

    fn body(&mut self, depth: usize, trips: f64, label: Option<&String>) -> Block {
        // A plain `break` or `continue` is of the innermost loop.
        self.scope.loops.retain(Option::is_some);
        self.scope.loops.push(label.cloned());
        self.repeated(trips, |g| g.block(depth - 1, 4, |_| None))
    }

    fn over_numbers(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let (i, label) = (self.fresh("i"), self.label());
        let end = if self.chance(50) {
            Expr::Int(self.rng.usize(1..5))
        } else {
            Expr::binary("%", self.pure(|g| g.int(1)), Expr::Int(5))
        };
        let from = self.rng.usize(0..2);
        let range = Expr::Range(Some(Box::new(Expr::Int(from))), Some(Box::new(end)));
        let range = match self.rng.u8(0..6) {
            0 => range.method("rev", vec![]),
            1 => range.method("step_by", vec![Expr::Int(2)]),
            _ => range,
        };
        let body = self.scoped(|g| {
            g.scope.declare(&i, Type::Int, false);
            g.body(depth, 3.0, label.as_ref())
        });
        Some(vec![Stmt::For(label, i, range, body)])
    }

    /// A sequence of reals in a variable of its own.
    fn sequence_variable(&mut self) -> Option<(String, Type)> {
        let found: Vec<_> = self
            .scope
            .readable()
            .into_iter()
            .filter_map(|v| {
                let ty = match v.ty {
                    Type::Ref(of) | Type::Mut(of) => *of,
                    ty => ty,
                };
                matches!(ty, Type::Vec(_) | Type::Slice(_) | Type::Array(..))
                    .then_some((v.name, ty))
            })
            .collect();
        self.one_of(&found)
    }

    /// `for i in 1..v.len() - 1`, with indices near `i`.
    fn over_indices(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let (name, ty) = self.sequence_variable()?;
        let (i, label) = (self.fresh("i"), self.label());
        let low = self.rng.usize(0..2);
        let high = self.rng.usize(0..2).min(least_length(&ty) - 1);
        let mut stmts = vec![];
        let other = self.sequence_variable().filter(|(n, _)| *n != name && self.rng.bool());
        let mut end = length(Expr::var(&name), &ty);
        if let Some((other, ty)) = &other {
            let shorter = length(Expr::var(other), ty);
            end = match end {
                // A literal has no method.
                Expr::Int(n) => shorter.min_with(n),
                end => end.method("min", vec![shorter]),
            };
        }
        if high > 0 {
            end = Expr::binary("-", end, Expr::Int(high));
        }
        if self.chance(25) {
            let n = self.fresh("n");
            stmts.push(Stmt::Let(n.clone(), None, Some(end)));
            end = Expr::Var(n);
        }
        let range = Expr::Range(Some(Box::new(Expr::Int(low))), Some(Box::new(end)));
        let range = if self.chance(20) { range.method("rev", vec![]) } else { range };
        let body = self.scoped(|g| {
            for name in std::iter::once(&name).chain(other.as_ref().map(|(name, _)| name)) {
                g.scope.fixed.push(name.clone());
                let index = Expr::var(&i);
                g.scope.bounds.push(Bound { index, of: name.clone(), low, high });
            }
            g.scope.declare(&i, Type::Int, false);
            g.body(depth, 4.0, label.as_ref())
        });
        stmts.push(Stmt::For(label, i, range, body));
        Some(stmts)
    }

    /// Two loops over a sequence as rows.
    fn over_rows(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let (name, ty) = self.sequence_variable()?;
        (depth > 1).then_some(())?;
        let (i, j) = (self.fresh("i"), self.fresh("j"));
        let columns = self.rng.usize(1..3);
        let rows = Expr::binary("/", length(Expr::var(&name), &ty), Expr::Int(columns));
        let start = Expr::binary("*", Expr::var(&i), Expr::Int(columns));
        let outer = self.scoped(|g| {
            g.scope.fixed.push(name.clone());
            g.scope.declare(&i, Type::Int, false);
            g.scope.loops.retain(Option::is_some);
            g.scope.loops.push(None);
            let mut stmts = if g.chance(30) { g.statement(0) } else { vec![] };
            let start = if g.chance(50) {
                let base = g.fresh("base");
                stmts.push(Stmt::Let(base.clone(), None, Some(start)));
                g.scope.declare(&base, Type::Int, false);
                Expr::Var(base)
            } else {
                start
            };
            let inner = g.scoped(|g| {
                g.scope.declare(&j, Type::Int, false);
                let index = Expr::binary("+", start, Expr::var(&j));
                g.scope.bounds.push(Bound { index, of: name.clone(), low: 0, high: 0 });
                g.repeated(3.0, |g| g.body(depth - 1, 2.0, None))
            });
            let range =
                Expr::Range(Some(Box::new(Expr::Int(0))), Some(Box::new(Expr::Int(columns))));
            stmts.push(Stmt::For(None, j.clone(), range, inner));
            Block::unit(stmts)
        });
        let range = Expr::Range(Some(Box::new(Expr::Int(0))), Some(Box::new(rows)));
        Some(vec![Stmt::For(None, i, range, outer)])
    }

    /// A sequence of a variable, whole or in part.
    fn walked(&mut self) -> Option<Walk> {
        let (name, ty) = self.sequence_variable()?;
        let (Type::Vec(of) | Type::Slice(of) | Type::Array(of, _)) = &ty else { return None };
        let item = self.fresh("y");
        let lent = !matches!(self.type_of(&name), Some(Type::Vec(_) | Type::Array(..)));
        let base = Expr::var(&name);
        let base = match self.rng.u8(0..4) {
            0 if !lent => Expr::unary("&", base),
            1 => {
                let part = self.part(&base, &ty);
                base.at(part).method("iter", vec![])
            }
            _ => base.method("iter", vec![]),
        };
        if **of == Type::Real && self.chance(20) && matches!(base, Expr::Method(..)) {
            let method = self.word(&["copied", "cloned"]);
            let variables = vec![(item.clone(), Type::Real)];
            let iter = base.method(method, vec![]);
            return Some(Walk { iter, pattern: item, variables, of: name });
        }
        if **of == Type::Real && self.chance(15) {
            let variables = vec![(item.clone(), Type::Real)];
            let pattern = format!("&{item}");
            return Some(Walk { iter: base, pattern, variables, of: name });
        }
        let variables = vec![(item.clone(), Type::Ref(of.clone()))];
        Some(Walk { iter: base, pattern: item, variables, of: name })
    }

    fn over_items(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let Walk { mut iter, mut pattern, mut variables, of } = self.walked()?;
        let label = self.label();
        let mut roots = vec![of];
        if matches!(iter, Expr::Method(..)) {
            match self.rng.u8(0..8) {
                0 => iter = iter.method("rev", vec![]),
                1 => iter = iter.method("skip", vec![Expr::Int(1)]),
                2 => iter = iter.method("take", vec![Expr::Int(2)]),
                3 => iter = iter.method("step_by", vec![Expr::Int(2)]),
                _ => {}
            }
            if self.chance(30) {
                let other = self.walked()?;
                iter = iter.method("zip", vec![other.iter]);
                pattern = format!("({pattern}, {})", other.pattern);
                variables.extend(other.variables);
                roots.push(other.of);
            }
            if self.chance(30) {
                let i = self.fresh("i");
                iter = iter.method("enumerate", vec![]);
                pattern = format!("({i}, {pattern})");
                variables.push((i, Type::Int));
            }
        }
        let body = self.scoped(|g| {
            g.scope.frozen.extend(roots);
            for (name, ty) in variables {
                g.scope.declare(&name, ty, false);
            }
            g.body(depth, 4.0, label.as_ref())
        });
        Some(vec![Stmt::For(label, pattern, iter, body)])
    }

    fn repeat_while(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let (counter, label) = (self.fresh("c"), self.label());
        let limit = self.rng.usize(1..5);
        let test = self.chance(70).then(|| self.test(1));
        let body = self.scoped(|g| {
            g.scope.declare(&counter, Type::Int, false);
            g.body(depth, 3.0, label.as_ref())
        });
        Some(vec![Stmt::While { label, counter, limit, test, body }])
    }

    fn repeat(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let (counter, label) = (self.fresh("c"), self.label());
        let limit = self.rng.usize(1..4);
        let body = self.scoped(|g| {
            g.scope.declare(&counter, Type::Int, false);
            let mut body = g.body(depth, 3.0, label.as_ref());
            if g.chance(40) {
                let test = g.test(1);
                let leave = Block::unit(vec![Stmt::Break(None)]);
                body.stmts.push(Stmt::Expr(Expr::If(Box::new(test), leave, None)));
            }
            body
        });
        Some(vec![Stmt::Loop { label, counter, limit, body }])
    }

    /// A place of a `Vec` or array of reals for a chain.
    pub(super) fn chained(&mut self) -> Option<Expr> {
        self.place(&Type::vec(Type::Real), Use::Read)
    }
}

impl Expr {
    /// The lesser of this and a number.
    fn min_with(self, n: usize) -> Expr {
        match self {
            Expr::Int(m) => Expr::Int(m.min(n)),
            e => e.method("min", vec![Expr::Int(n)]),
        }
    }
}
