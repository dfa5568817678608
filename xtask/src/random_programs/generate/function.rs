//! Whole functions: helpers, functions that call themselves, and the one to differentiate.

use super::super::ast::{Block, Expr, Function, Param, Stmt, Type};
use super::place::Use;
use super::scope::Scope;
use super::{Feature, Generator, Signature};

impl Generator {
    fn begin(&mut self, params: &[Param], result: &Type) {
        self.scope = Scope::default();
        self.cost = 0.0;
        self.weight = 1.0;
        self.effects = true;
        self.result = result.clone();
        for param in params {
            if let Type::Function(n) = param.ty {
                self.scope.closures.push((param.name.clone(), n));
            } else {
                self.scope.declare(&param.name, param.ty.clone(), param.mutable);
            }
        }
    }

    fn parameter(&mut self) -> Param {
        let real = || Type::Real;
        let mut kinds = vec![
            (6, real()),
            (4, Type::slice_ref(Type::Real)),
            (2, Type::Int),
            (1, Type::Ref(Box::new(real()))),
            (1, Type::Ref(Box::new(Type::vec(Type::Real)))),
        ];
        if self.has(Feature::Aliases) {
            kinds.push((4, Type::exclusive(Type::Slice(Box::new(real())))));
            kinds.push((2, Type::exclusive(real())));
            kinds.push((2, Type::exclusive(Type::vec(Type::Real))));
        }
        if self.has(Feature::Vectors) {
            kinds.push((2, Type::vec(Type::Real)));
        }
        if self.has(Feature::Arrays) {
            kinds.push((1, Type::Array(Box::new(real()), 2)));
            kinds.push((1, Type::Ref(Box::new(Type::Array(Box::new(real()), 2)))));
        }
        if self.has(Feature::Tuples) {
            kinds.push((1, Type::Tuple(vec![real(), real()])));
        }
        if self.has(Feature::Closures) {
            kinds.push((3, Type::Function(1)));
        }
        if self.has(Feature::Options) {
            kinds.push((1, Type::Option(Box::new(real()))));
        }
        for name in self.named() {
            kinds.push((3, Type::Named(name.clone())));
            kinds.push((2, Type::Ref(Box::new(Type::Named(name.clone())))));
            kinds.push((2, Type::exclusive(Type::Named(name))));
        }
        let weights: Vec<_> = kinds.iter().map(|(weight, _)| *weight).collect();
        let ty = kinds.swap_remove(self.weighted(&weights)).1;
        let owned = !matches!(ty, Type::Ref(_) | Type::Mut(_) | Type::Function(_));
        Param { name: self.fresh("a"), mutable: owned && self.chance(40), ty }
    }

    /// The type of a result.
    fn result_type(&mut self) -> Type {
        let real = || Type::Real;
        let mut kinds = vec![(8, real())];
        if self.has(Feature::Vectors) {
            kinds.push((2, Type::vec(Type::Real)));
        }
        if self.has(Feature::Tuples) {
            kinds.push((1, Type::Tuple(vec![real(), real()])));
        }
        if self.has(Feature::Arrays) {
            kinds.push((1, Type::Array(Box::new(real()), 2)));
        }
        if self.has(Feature::Options) {
            kinds.push((2, Type::Option(Box::new(real()))));
        }
        for name in self.named() {
            kinds.push((2, Type::Named(name)));
        }
        let weights: Vec<_> = kinds.iter().map(|(weight, _)| *weight).collect();
        kinds.swap_remove(self.weighted(&weights)).1
    }

    /// A function that others may call.
    pub(super) fn helper(&mut self) {
        if !self.has(Feature::Calls) {
            return;
        }
        let params: Vec<_> = (0..self.rng.usize(1..4)).map(|_| self.parameter()).collect();
        let changes = params.iter().any(|param| matches!(param.ty, Type::Mut(_)));
        let result = if changes && self.chance(60) { Type::Unit } else { self.result_type() };
        self.begin(&params, &result);
        let body = self.block(2, 4, |g| g.tail());
        let name = self.fresh("h");
        self.add_function(Function { name, params, result, body });
    }

    /// A method of a structure.
    pub(super) fn method(&mut self, of: &str) {
        let owner = Type::Named(of.to_string());
        let receiver = match self.rng.u8(0..5) {
            0..=1 => Type::Ref(Box::new(owner)),
            2..=3 => Type::exclusive(owner),
            _ => owner,
        };
        let mut params = vec![Param { name: "self".into(), ty: receiver, mutable: false }];
        params.extend((0..self.rng.usize(0..3)).map(|_| self.parameter()));
        let changes = matches!(params[0].ty, Type::Mut(_));
        let result = if changes && self.chance(70) { Type::Unit } else { self.result_type() };
        self.begin(&params, &result);
        let body = self.block(1, 3, |g| g.tail());
        let name = self.fresh("m");
        self.signatures.push(Signature {
            name: format!(".{name}"),
            params: params.iter().map(|param| param.ty.clone()).collect(),
            result: result.clone(),
            cost: self.cost + 1.0,
        });
        let method = Function { name, params, result, body };
        if let Some(owner) = self.program.structs.iter_mut().find(|s| s.name == of) {
            owner.methods.push(method);
        }
    }

    /// The value at the end of a function.
    fn tail(&mut self) -> Option<Expr> {
        match self.result.clone() {
            Type::Unit => None,
            Type::Real => Some(self.bounded(2)),
            ty @ Type::Option(_) if self.chance(50) => {
                let call = self.pure_call(&ty, 1);
                match call.or_else(|| self.place(&ty, Use::Read)) {
                    Some(value) => {
                        let inner = Expr::Try(Box::new(value)).method("sin", vec![]);
                        Some(Expr::Call("Some".into(), vec![inner]))
                    }
                    None => Some(self.value(&ty, 1)),
                }
            }
            ty => Some(self.value(&ty, 1)),
        }
    }

    /// A function that calls itself, with a number that becomes zero.
    pub(super) fn recursive(&mut self) {
        let name = self.fresh("rec");
        let depth = self.fresh("n");
        let mut params = vec![Param { name: depth.clone(), ty: Type::Int, mutable: false }];
        params.extend((0..self.rng.usize(1..3)).map(|_| self.parameter()));
        params.retain(|param| !matches!(param.ty, Type::Function(_)));
        if params.len() == 1 {
            params.push(Param { name: self.fresh("a"), ty: Type::Real, mutable: false });
        }
        self.begin(&params, &Type::Real);
        self.weight = 12.0;
        let body = self.scoped(|g| {
            let small = Expr::binary("==", Expr::var(&depth), Expr::Int(0));
            let base = g.bounded(1);
            let stop = Block::unit(vec![Stmt::Return(Some(base))]);
            let mut stmts = vec![Stmt::Expr(Expr::If(Box::new(small), stop, None))];
            stmts.extend(g.statement(1));
            let less = Expr::binary("-", Expr::var(&depth), Expr::Int(1));
            let types: Vec<_> = params[1..].iter().map(|param| param.ty.clone()).collect();
            // `arguments` finds a place for each, because the parameters themselves are places.
            let signature =
                Signature { name: name.clone(), params: types, result: Type::Real, cost: 0.0 };
            let result = g.fresh("y");
            let own: Vec<_> = g.own_arguments(&signature, &params[1..]);
            let args = std::iter::once(less).chain(own).collect();
            stmts.push(Stmt::Let(result.clone(), None, Some(Expr::Call(name.clone(), args))));
            g.scope.declare(&result, Type::Real, false);
            stmts.extend(g.statement(1));
            let value = Expr::binary("+", Expr::var(&result), g.real(2));
            Block { stmts, value: Some(Box::new(value.method("sin", vec![]))) }
        });
        // Callers hand over a small number.
        let wrapper = self.fresh("h");
        let outer: Vec<_> = params[1..].to_vec();
        let mut args = vec![Expr::Int(self.rng.usize(0..5))];
        args.extend(params[1..].iter().map(|param| Expr::var(&param.name)));
        self.cost += 1.0;
        self.program.functions.push(Function {
            name: name.clone(),
            params,
            result: Type::Real,
            body,
        });
        let outer = outer.into_iter().map(|param| Param { mutable: false, ..param }).collect();
        let body = Block::of(Expr::Call(name, args));
        self.add_function(Function { name: wrapper, params: outer, result: Type::Real, body });
    }

    /// Arguments for a call of itself: values by value, parameters where something is lent.
    fn own_arguments(&mut self, signature: &Signature, params: &[Param]) -> Vec<Expr> {
        let lent: Vec<_> = params
            .iter()
            .filter(|param| matches!(param.ty, Type::Mut(_)))
            .map(|param| param.name.clone())
            .collect();
        self.scoped(|g| {
            g.scope.hidden.extend(lent);
            let typed = signature.params.iter().zip(params);
            typed
                .map(|(ty, param)| match ty {
                    Type::Ref(_) | Type::Mut(_) => Expr::var(&param.name),
                    Type::Real => Expr::binary("*", g.pure(|g| g.bounded(1)), Expr::Real(0.8)),
                    ty => g.pure(|g| g.value(ty, 1)),
                })
                .collect()
        })
    }

    /// The function to differentiate.
    pub(super) fn entry(&mut self) {
        let mut params =
            vec![Param { name: "x".into(), ty: Type::slice_ref(Type::Real), mutable: false }];
        if self.chance(50) {
            params.push(Param { name: "p".into(), ty: Type::Real, mutable: self.chance(50) });
        }
        if self.has(Feature::Vectors) && self.chance(30) {
            params.push(Param {
                name: "q".into(),
                ty: Type::vec(Type::Real),
                mutable: self.chance(60),
            });
        }
        if self.has(Feature::Arrays) && self.chance(15) {
            let ty = Type::Array(Box::new(Type::Real), 2);
            params.push(Param { name: "r".into(), ty, mutable: self.chance(50) });
        }
        if self.has(Feature::Aliases) && self.chance(15) {
            let ty = Type::exclusive(Type::vec(Type::Real));
            params.push(Param { name: "u".into(), ty, mutable: false });
        }
        let structs: Vec<_> = self.program.structs.iter().map(|s| s.name.clone()).collect();
        if let Some(name) = self.one_of(&structs).filter(|_| self.rng.bool()) {
            let ty = Type::Named(name);
            let (ty, mutable) = match self.rng.u8(0..3) {
                0 => (Type::Ref(Box::new(ty)), false),
                _ => (ty, self.chance(50)),
            };
            params.push(Param { name: "o".into(), ty, mutable });
        }
        self.program.lengths = (0..8).map(|_| self.rng.usize(3..6)).collect();
        self.begin(&params, &Type::Real);
        self.scope.long.push("x".into());
        let body = self.scoped(|g| {
            let mut stmts = g.state();
            for _ in 0..g.rng.usize(3..8) {
                stmts.extend(g.statement(3));
            }
            let total = g.fresh("total");
            g.collect_all(&total, &mut stmts);
            Block { stmts, value: Some(Box::new(Expr::Var(total))) }
        });
        self.add_function(Function { name: "entry".into(), params, result: Type::Real, body });
    }

    /// The variables that the function works on.
    fn state(&mut self) -> Vec<Stmt> {
        let mut types = vec![Type::Real, Type::Real, Type::Int];
        let mut maybe = |on: bool, percent: u8, ty: Type| {
            if on && self.rng.u8(0..100) < percent {
                types.push(ty);
            }
        };
        let pair = Type::Array(Box::new(Type::Real), 2);
        let (vectors, arrays, tuples) = (
            self.features.contains(&Feature::Vectors),
            self.features.contains(&Feature::Arrays),
            self.features.contains(&Feature::Tuples),
        );
        maybe(vectors, 90, Type::vec(Type::Real));
        maybe(vectors, 40, Type::vec(Type::Real));
        maybe(true, 30, Type::Bool);
        maybe(arrays, 25, Type::Array(Box::new(Type::Real), 3));
        maybe(vectors && arrays, 25, Type::vec(pair.clone()));
        maybe(vectors, 12, Type::vec(Type::vec(Type::Real)));
        maybe(arrays, 12, Type::Array(Box::new(pair), 2));
        maybe(tuples, 20, Type::Tuple(vec![Type::Real, Type::Real]));
        maybe(tuples && vectors, 15, Type::Tuple(vec![Type::vec(Type::Real), Type::Real]));
        maybe(tuples && vectors, 10, Type::vec(Type::Tuple(vec![Type::Real, Type::Real])));
        maybe(self.features.contains(&Feature::Options), 30, Type::Option(Box::new(Type::Real)));
        types.extend(self.named().into_iter().map(Type::Named));
        types.into_iter().map(|ty| self.declaration(&ty, true)).collect()
    }

    /// A variable of a type with a value.
    pub(super) fn declaration(&mut self, ty: &Type, mutable: bool) -> Stmt {
        let prefix = match ty {
            Type::Real => "a",
            Type::Int => "k",
            Type::Bool => "f",
            Type::Vec(_) => "v",
            Type::Array(..) => "m",
            Type::Tuple(_) => "t",
            _ => "s",
        };
        let value = match ty {
            Type::Real => self.typed(2),
            Type::Bool => self.test(1),
            ty => self.value(ty, 1),
        };
        let name = self.fresh(prefix);
        self.scope.declare(&name, ty.clone(), mutable);
        let stated = !matches!(ty, Type::Real | Type::Bool) || self.chance(30);
        let mutable = if mutable { "mut " } else { "" };
        Stmt::Let(format!("{mutable}{name}"), stated.then(|| ty.clone()), Some(value))
    }

    /// The sum of all that the variables hold, each with a weight of its own.
    fn collect_all(&mut self, total: &str, stmts: &mut Vec<Stmt>) {
        stmts.push(Stmt::Let(format!("mut {total}"), None, Some(Expr::Suffixed(0.25))));
        for (n, variable) in self.scope.readable().into_iter().enumerate() {
            let weight = 0.7 - 0.05 * (n % 10) as f64;
            let weight = (weight * 100.0).round() / 100.0;
            self.add_up(total, &Expr::var(&variable.name), &variable.ty, weight, stmts);
        }
    }

    /// Adds what is in a place to the total.
    fn add_up(&mut self, total: &str, place: &Expr, ty: &Type, weight: f64, stmts: &mut Vec<Stmt>) {
        match ty {
            Type::Real => {
                let weight = (weight * 100.0).round() / 100.0;
                let term = Expr::binary("*", Expr::Real(weight), place.clone());
                stmts.push(Stmt::Assign("+=", Expr::var(total), term));
            }
            Type::Ref(of) | Type::Mut(of) => {
                let place = if matches!(**of, Type::Real) {
                    Expr::unary("*", place.clone())
                } else {
                    place.clone()
                };
                self.add_up(total, &place, of, weight, stmts);
            }
            Type::Vec(of) | Type::Slice(of) | Type::Array(of, _) => {
                let i = self.fresh("i");
                let end = super::place::length(place.clone(), ty);
                let range = Expr::Range(Some(Box::new(Expr::Int(0))), Some(Box::new(end)));
                let mut body = vec![];
                self.add_up(total, &place.clone().at(Expr::var(&i)), of, weight, &mut body);
                if **of == Type::Real {
                    body.insert(0, Stmt::Assign("*=", Expr::var(total), Expr::Real(0.8)));
                }
                stmts.push(Stmt::For(None, i, range, Block::unit(body)));
            }
            Type::Tuple(parts) => {
                for (n, part) in parts.iter().enumerate() {
                    let weight = weight - 0.1 * n as f64;
                    self.add_up(total, &place.clone().field(n), part, weight, stmts);
                }
            }
            Type::Named(name) => {
                let fields = self.program.structure(name).map(|s| s.fields.clone());
                if fields.is_none() {
                    stmts.extend(self.add_enum(total, place, name, weight));
                }
                for (name, part) in fields.into_iter().flatten() {
                    self.add_up(total, &place.clone().field(name), &part, weight, stmts);
                }
            }
            Type::Option(_) => {
                let y = self.fresh("y");
                let term = Expr::binary("*", Expr::Real(weight), Expr::var(&y));
                let add = Block::unit(vec![Stmt::Assign("+=", Expr::var(total), term)]);
                let e = Expr::IfLet(format!("Some({y})"), Box::new(place.clone()), add, None);
                stmts.push(Stmt::Expr(e));
            }
            Type::Int => {
                let real = Expr::ToReal(Box::new(Expr::binary("%", place.clone(), Expr::Int(5))));
                if let Some(other) = self.place(&Type::Real, Use::Read) {
                    let term = Expr::binary("*", real, other);
                    stmts.push(Stmt::Assign("+=", Expr::var(total), term));
                }
            }
            Type::Bool | Type::Unit | Type::Function(_) => {}
        }
    }
}
