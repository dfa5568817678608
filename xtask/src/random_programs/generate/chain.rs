//! Chains of iterators with closures, and loops that change the items they walk over.

use super::super::ast::{Block, Expr, Stmt, Type};
use super::place::Use;
use super::{Feature, Generator};

impl Generator {
    fn lambda(&mut self, params: &[(&str, Type)], depth: usize) -> Expr {
        let pattern: Vec<_> = params.iter().map(|(name, _)| (*name).to_string()).collect();
        let pattern = if params.len() == 1 {
            pattern[0].clone()
        } else {
            format!("({})", pattern.join(", "))
        };
        let body = self.inside(params, |g| g.real(depth));
        Expr::Closure(vec![(pattern, None)], Box::new(body))
    }

    fn inside<T>(&mut self, params: &[(&str, Type)], body: impl FnOnce(&mut Self) -> T) -> T {
        self.scoped(|g| {
            for (name, ty) in params {
                g.scope.declare(name, ty.clone(), false);
            }
            g.repeated(4.0, |g| g.pure(body))
        })
    }

    /// An iterator over reals (values, not references), of one item at least; whether of two.
    fn items(&mut self) -> Option<(Expr, bool)> {
        let real = || Type::Ref(Box::new(Type::Real));
        let y = self.fresh("y");
        let iter = self.chained()?.receiver().method("iter", vec![]);
        Some(match self.rng.u8(0..8) {
            0..=2 => {
                let f = self.lambda(&[(&y, real())], 2);
                (iter.method("map", vec![f]), true)
            }
            3 => {
                let z = self.fresh("z");
                let other = self.chained()?.receiver().method("iter", vec![]);
                let f = self.lambda(&[(&y, real()), (&z, real())], 2);
                (iter.method("zip", vec![other]).method("map", vec![f]), true)
            }
            4 => {
                let i = self.fresh("i");
                let f = self.lambda(&[(&i, Type::Int), (&y, real())], 2);
                (iter.method("enumerate", vec![]).method("map", vec![f]), true)
            }
            5 => {
                let test = self.inside(&[(&y, Type::Ref(Box::new(real())))], |g| g.real_literal());
                let y_value = Expr::unary("*", Expr::unary("*", Expr::var(&y)));
                let test = Expr::Compare(">", Box::new(y_value), Box::new(test));
                let test = Expr::Closure(vec![(y.clone(), None)], Box::new(test));
                let f = self.lambda(&[(&y, real())], 1);
                (iter.method("filter", vec![test]).method("map", vec![f]), false)
            }
            6 => {
                let i = self.fresh("i");
                let n = self.rng.usize(2..5);
                let range = Expr::Range(Some(Box::new(Expr::Int(0))), Some(Box::new(Expr::Int(n))));
                let f = self.lambda(&[(&i, Type::Int)], 2);
                (range.method("map", vec![f]), true)
            }
            _ => {
                let f = self.lambda(&[(&y, real())], 1);
                let method = self.word(&["rev", "skip"]);
                let args = if method == "skip" { vec![Expr::Int(1)] } else { vec![] };
                (iter.method(method, args).method("map", vec![f]), method == "rev")
            }
        })
    }

    /// A chain that gives a real.
    pub(super) fn reduced(&mut self) -> Option<Expr> {
        let (items, _) = self.items()?;
        if self.chance(60) {
            let sum = items.method_giving("sum", Type::Real);
            return Some(sum.method("tanh", vec![]));
        }
        let (total, y) = (self.fresh("s"), self.fresh("y"));
        let params = [(&*total, Type::Real), (&*y, Type::Real)];
        let step = self.inside(&params, |g| {
            let kept = Expr::binary("*", Expr::var(&total), Expr::Real(0.5));
            let next = Expr::binary("*", Expr::var(&y), g.bounded(1));
            Expr::binary("+", kept, next)
        });
        let f = Expr::Closure(vec![(total, None), (y, None)], Box::new(step));
        Some(items.method("fold", vec![Expr::Suffixed(self.literal()), f]))
    }

    /// A chain that gives a `Vec` of two elements at least.
    pub(super) fn collected(&mut self) -> Option<Expr> {
        let (items, two) = self.items()?;
        two.then(|| items.method_giving("collect", Type::vec(Type::Real)))
    }

    /// A statement with a chain.
    pub(super) fn chain_statement(&mut self) -> Option<Vec<Stmt>> {
        self.has(Feature::Chains).then_some(())?;
        match self.rng.u8(0..5) {
            0..=1 => {
                let place = self.place(&Type::Real, Use::Write)?;
                let value = self.reduced()?;
                Some(vec![Stmt::Assign("=", place, value)])
            }
            2 => {
                let name = self.fresh("v");
                let value = self.collected()?;
                self.scope.declare(&name, Type::vec(Type::Real), false);
                Some(vec![Stmt::Let(name, Some(Type::vec(Type::Real)), Some(value))])
            }
            3 => self.each_changed(),
            _ => {
                // A loop over a chain with a closure.
                let (items, _) = self.items()?;
                let y = self.fresh("y");
                let place = self.place(&Type::Real, Use::Write)?;
                let step = Expr::binary("*", Expr::var(&y), Expr::Real(0.3));
                let body = Block::unit(vec![Stmt::Assign("+=", place.clone(), step)]);
                let roots = super::call::used(&items, &[place.root()?.to_string()]);
                roots.is_empty().then_some(vec![Stmt::For(None, y, items, body)])
            }
        }
    }

    /// `for y in v.iter_mut() { *y = ..; }`
    fn each_changed(&mut self) -> Option<Vec<Stmt>> {
        let place = self.place(&Type::vec(Type::Real), Use::Write)?;
        let root = place.root()?.to_string();
        let y = self.fresh("y");
        let body = self.scoped(|g| {
            g.scope.hidden.push(root);
            g.scope.declare(&y, Type::exclusive(Type::Real), false);
            let value = g.bounded(2);
            let mut stmts = vec![Stmt::Assign("=", Expr::unary("*", Expr::var(&y)), value)];
            g.repeated(4.0, |g| stmts.extend(g.small_assignment()));
            Block::unit(stmts)
        });
        let iter = if self.rng.bool() {
            place.receiver().method("iter_mut", vec![])
        } else {
            Expr::unary("&mut ", place)
        };
        Some(vec![Stmt::For(None, y, iter, body)])
    }
}
