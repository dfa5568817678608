//! Calls of the program's own functions and methods, and of closures.

use super::super::ast::{Expr, Stmt, Type};
use super::place::Use;
use super::{Feature, Generator, MOST, Signature};

impl Generator {
    /// A call that changes no variable.
    pub(super) fn pure_call(&mut self, result: &Type, depth: usize) -> Option<Expr> {
        let wanted = |s: &Signature| {
            s.result == *result && !s.params.iter().any(|ty| matches!(ty, Type::Mut(_)))
        };
        let signature = self.affordable(wanted)?;
        let args = self.arguments(&signature.params, depth.saturating_sub(1).min(1))?;
        self.cost += signature.cost * self.weight;
        Some(apply(&signature, args))
    }

    fn affordable(&mut self, wanted: impl Fn(&Signature) -> bool) -> Option<Signature> {
        let room = |s: &&Signature| self.cost + s.cost * self.weight < MOST;
        let found: Vec<_> = self.signatures.iter().filter(room).filter(|s| wanted(s)).collect();
        let found: Vec<_> = found.into_iter().cloned().collect();
        self.one_of(&found)
    }

    /// Arguments for parameters of these types. What is lent exclusively is used once.
    fn arguments(&mut self, params: &[Type], depth: usize) -> Option<Vec<Expr>> {
        self.scoped(|g| {
            let mut args = vec![None; params.len()];
            for (place, ty) in params.iter().enumerate() {
                if let Type::Mut(of) = ty {
                    let arg = g.lent(of)?;
                    g.scope.hidden.extend(arg.root().map(String::from));
                    args[place] = Some(arg);
                }
            }
            for (place, ty) in params.iter().enumerate() {
                if args[place].is_none() {
                    args[place] = Some(g.pure(|g| g.argument(ty, depth))?);
                }
            }
            args.into_iter().collect()
        })
    }

    /// A place as an argument by `&mut`.
    fn lent(&mut self, of: &Type) -> Option<Expr> {
        if matches!(of, Type::Slice(_)) {
            return self.lent_slice(Use::Write);
        }
        match self.place(of, Use::Write)? {
            Expr::Unary("*", reference) => Some(*reference),
            place => Some(Expr::unary("&mut ", place)),
        }
    }

    fn argument(&mut self, ty: &Type, depth: usize) -> Option<Expr> {
        match ty {
            Type::Ref(of) if matches!(**of, Type::Slice(_)) => self.lent_slice(Use::Read),
            Type::Ref(of) => match self.place(of, Use::Read)? {
                Expr::Unary("*", reference)
                    if self
                        .scope
                        .of_type(ty)
                        .iter()
                        .any(|n| reference.root() == Some(n.as_str())) =>
                {
                    Some(*reference)
                }
                place => Some(Expr::unary("&", place)),
            },
            Type::Function(n) => Some(self.closure(*n)),
            _ => Some(self.value(ty, depth)),
        }
    }

    /// A statement that calls a function with `&mut` arguments.
    pub(super) fn changing_call(&mut self) -> Option<Vec<Stmt>> {
        let changing = |s: &Signature| s.params.iter().any(|ty| matches!(ty, Type::Mut(_)));
        let signature = self.affordable(changing)?;
        let args = self.arguments(&signature.params, 1)?;
        self.cost += signature.cost * self.weight;
        let lent: Vec<String> = args
            .iter()
            .filter_map(|e| match e {
                Expr::Unary("&mut ", place) => place.root().map(String::from),
                e => e.root().map(String::from),
            })
            .collect();
        let call = apply(&signature, args);
        Some(vec![match &signature.result {
            Type::Unit => Stmt::Expr(call),
            ty => {
                let free = |v: &super::scope::Variable| !lent.contains(&v.name);
                if self.chance(40)
                    && let Some(place) = self.place_in(ty, Use::Write, free)
                {
                    Stmt::Assign("=", place, call)
                } else {
                    let name = self.fresh("y");
                    self.scope.declare(&name, ty.clone(), false);
                    Stmt::Let(name, None, Some(call))
                }
            }
        }])
    }

    /// A closure of reals that only reads.
    pub(super) fn closure(&mut self, arguments: usize) -> Expr {
        let known: Vec<_> =
            self.scope.closures.iter().filter(|(_, n)| *n == arguments).cloned().collect();
        if let Some((name, _)) = self.one_of(&known).filter(|_| self.rng.bool()) {
            return Expr::unary("&", Expr::Var(name));
        }
        let (params, body) = self.closure_parts(arguments);
        Expr::Closure(
            params.into_iter().map(|name| (name, Some(Type::Real))).collect(),
            Box::new(body),
        )
    }

    fn closure_parts(&mut self, arguments: usize) -> (Vec<String>, Expr) {
        let params: Vec<_> = (0..arguments).map(|_| self.fresh("p")).collect();
        let body = self.scoped(|g| {
            for name in &params {
                g.scope.declare(name, Type::Real, false);
            }
            g.repeated(3.0, |g| {
                g.pure(|g| {
                    let first = Expr::Var(params[0].clone());
                    let e = g.real(2);
                    let op = g.word(&["+", "*", "-"]);
                    Expr::binary(op, first, e)
                })
            })
        });
        (params, body)
    }

    /// A call of a closure in scope.
    pub(super) fn closure_call(&mut self, depth: usize) -> Option<Expr> {
        let closures = self.scope.closures.clone();
        let (name, arguments) = self.one_of(&closures)?;
        let args = (0..arguments).map(|_| self.typed(depth.min(1))).collect();
        Some(Expr::Call(name, args))
    }

    /// A block with a closure, while what it captures stays as it is.
    pub(super) fn closure_block(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        self.has(Feature::Closures).then_some(())?;
        let block = self.scoped(|g| {
            let name = g.fresh("g");
            if g.chance(35) {
                return g.changing_closure(&name, depth);
            }
            let n = g.rng.usize(1..3);
            let (params, body) = g.closure_parts(n);
            let params = params.into_iter().map(|name| (name, Some(Type::Real))).collect();
            let all: Vec<_> = g.scope.readable().into_iter().map(|v| v.name).collect();
            let captured = used(&body, &all);
            g.scope.frozen.extend(captured);
            g.scope.closures.push((name.clone(), n));
            let mut stmts =
                vec![Stmt::Let(name, None, Some(Expr::Closure(params, Box::new(body))))];
            for _ in 0..g.rng.usize(1..4) {
                stmts.extend(g.statement(depth.saturating_sub(1)));
            }
            let last = g.prepared(|g| {
                let call = g.closure_call(1)?;
                let place = g.place(&Type::Real, Use::Write)?;
                Some([Stmt::Assign("=", place, call.method("tanh", vec![]))])
            });
            stmts.extend(last.into_iter().flatten());
            Some(stmts)
        })?;
        Some(vec![Stmt::Expr(Expr::Block(super::super::ast::Block::unit(block)))])
    }

    /// A closure that changes what it captures, called a few times.
    fn changing_closure(&mut self, name: &str, depth: usize) -> Option<Vec<Stmt>> {
        let target = self.place_in(&Type::Real, Use::Write, |v| v.ty != Type::Int)?;
        let root = target.root()?.to_string();
        let param = self.fresh("p");
        let body = self.scoped(|g| {
            g.scope.declare(&param, Type::Real, false);
            let value = g.pure(|g| g.bounded(1));
            let step = Expr::binary("*", Expr::var(&param), value);
            let op = g.word(&["+=", "-=", "="]);
            vec![Stmt::Assign(op, target, step)]
        });
        let all: Vec<_> = self.scope.readable().into_iter().map(|v| v.name).collect();
        let block = Expr::Block(super::super::ast::Block::unit(body));
        let captured = used(&block, &all);
        self.scope.frozen.extend(captured);
        self.scope.hidden.push(root);
        let closure = Expr::Closure(vec![(param, Some(Type::Real))], Box::new(block));
        let mut stmts = vec![Stmt::Let(format!("mut {name}"), None, Some(closure))];
        for _ in 0..self.rng.usize(1..4) {
            let argument = self.typed(1);
            stmts.push(Stmt::Expr(Expr::Call(name.to_string(), vec![argument])));
            if depth > 0 && self.chance(40) {
                stmts.extend(self.small_assignment());
            }
        }
        Some(stmts)
    }
}

/// The variables of these that occur in an expression.
pub(super) fn used(e: &Expr, all: &[String]) -> Vec<String> {
    let text = super::super::print::expression(e, super::super::print::Scalar::Float);
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    all.iter().filter(|name| words.contains(&name.as_str())).cloned().collect()
}

fn apply(signature: &Signature, mut args: Vec<Expr>) -> Expr {
    match signature.name.strip_prefix('.') {
        // A method.
        Some(name) => {
            let receiver = match args.remove(0) {
                Expr::Unary("&" | "&mut ", place) => *place,
                receiver => receiver,
            };
            Expr::OwnMethod(Box::new(receiver), name.to_string(), args)
        }
        None => Expr::Call(signature.name.clone(), args),
    }
}
