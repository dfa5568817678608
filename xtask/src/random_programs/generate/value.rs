//! Expressions of every type.

use super::super::ast::{Arm, Block, Expr, Stmt, Type};
use super::place::Use;
use super::{Feature, Generator};

/// Functions of one real that are bounded or nearly linear.
const SMOOTH: [&str; 5] = ["sin", "cos", "tanh", "atan", "sin"];

impl Generator {
    /// A value of a type.
    pub(super) fn value(&mut self, ty: &Type, depth: usize) -> Expr {
        match ty {
            Type::Real => self.real(depth),
            Type::Int => self.int(depth.min(1)),
            Type::Bool => self.test(depth.min(1)),
            _ => self.composite(ty, depth),
        }
    }

    fn composite(&mut self, ty: &Type, depth: usize) -> Expr {
        if self.chance(30)
            && let Some(place) = self.place(ty, Use::Read)
        {
            return if ty.is_copy() { place } else { place.receiver().method("clone", vec![]) };
        }
        if self.chance(25)
            && let Some(call) = self.pure_call(ty, depth)
        {
            return call;
        }
        if depth > 0 && self.chance(10) {
            let (yes, no) = (self.composite(ty, depth - 1), self.composite(ty, depth - 1));
            let test = self.test(1);
            return Expr::If(Box::new(test), Block::of(yes), Some(Block::of(no)));
        }
        let below = depth.saturating_sub(1).min(1);
        match ty {
            Type::Vec(of) if **of == Type::Real => self.vector(below),
            Type::Vec(of) => {
                let n = self.rng.usize(2..4);
                Expr::Vec((0..n).map(|_| self.value(of, below)).collect())
            }
            Type::Array(of, n) => {
                if self.chance(20) && of.is_copy() {
                    return Expr::Repeat(Box::new(self.value(of, below)), *n);
                }
                Expr::Array((0..*n).map(|_| self.value(of, below)).collect())
            }
            Type::Tuple(parts) => {
                Expr::Tuple(parts.iter().map(|part| self.value(part, below)).collect())
            }
            Type::Named(name) => self.construct(name, below),
            Type::Option(of) => {
                if self.chance(70) {
                    Expr::Call("Some".into(), vec![self.value(of, below)])
                } else {
                    Expr::var("None")
                }
            }
            Type::Real | Type::Int | Type::Bool => self.value(ty, depth),
            Type::Unit | Type::Slice(_) | Type::Ref(_) | Type::Mut(_) | Type::Function(_) => {
                unreachable!("no value of {ty:?} is made")
            }
        }
    }

    /// A `Vec` of reals.
    fn vector(&mut self, depth: usize) -> Expr {
        if self.has(Feature::Chains)
            && self.chance(40)
            && let Some(chain) = self.collected()
        {
            return chain;
        }
        match self.rng.u8(0..5) {
            0 => {
                let n = Expr::Int(self.rng.usize(2..5));
                Expr::VecRepeat(Box::new(self.real(depth)), Box::new(n))
            }
            1 => self
                .copied_slice()
                .unwrap_or_else(|| Expr::Vec(vec![self.real(depth), self.real(depth)])),
            _ => {
                let n = self.rng.usize(2..5);
                Expr::Vec((0..n).map(|_| self.real(depth)).collect())
            }
        }
    }

    /// A slice as a `Vec` of two elements at least.
    fn copied_slice(&mut self) -> Option<Expr> {
        let (slice, whole) = match self.lent_slice(Use::Read)? {
            Expr::Unary(_, place) => {
                let part = matches!(&*place, Expr::Index(_, i) if matches!(**i, Expr::Range(..)));
                (*place, !part)
            }
            slice => {
                let long =
                    slice.root().is_some_and(|name| self.scope.long.iter().any(|n| n == name));
                (slice, long)
            }
        };
        Some(if whole {
            slice.method("to_vec", vec![])
        } else {
            slice.method("repeat", vec![Expr::Int(2)])
        })
    }

    /// A number that is bounded.
    pub(super) fn bounded(&mut self, depth: usize) -> Expr {
        let function = self.word(&SMOOTH);
        self.typed(depth).method(function, vec![])
    }

    /// A real whose type is known: the receiver of a method.
    pub(super) fn typed(&mut self, depth: usize) -> Expr {
        let e = self.real(depth);
        if e.is_typed() { e } else { Expr::Suffixed(self.literal()) }
    }

    /// A real that is read, or a literal.
    pub(super) fn leaf(&mut self) -> Expr {
        if self.chance(85)
            && let Some(place) = self.place(&Type::Real, Use::Read)
        {
            return place;
        }
        if self.chance(20) {
            Expr::ToReal(Box::new(self.pure(|g| g.int(1))))
        } else {
            self.real_literal()
        }
    }

    /// A real.
    pub(super) fn real(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf();
        }
        let d = depth - 1;
        match self.weighted(&[24, 42, 10, 6, 4, 6, 10, 6, 5, 4, 5, 6, 4]) {
            1 => {
                let op = self.word(&["+", "-", "*", "*"]);
                let left = self.real(d);
                Expr::binary(op, left, self.real(d))
            }
            2 => self.bounded(d),
            3 => {
                let guard = Expr::binary("+", Expr::Suffixed(2.5), self.bounded(d));
                Expr::binary("/", self.real(d), guard)
            }
            4 => Expr::unary("-", self.real(d)),
            5 => self.other_method(d),
            6 => self.pure_call(&Type::Real, depth).unwrap_or_else(|| self.leaf()),
            7 => {
                let test = self.test(1);
                let (yes, no) = (self.branch_value(d), self.branch_value(d));
                Expr::If(Box::new(test), yes, Some(no))
            }
            8 if self.has(Feature::Matches) => self.selection(d),
            9 if self.has(Feature::Effects) => {
                let block = self.branch_value(d);
                Expr::Block(block)
            }
            10 if self.has(Feature::Closures) => {
                self.closure_call(d).unwrap_or_else(|| self.leaf())
            }
            11 if self.has(Feature::Chains) => self.reduced().unwrap_or_else(|| self.leaf()),
            12 if self.has(Feature::Options) => self.of_option(d).unwrap_or_else(|| self.leaf()),
            _ => self.leaf(),
        }
    }

    fn other_method(&mut self, depth: usize) -> Expr {
        let x = self.typed(depth);
        match self.rng.u8(0..7) {
            0 => x.method("max", vec![self.real(depth)]),
            1 => x.method("min", vec![self.real(depth)]),
            2 => x.method("powi", vec![Expr::Int(self.rng.usize(2..4))]),
            3 => x.method("abs", vec![]),
            4 => x.method("tanh", vec![]).method("exp", vec![]),
            5 => {
                let positive =
                    Expr::binary("+", x.method("powi", vec![Expr::Int(2)]), Expr::Real(0.5));
                positive.method("sqrt", vec![])
            }
            _ => {
                let a = self.real(depth);
                x.method("mul_add", vec![a, self.real(depth)])
            }
        }
    }

    /// A block with a value, which may change variables.
    fn branch_value(&mut self, depth: usize) -> Block {
        if !self.has(Feature::Effects) || self.chance(60) {
            return Block::of(self.real(depth));
        }
        self.scoped(|g| {
            let mut stmts = vec![];
            if g.effects && g.chance(60) {
                stmts.extend(g.small_assignment());
            }
            if g.chance(50) || stmts.is_empty() {
                let name = g.fresh("z");
                let value = g.typed(depth);
                stmts.push(Stmt::Let(name.clone(), None, Some(value)));
                g.scope.declare(&name, Type::Real, false);
            }
            Block { stmts, value: Some(Box::new(g.real(depth))) }
        })
    }

    /// A `match` with a real as its value.
    fn selection(&mut self, depth: usize) -> Expr {
        if self.chance(40) {
            let name = self.fresh("y");
            let scrutinee = self.pure(|g| g.typed(1));
            let arms = self.scoped(|g| {
                g.scope.declare(&name, Type::Real, false);
                let bound = g.real_literal();
                let guard = Expr::Compare(">", Box::new(Expr::var(&name)), Box::new(bound));
                let first = Block::of(g.real(depth));
                let second = g.branch_value(depth);
                vec![
                    Arm { pattern: name.clone(), guard: Some(guard), body: first },
                    Arm { pattern: name.clone(), guard: None, body: second },
                ]
            });
            return Expr::Match(Box::new(scrutinee), arms);
        }
        let number = self.pure(|g| g.int(1));
        let scrutinee = Expr::binary("%", number, Expr::Int(3));
        if self.chance(40) && self.has(Feature::Tuples) {
            let name = self.fresh("y");
            let pair = Expr::Tuple(vec![self.pure(|g| g.typed(1)), scrutinee]);
            let arms = self.scoped(|g| {
                g.scope.declare(&name, Type::Real, false);
                let patterns =
                    [format!("({name}, 0)"), format!("({name}, 1)"), format!("({name}, _)")];
                patterns
                    .into_iter()
                    .map(|pattern| Arm { pattern, guard: None, body: g.branch_value(depth) })
                    .collect()
            });
            return Expr::Match(Box::new(pair), arms);
        }
        let arms = ["0", "1", "_"].map(|pattern| Arm {
            pattern: pattern.into(),
            guard: None,
            body: self.branch_value(depth),
        });
        Expr::Match(Box::new(scrutinee), arms.into())
    }

    /// An integer that is not large.
    pub(super) fn int(&mut self, depth: usize) -> Expr {
        let variables = self.scope.of_type(&Type::Int);
        match self.rng.u8(0..8) {
            0 if depth > 0 => {
                Expr::binary("+", self.int(depth - 1), Expr::Int(self.rng.usize(1..4)))
            }
            1 if depth > 0 => {
                Expr::binary("*", self.int(depth - 1), Expr::Int(self.rng.usize(2..4)))
            }
            2 if depth > 0 => match self.place(&Type::vec(Type::Real), Use::Read) {
                Some(place) => place.receiver().method("len", vec![]),
                None => Expr::Int(2),
            },
            3 => Expr::Int(self.rng.usize(0..5)),
            _ => match self.one_of(&variables) {
                Some(name) => Expr::Var(name),
                None => Expr::Int(self.rng.usize(0..5)),
            },
        }
    }

    /// A condition. It changes no variable.
    pub(super) fn test(&mut self, depth: usize) -> Expr {
        self.pure(|g| g.condition(depth))
    }

    fn condition(&mut self, depth: usize) -> Expr {
        match self.rng.u8(0..10) {
            0..=1 => {
                let number = self.int(1);
                let modulus = self.rng.usize(2..4);
                let rest = Expr::binary("%", number, Expr::Int(modulus));
                let op = self.word(&["==", "!=", ">"]);
                Expr::binary(op, rest, Expr::Int(self.rng.usize(0..modulus)))
            }
            2 => match self.one_of(&self.scope.of_type(&Type::Bool)) {
                Some(name) if self.chance(50) => Expr::unary("!", Expr::Var(name)),
                Some(name) => Expr::Var(name),
                None => self.compare(depth),
            },
            3 if depth > 0 => {
                let op = self.word(&["&&", "||"]);
                let left = self.condition(depth - 1);
                Expr::binary(op, left, self.condition(depth - 1))
            }
            _ => self.compare(depth),
        }
    }

    fn compare(&mut self, depth: usize) -> Expr {
        let op = self.word(&["<", ">", "<=", ">"]);
        let left = self.typed(depth.min(1));
        let right = if self.chance(60) { self.real_literal() } else { self.leaf() };
        Expr::Compare(op, Box::new(left), Box::new(right))
    }
}
