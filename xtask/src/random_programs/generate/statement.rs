//! Statements.

use super::super::ast::{Arm, Block, Expr, Stmt, Type};
use super::place::Use;
use super::{Feature, Generator};

impl Generator {
    /// A statement, or what it takes to say it.
    pub(super) fn statement(&mut self, depth: usize) -> Vec<Stmt> {
        self.cost += self.weight;
        // What can't be generated in this scope is drawn again.
        for _ in 0..10 {
            if let Some(stmts) = self.prepared(|g| g.any_statement(depth)) {
                return stmts;
            }
        }
        self.small_assignment()
    }

    fn any_statement(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        let nested = u32::from(depth > 0);
        let weights = [
            16,
            14,
            5,
            3,
            14,
            8,
            6,
            3,
            3,
            8 * nested,
            5 * nested,
            3 * nested,
            2 * nested,
            18 * nested,
            5 * nested,
            5 * nested,
            7,
            6 * nested,
            7,
            16 * nested * u32::from(self.has(Feature::Written)),
        ];
        match self.weighted(&weights) {
            0 => self.assignment(),
            1 => self.compound(),
            2 => self.integers(),
            3 => self.whole(),
            4 => self.sequence(),
            5 => self.local(),
            6 => self.changing_call(),
            7 => self.swap(),
            8 => self.deferred(),
            9 => Some(vec![Stmt::Expr(self.branch(depth))]),
            10 => self.leaving(depth),
            11 => self.match_statement(depth),
            12 => Some(vec![Stmt::Expr(Expr::Block(self.block(depth - 1, 3, |_| None)))]),
            13 => self.iterate(depth),
            14 => self.alias(depth),
            15 => self.closure_block(depth),
            16 => self.of_user_type(depth),
            17 => self.option_statement(depth),
            18 => self.chain_statement(),
            _ => self.written(depth),
        }
    }

    /// A store that keeps numbers tame; nothing where nothing can be stored.
    pub(super) fn small_assignment(&mut self) -> Vec<Stmt> {
        let stmts = self.prepared(|g| {
            let place = g.place(&Type::Real, Use::Write)?;
            let value = g.pure(Self::linear);
            Some([Stmt::Assign("=", place, value)])
        });
        stmts.unwrap_or_default()
    }

    /// A combination of a few places that does not grow.
    fn linear(&mut self) -> Expr {
        let first = self.leaf();
        match self.rng.u8(0..5) {
            0 => Expr::binary("*", first, Expr::Real(0.7)),
            1 => {
                let first = Expr::binary("*", Expr::Real(0.6), first);
                let second = Expr::binary("*", self.leaf(), Expr::Real(0.3));
                Expr::binary("+", first, second)
            }
            2 => {
                let product = Expr::binary("*", first, self.leaf());
                Expr::binary("*", product, Expr::Real(0.4))
            }
            3 => first,
            _ => Expr::binary("-", self.real_literal(), Expr::binary("*", first, Expr::Real(0.5))),
        }
    }

    fn assignment(&mut self) -> Option<Vec<Stmt>> {
        let place = self.place(&Type::Real, Use::Write)?;
        let value = match self.rng.u8(0..10) {
            0..=3 => self.bounded(2),
            4 => self.real_literal(),
            5..=6 => {
                let guard = Expr::binary("*", Expr::Suffixed(0.5), self.real(2));
                guard.method("tanh", vec![])
            }
            _ => self.pure(Self::linear),
        };
        Some(vec![Stmt::Assign("=", place, value)])
    }

    fn compound(&mut self) -> Option<Vec<Stmt>> {
        let place = self.place(&Type::Real, Use::Write)?;
        // The value of a compound assignment is computed before the place for `f64`, and after it
        // for numbers that are not built in.
        let (op, value) = self.pure(|g| match g.rng.u8(0..8) {
            0..=1 => ("+=", Expr::binary("*", Expr::Real(0.4), g.bounded(1))),
            2 => ("*=", g.bounded(1)),
            3 => ("-=", g.bounded(2)),
            4 => ("/=", Expr::binary("+", Expr::Suffixed(2.0), g.bounded(1))),
            5 => ("+=", Expr::binary("*", g.leaf(), Expr::Real(0.3))),
            6 => ("+=", {
                let product = Expr::binary("*", g.leaf(), g.leaf());
                Expr::binary("*", Expr::Real(0.2), product)
            }),
            _ => ("*=", Expr::Real(0.8)),
        });
        Some(vec![Stmt::Assign(op, place, value)])
    }

    fn integers(&mut self) -> Option<Vec<Stmt>> {
        if self.chance(25) {
            let place = self.place(&Type::Bool, Use::Write)?;
            let test = self.test(1);
            return Some(vec![Stmt::Assign("=", place, test)]);
        }
        let place = self.place(&Type::Int, Use::Write)?;
        let number = match self.rng.u8(0..3) {
            0 => self.pure(|g| g.int(1)),
            1 => {
                let real = self.pure(|g| g.typed(1)).method("abs", vec![]);
                Expr::ToInt(Box::new(Expr::binary("*", real, Expr::Real(3.0))))
            }
            _ => Expr::binary("+", place.clone(), Expr::Int(self.rng.usize(1..4))),
        };
        Some(vec![Stmt::Assign("=", place, Expr::binary("%", number, Expr::Int(7)))])
    }

    /// A type of a variable with parts.
    fn composite_type(&mut self, usage: Use) -> Option<Type> {
        let variables =
            if usage == Use::Read { self.scope.readable() } else { self.scope.writable() };
        let types: Vec<_> = variables
            .into_iter()
            .filter(|v| !self.scope.fixed.contains(&v.name))
            .map(|v| match v.ty {
                Type::Mut(of) => *of,
                ty => ty,
            })
            .filter(|ty| {
                matches!(
                    ty,
                    Type::Vec(_)
                        | Type::Array(..)
                        | Type::Tuple(_)
                        | Type::Named(_)
                        | Type::Option(_)
                )
            })
            .collect();
        self.one_of(&types)
    }

    /// Replaces all of a variable that has parts.
    fn whole(&mut self) -> Option<Vec<Stmt>> {
        let ty = self.composite_type(Use::Write)?;
        let place = self.place(&ty, Use::Write)?;
        let value = self.value(&ty, 1);
        Some(vec![Stmt::Assign("=", place, value)])
    }

    /// What `Vec` and slices do.
    fn sequence(&mut self) -> Option<Vec<Stmt>> {
        if self.has(Feature::Vectors) && self.chance(60) {
            let fixed = self.scope.fixed.clone();
            let vector = Type::vec(Type::Real);
            let place = self.place_in(&vector, Use::Write, |v| !fixed.contains(&v.name))?;
            let place = place.receiver();
            // A variable is read before it is lent, a part of it is not.
            let lent = match &place {
                Expr::Var(_) => String::new(),
                place => place.root().unwrap_or_default().to_string(),
            };
            let len = || place.clone().method("len", vec![]);
            let longer = Expr::binary(">", len(), Expr::Int(2));
            let shorter = Expr::binary("<", len(), Expr::Int(8));
            let (test, action) = match self.rng.u8(0..6) {
                0..=1 => {
                    let value = self.without(&lent, |g| g.pure(|g| g.bounded(1)));
                    (shorter, vec![Stmt::Expr(place.clone().method("push", vec![value]))])
                }
                2 => (longer, vec![Stmt::Expr(place.clone().method("pop", vec![]))]),
                3 => {
                    let name = self.fresh("y");
                    let popped = place.clone().method("pop", vec![]).method("unwrap", vec![]);
                    let mut stmts = vec![Stmt::Let(name.clone(), None, Some(popped))];
                    let half = Expr::binary("*", Expr::var(&name), Expr::Real(0.7));
                    let store = self.prepared(|g| {
                        let target = g.place(&Type::Real, Use::Write)?;
                        Some([Stmt::Assign("=", target, half)])
                    });
                    stmts.extend(store.into_iter().flatten());
                    (longer, stmts)
                }
                4 => {
                    let keep = Expr::Int(self.rng.usize(2..4));
                    (longer, vec![Stmt::Expr(place.clone().method("truncate", vec![keep]))])
                }
                _ => {
                    let value = self.without(&lent, |g| g.pure(|g| g.bounded(1)));
                    let insert = place.clone().method("insert", vec![Expr::Int(1), value]);
                    (shorter, vec![Stmt::Expr(insert)])
                }
            };
            return Some(vec![Stmt::Expr(Expr::If(Box::new(test), Block::unit(action), None))]);
        }
        let place = match self.lent_slice(Use::Write)? {
            Expr::Unary(_, place) => *place,
            reference => reference,
        };
        let method = match self.rng.u8(0..4) {
            0 => {
                let lent = place.root().unwrap_or_default().to_string();
                let value = self.without(&lent, |g| g.pure(|g| g.bounded(1)));
                place.method("fill", vec![value])
            }
            1 => place.method("reverse", vec![]),
            2 => {
                let last = Expr::binary("-", place.clone().method("len", vec![]), Expr::Int(1));
                let last = self.named_first(last);
                place.method("swap", vec![Expr::Int(0), last])
            }
            _ => place.method("rotate_left", vec![Expr::Int(1)]),
        };
        Some(vec![Stmt::Expr(method)])
    }

    /// A new variable.
    fn local(&mut self) -> Option<Vec<Stmt>> {
        let mutable = self.chance(40);
        if self.chance(15) {
            // A name that was there before.
            let name = self.one_of(&self.scope.of_type(&Type::Real))?;
            if self.scope.frozen.contains(&name) || self.scope.hidden.contains(&name) {
                return None;
            }
            let value = self.typed(1);
            self.scope.declare(&name, Type::Real, mutable);
            let mutable = if mutable { "mut " } else { "" };
            return Some(vec![Stmt::Let(format!("{mutable}{name}"), None, Some(value))]);
        }
        if self.has(Feature::Tuples) && self.chance(15) {
            let (a, b) = (self.fresh("y"), self.fresh("y"));
            let value = Expr::Tuple(vec![self.typed(1), self.typed(1)]);
            self.scope.declare(&a, Type::Real, false);
            self.scope.declare(&b, Type::Real, mutable);
            let b = if mutable { format!("mut {b}") } else { b };
            return Some(vec![Stmt::Let(format!("({a}, {b})"), None, Some(value))]);
        }
        let ty = match self.rng.u8(0..4) {
            0 => self.composite_type(Use::Read)?,
            _ => Type::Real,
        };
        Some(vec![self.declaration(&ty, mutable)])
    }

    /// Exchanges two places.
    fn swap(&mut self) -> Option<Vec<Stmt>> {
        let ty = if self.chance(40) { self.composite_type(Use::Write)? } else { Type::Real };
        let first = self.place(&ty, Use::Write)?;
        let root = first.root()?.to_string();
        let second = self.without(&root, |g| g.place(&ty, Use::Write))?;
        if ty == Type::Real && self.chance(50) {
            let (a, b) = (first.clone(), second.clone());
            let small = Expr::binary("*", b.clone(), Expr::Real(0.9));
            let pair = Expr::Tuple(vec![small, a.clone()]);
            return Some(vec![Stmt::Assign("=", Expr::Tuple(vec![a, b]), pair)]);
        }
        let args = [first, second].map(|place| match place {
            Expr::Unary("*", reference) => *reference,
            place => Expr::unary("&mut ", place),
        });
        Some(vec![Stmt::Expr(Expr::Call("std::mem::swap".into(), args.into()))])
    }

    /// `let y; if c { y = a; } else { y = b; }`
    fn deferred(&mut self) -> Option<Vec<Stmt>> {
        let name = self.fresh("y");
        let test = self.test(1);
        let branch = |g: &mut Self| {
            let mut stmts = if g.chance(40) { g.small_assignment() } else { vec![] };
            let value = g.typed(1);
            stmts.push(Stmt::Assign("=", Expr::var(&name), value));
            Block::unit(stmts)
        };
        let (yes, no) = (branch(self), branch(self));
        let declared = Stmt::Let(name.clone(), Some(Type::Real), None);
        self.scope.declare(&name, Type::Real, false);
        Some(vec![declared, Stmt::Expr(Expr::If(Box::new(test), yes, Some(no)))])
    }

    /// `if` as a statement.
    fn branch(&mut self, depth: usize) -> Expr {
        let test = self.test(1);
        let yes = self.block(depth - 1, 3, |_| None);
        let no = match self.rng.u8(0..4) {
            0 => None,
            1 => {
                let test = self.test(1);
                let (yes, no) =
                    (self.block(depth - 1, 2, |_| None), self.block(depth - 1, 2, |_| None));
                let inner = Expr::If(Box::new(test), yes, Some(no));
                Some(Block::unit(vec![Stmt::Expr(inner)]))
            }
            _ => Some(self.block(depth - 1, 2, |_| None)),
        };
        Expr::If(Box::new(test), yes, no)
    }

    /// A statement that leaves the function, a loop or a trip of it.
    pub(super) fn exit(&mut self) -> Stmt {
        let label = self.one_of(&self.scope.loops.clone());
        match label {
            Some(label) if self.chance(75) => {
                // Without a label the innermost loop is meant.
                if self.rng.bool() { Stmt::Break(label) } else { Stmt::Continue(label) }
            }
            _ => {
                let value = match self.result.clone() {
                    Type::Unit => None,
                    Type::Real => Some(self.bounded(1)),
                    ty => Some(self.value(&ty, 1)),
                };
                Stmt::Return(value)
            }
        }
    }

    /// `if c { ..; return e; }`
    fn leaving(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        self.has(Feature::Exits).then_some(())?;
        let test = self.test(1);
        let body = self.scoped(|g| {
            let mut stmts = if g.chance(50) { g.statement(depth - 1) } else { vec![] };
            stmts.push(g.exit());
            Block::unit(stmts)
        });
        let no = self.chance(20).then(|| self.block(depth - 1, 2, |_| None));
        Some(vec![Stmt::Expr(Expr::If(Box::new(test), body, no))])
    }

    /// `match` as a statement.
    fn match_statement(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        self.has(Feature::Matches).then_some(())?;
        let number = Expr::binary("%", self.pure(|g| g.int(1)), Expr::Int(4));
        let mut arms = vec![];
        for pattern in ["0", "1 | 2"] {
            let mut body = self.block(depth - 1, 2, |_| None);
            if self.has(Feature::Exits) && self.chance(20) {
                let exit = self.exit();
                body.stmts.push(exit);
            }
            arms.push(Arm { pattern: pattern.into(), guard: None, body });
        }
        if self.chance(40) {
            let guard = self.test(0);
            let body = self.block(depth - 1, 1, |_| None);
            arms.push(Arm { pattern: "_".into(), guard: Some(guard), body });
        }
        let body =
            if self.chance(50) { Block::default() } else { self.block(depth - 1, 1, |_| None) };
        arms.push(Arm { pattern: "_".into(), guard: None, body });
        Some(vec![Stmt::Expr(Expr::Match(Box::new(number), arms))])
    }

    /// A block in which a place has a name.
    fn alias(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        self.has(Feature::Aliases).then_some(())?;
        let name = self.fresh("r");
        let (place, ty) = if self.chance(40) {
            match self.lent_slice(Use::Write)? {
                Expr::Unary(_, place) => (*place, Type::Slice(Box::new(Type::Real))),
                _ => return None,
            }
        } else if self.chance(25) {
            let ty = self.composite_type(Use::Write)?;
            (self.place(&ty, Use::Write)?, ty)
        } else {
            (self.place(&Type::Real, Use::Write)?, Type::Real)
        };
        if matches!(place, Expr::Unary(..)) {
            return None;
        }
        // An array or a `Vec` stays what it is, unless a part of it is taken.
        let root = place.root()?.to_string();
        let ty = match (&place, ty) {
            (Expr::Index(_, i), ty) if matches!(**i, Expr::Range(..)) => ty,
            (_, Type::Slice(_)) => return None,
            (_, ty) => ty,
        };
        let block = self.scoped(|g| {
            g.scope.hidden.push(root);
            g.scope.declare(&name, Type::exclusive(ty), false);
            let mut stmts = vec![Stmt::Let(name, None, Some(Expr::unary("&mut ", place)))];
            for _ in 0..g.rng.usize(1..4) {
                stmts.extend(g.statement(depth - 1));
            }
            Block::unit(stmts)
        });
        Some(vec![Stmt::Expr(Expr::Block(block))])
    }
}
