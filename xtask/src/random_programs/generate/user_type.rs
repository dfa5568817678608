//! Structures, enumerations and `Option`.

use super::super::ast::{Arm, Block, Enum, Expr, Stmt, Struct, Type};
use super::place::Use;
use super::{Feature, Generator};

impl Generator {
    /// The structures and enumerations of the program.
    pub(super) fn types(&mut self) {
        if self.has(Feature::Structs) {
            for n in 0..self.rng.usize(1..3) {
                self.structure(n);
            }
        }
        if self.has(Feature::Enums) && self.chance(60) {
            let mut variants = vec![("Empty".to_string(), vec![])];
            variants.push(("One".to_string(), vec![Type::Real]));
            variants.push(("Two".to_string(), vec![Type::Real, Type::Real]));
            if self.has(Feature::Vectors) && self.rng.bool() {
                variants.push(("Many".to_string(), vec![Type::vec(Type::Real)]));
            }
            self.program.enums.push(Enum { name: "Shape".into(), variants });
        }
        if self.has(Feature::Methods) {
            let names: Vec<_> = self.program.structs.iter().map(|s| s.name.clone()).collect();
            for name in names {
                for _ in 0..self.rng.usize(0..3) {
                    self.method(&name);
                }
            }
        }
    }

    fn structure(&mut self, n: usize) {
        let mut kinds = vec![Type::Real];
        if self.has(Feature::Arrays) {
            kinds.push(Type::Array(Box::new(Type::Real), 2));
        }
        if self.has(Feature::Vectors) {
            kinds.push(Type::vec(Type::Real));
        }
        if self.has(Feature::Tuples) {
            kinds.push(Type::Tuple(vec![Type::Real, Type::Real]));
        }
        kinds.extend(self.program.structs.iter().map(|s| Type::Named(s.name.clone())));
        let mut fields = vec![("one".to_string(), Type::Real)];
        for name in ["two", "three"] {
            if self.chance(70) {
                let ty = self.one_of(&kinds).expect("there are kinds");
                fields.push((name.to_string(), ty));
            }
        }
        let name = ["Point", "Model"][n].to_string();
        self.program.structs.push(Struct { name, fields, methods: vec![] });
    }

    /// The names of the program's types.
    pub(super) fn named(&self) -> Vec<String> {
        let structs = self.program.structs.iter().map(|s| s.name.clone());
        structs.chain(self.program.enums.iter().map(|e| e.name.clone())).collect()
    }

    /// A new value of a type of the program.
    pub(super) fn construct(&mut self, name: &str, depth: usize) -> Expr {
        if let Some(structure) = self.program.structure(name).cloned() {
            let mut fields: Vec<_> = structure
                .fields
                .iter()
                .map(|(field, ty)| (field.clone(), self.value(ty, depth)))
                .collect();
            let mut rest = None;
            if fields.len() > 1
                && self.chance(20)
                && let Some(place) = self.place(&Type::Named(name.into()), Use::Read)
            {
                fields.truncate(1);
                rest = Some(Box::new(place.receiver().method("clone", vec![])));
            }
            return Expr::Struct(name.to_string(), fields, rest);
        }
        let found = self.program.enums.iter().find(|e| e.name == name).cloned();
        let variants = found.map(|e| e.variants).unwrap_or_default();
        let (variant, fields) = self.one_of(&variants).expect("an enumeration has variants");
        let path = format!("{name}::{variant}");
        if fields.is_empty() {
            return Expr::Var(path);
        }
        Expr::Call(path, fields.iter().map(|ty| self.value(ty, depth)).collect())
    }

    /// A statement about a value of a type of the program.
    pub(super) fn of_user_type(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        if self.rng.bool() && self.has(Feature::Structs) {
            // A structure is taken apart.
            let structs = self.program.structs.clone();
            let structure = self.one_of(&structs)?;
            let place = self.place(&Type::Named(structure.name.clone()), Use::Read)?;
            let mut fields = vec![];
            for (field, ty) in &structure.fields {
                let name = self.fresh("y");
                fields.push(format!("{field}: {name}"));
                self.scope.declare(&name, ty.clone(), false);
            }
            let pattern = format!("{} {{ {} }}", structure.name, fields.join(", "));
            return Some(vec![Stmt::Let(
                pattern,
                None,
                Some(place.receiver().method("clone", vec![])),
            )]);
        }
        let enums = self.program.enums.clone();
        let item = self.one_of(&enums)?;
        let ty = Type::Named(item.name.clone());
        (depth > 0).then_some(())?;
        let change = self.chance(40);
        let usage = if change { Use::Write } else { Use::Read };
        let place = self.place(&ty, usage)?;
        let scrutinee = match place {
            // A reference is matched on as it is, unless it would lend more than is wanted.
            Expr::Unary("*", reference)
                if change
                    || !matches!(
                        reference.root().and_then(|name| self.type_of(name)),
                        Some(Type::Mut(_))
                    ) =>
            {
                *reference
            }
            place => Expr::unary(if change { "&mut " } else { "&" }, place),
        };
        let root = scrutinee.root()?.to_string();
        let mut arms = vec![];
        for (variant, fields) in &item.variants {
            let names: Vec<_> = fields.iter().map(|_| self.fresh("y")).collect();
            let body = self.scoped(|g| {
                g.scope.frozen.push(root.clone());
                if change {
                    g.scope.hidden.push(root.clone());
                }
                for (name, ty) in names.iter().zip(fields) {
                    let of = Box::new(ty.clone());
                    let ty = if change { Type::Mut(of) } else { Type::Ref(of) };
                    g.scope.declare(name, ty, false);
                }
                g.block(depth - 1, 2, |_| None)
            });
            let path = format!("{}::{variant}", item.name);
            let pattern =
                if names.is_empty() { path } else { format!("{path}({})", names.join(", ")) };
            arms.push(Arm { pattern, guard: None, body });
        }
        if self.chance(25) {
            arms.pop();
            arms.push(Arm { pattern: "_".into(), guard: None, body: Block::default() });
        }
        Some(vec![Stmt::Expr(Expr::Match(Box::new(scrutinee), arms))])
    }

    /// Adds what is in an enumeration to the total.
    pub(super) fn add_enum(
        &mut self,
        total: &str,
        place: &Expr,
        name: &str,
        weight: f64,
    ) -> Option<Stmt> {
        let item = self.program.enums.iter().find(|e| e.name == name).cloned()?;
        let mut arms = vec![];
        for (variant, fields) in &item.variants {
            let names: Vec<_> = fields.iter().map(|_| self.fresh("y")).collect();
            let mut stmts = vec![];
            for (name, ty) in names.iter().zip(fields) {
                let value = match ty {
                    Type::Vec(_) => Expr::var(name).at(Expr::Int(1)),
                    _ => Expr::unary("*", Expr::var(name)),
                };
                let term = Expr::binary("*", Expr::Real(weight), value);
                stmts.push(Stmt::Assign("+=", Expr::var(total), term));
            }
            let path = format!("{name}::{variant}");
            let pattern =
                if names.is_empty() { path } else { format!("{path}({})", names.join(", ")) };
            arms.push(Arm { pattern, guard: None, body: Block::unit(stmts) });
        }
        let scrutinee = Expr::unary("&", place.clone());
        Some(Stmt::Expr(Expr::Match(Box::new(scrutinee), arms)))
    }

    fn option_place(&mut self) -> Option<Expr> {
        let place = self.place(&Type::Option(Box::new(Type::Real)), Use::Read)?;
        // `*r` is copied.
        Some(place)
    }

    /// A real from an `Option`.
    pub(super) fn of_option(&mut self, depth: usize) -> Option<Expr> {
        let place = self.option_place()?;
        let y = self.fresh("y");
        Some(match self.rng.u8(0..4) {
            0 => place.method("unwrap_or", vec![self.real(depth)]),
            1 => {
                let yes = self.scoped(|g| {
                    g.scope.declare(&y, Type::Real, false);
                    Block::of(g.real(depth))
                });
                let no = Block::of(self.real(depth));
                Expr::IfLet(format!("Some({y})"), Box::new(place), yes, Some(no))
            }
            2 => {
                let yes = self.scoped(|g| {
                    g.scope.declare(&y, Type::Real, false);
                    Block::of(g.real(depth))
                });
                let no = Block::of(self.real(depth));
                let arms = vec![
                    Arm { pattern: format!("Some({y})"), guard: None, body: yes },
                    Arm { pattern: "None".into(), guard: None, body: no },
                ];
                Expr::Match(Box::new(place), arms)
            }
            _ => {
                let body = self.scoped(|g| {
                    g.scope.declare(&y, Type::Real, false);
                    g.pure(|g| g.bounded(1))
                });
                let f = Expr::Closure(vec![(y, None)], Box::new(body));
                place.method("map", vec![f]).method("unwrap_or", vec![self.real_literal()])
            }
        })
    }

    /// A statement with an `Option`.
    pub(super) fn option_statement(&mut self, depth: usize) -> Option<Vec<Stmt>> {
        self.has(Feature::Options).then_some(())?;
        let y = self.fresh("y");
        let optional = self.result == Type::Option(Box::new(Type::Real));
        match self.rng.u8(0..4) {
            0 if optional => {
                let place = self.option_place()?;
                self.scope.declare(&y, Type::Real, false);
                Some(vec![Stmt::Let(y, None, Some(Expr::Try(Box::new(place))))])
            }
            0 => {
                let place = self.option_place()?;
                let exit = self.exit();
                self.scope.declare(&y, Type::Real, false);
                Some(vec![Stmt::LetElse(format!("Some({y})"), place, Block::unit(vec![exit]))])
            }
            1 if self.has(Feature::Vectors) => {
                let name = self.fresh("v");
                let vector = self.value(&Type::vec(Type::Real), 1);
                let body = self.scoped(|g| {
                    g.scope.declare(&y, Type::Real, false);
                    g.scope.loops.retain(Option::is_some);
                    g.scope.loops.push(None);
                    g.repeated(4.0, |g| g.block(depth - 1, 3, |_| None))
                });
                let popped = Expr::var(&name).method("pop", vec![]);
                let declared =
                    Stmt::Let(format!("mut {name}"), Some(Type::vec(Type::Real)), Some(vector));
                Some(vec![declared, Stmt::WhileLet(format!("Some({y})"), popped, body)])
            }
            2 => {
                let place = self.place(&Type::Option(Box::new(Type::Real)), Use::Write)?;
                let value = self.value(&Type::Option(Box::new(Type::Real)), 1);
                Some(vec![Stmt::Assign("=", place, value)])
            }
            _ => {
                let place = self.option_place()?;
                let yes = self.scoped(|g| {
                    g.scope.declare(&y, Type::Real, false);
                    g.block(depth - 1, 3, |_| None)
                });
                let no = self.chance(50).then(|| self.block(depth - 1, 2, |_| None));
                let e = Expr::IfLet(format!("Some({y})"), Box::new(place), yes, no);
                Some(vec![Stmt::Expr(e)])
            }
        }
    }
}
