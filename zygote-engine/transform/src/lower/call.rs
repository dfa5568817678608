//! Calls of methods and functions.

use super::Lower;
use super::comparator::Kept;
use super::optional::is_exclusive;
use super::place::{slice_mode, strip};
use crate::error::{Result, unsupported};
use crate::ir::{
    Call, Callee, Func, Lambda, Mode, Op, Operand, Place, Region, Stmt, Ty, VarId, VarKind,
    mentioned, mentioned_in,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use syn::Expr;
use syn::spanned::Spanned;

impl Lower {
    pub(super) fn method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Result<Op> {
        if let Some(t) = &m.turbofish {
            return unsupported(t, "a turbofish", "write the type in a `let`");
        }
        if let Some(op) = self.converted_method(m, out)? {
            return Ok(op);
        }
        if let Some(op) = self.unboxed(m, out)? {
            return Ok(op);
        }
        if let Some(op) = self.method_of_itself(m, out)? {
            return Ok(op);
        }
        self.method_of_place(m, out)
    }

    fn method_of_place(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Result<Op> {
        let receiver = if self.is_place(&m.receiver) && slice_mode(&m.receiver).is_none() {
            let place = self.place(&m.receiver, out)?;
            self.pinned(place, out)
        } else {
            match self.operand(&m.receiver, out)? {
                Operand::Place(p, mode)
                    if p.is_lent() && (mode == Mode::Exclusive || is_exclusive(&m.receiver)) =>
                {
                    let span = m.receiver.span();
                    self.part(Operand::Place(p, Mode::Exclusive), span, out)
                }
                // A list of a chain's items never changes; what takes its place may.
                Operand::Place(p, _)
                    if p.path.is_empty() && self.func.collected.contains(&p.root) =>
                {
                    let (span, ty) = (m.receiver.span(), self.func.var(p.root).ty.clone());
                    let list = self.temp(span, ty, Op::Use(Operand::Place(p, Mode::Value)), out);
                    let list = list.place().expect("an intermediate value is a place").clone();
                    self.lend_value(list.root);
                    list
                }
                Operand::Place(p, _) => p,
                constant => {
                    let ty = self.ty(&constant);
                    let value = self.temp(m.receiver.span(), ty, Op::Use(constant), out);
                    value.place().expect("an intermediate value is a place").clone()
                }
            }
        };
        if !self.is_place(&m.receiver) {
            self.receiver_in_place(m, &receiver, out);
        }
        let middle = out.len();
        let kept = Kept::by(&m.method);
        let given = self.owned_tuples(m.args.iter(), Some(&receiver));
        let (rest, mut lambdas) = self.arguments(given.iter(), kept, out)?;
        let receiver = self.receiver_beside(receiver, middle, out);
        let root = self.func.root(&receiver);
        let same = |p: &crate::ir::Place, s: &Self| s.func.root(p) == root;
        // Beside a shared reference to the same variable, or a closure that reads it, and while a loop
        // walks over it, the receiver is only read.
        let place = self.func.resolve(&receiver);
        let read = rest.iter().any(|a| {
            matches!(a, Operand::Place(p, Mode::Shared) if self.func.resolve(p).overlaps(&place))
        });
        let mut read = read || self.is_walked(&receiver);
        for lambda in &mut lambdas {
            only_read(&mut lambda.body.stmts, &|p| p.overlaps(&receiver));
            read |= mentioned_by(lambda).iter().any(|p| p.overlaps(&receiver));
        }
        let mode = if read { Mode::Shared } else { Mode::Receiver };
        let mut args = vec![Operand::Place(receiver, mode)];
        for arg in rest {
            args.push(match arg {
                // A copy, so that the pullback may have the receiver exclusively.
                Operand::Place(p, Mode::Value) if same(&p, self) => {
                    let value = Operand::Place(p, Mode::Value);
                    let ty = self.ty(&value);
                    self.temp(m.method.span(), ty, Op::Use(value), out)
                }
                // A length and the like, the compiler checks.
                Operand::Place(p, Mode::Value)
                    if self.func.is_changing_constant(root)
                        && self.ty(&Operand::Place(p.clone(), Mode::Value)) == Ty::Unknown
                        && p.path.is_empty()
                        && !self.all_constant(std::slice::from_ref(&p)) =>
                {
                    let span = m.method.span();
                    let shown = super::placeholder(p.root, span);
                    let checked = quote::quote_spanned!(span=> ::zygote_engine::__private::to_a_constant(&#shown));
                    self.temp(span, Ty::Unknown, Op::Verbatim(checked, vec![p], Ty::Unknown), out)
                }
                other => other,
            });
        }
        let own_name = self.is_method && self.name.as_ref() == Some(&m.method);
        self.func.recursive |= own_name && !is_field_of_self(&m.receiver);
        let op = self.called(Callee::Method(m.method.clone()), args, lambdas, m.method.span());
        self.func.makers.captures.made_again(op, &self.func)
    }

    /// A receiver that is made where the method is called may be changed by it: a copy, and what a
    /// constructor or a function gives.
    fn receiver_in_place(&mut self, m: &syn::ExprMethodCall, receiver: &Place, out: &[Stmt]) {
        let Some(Stmt::Let(v, op)) = out.last() else { return };
        let ty = &self.func.var(*v).ty;
        if *receiver != Place::var(*v) || matches!(ty.peeled(), Ty::Real | Ty::Inert) {
            return;
        }
        let ty = self.func.made.get(v);
        let made = match op {
            _ if ty.is_some_and(|ty| self.func.makers.is_reading(ty, &m.method)) => false,
            Op::Call(_) | Op::Construct(_) | Op::Array(_, true) | Op::Repeat(_, _, true) => true,
            Op::Verbatim(..) => is_constructed(&m.receiver),
            _ => false,
        };
        if made {
            self.lend_value(*v);
        }
    }

    /// A receiver that the arguments change was copied before, if it is taken by value; no other
    /// compiles. What an argument calls on the same place may only read it, the compiler checks.
    fn receiver_beside(&mut self, receiver: Place, middle: usize, out: &mut Vec<Stmt>) -> Place {
        let root = self.func.root(&receiver);
        let mut surely = BTreeSet::new();
        let mut maybe = BTreeSet::new();
        changed(&self.func, &out[middle..], &mut surely, &mut maybe);
        let ty = self.ty(&Operand::Place(receiver.clone(), Mode::Value));
        let number = matches!(ty.peeled(), Ty::Real | Ty::Inert);
        // What is lent by the name of an exclusive reference is only read beside it.
        let reference = receiver.path.is_empty()
            && matches!(
                self.func.var(receiver.root).kind,
                VarKind::Exclusive | VarKind::Alias(_, true)
            );
        let changes = surely.contains(&root) && (number || !reference);
        if changes || maybe.contains(&root) && number {
            let copy = self.keep_order(Operand::Place(receiver, Mode::Value), middle, out);
            return copy.place().expect("a place stays one").clone();
        }
        only_read(&mut out[middle..], &|p| p.overlaps(&receiver));
        receiver
    }

    pub(super) fn call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Result<Op> {
        if let Some(op) = self.own_function(c, out)? {
            return Ok(op);
        }
        if let Some(items) = super::chain::marked(c) {
            return unsupported(
                items,
                "an iterator of one's own in this place",
                "end the chain, `.collect::<Vec<_>>()`, or write `while let Some(x) = items.next()`",
            );
        }
        if let Some((closure, types)) = crate::stored::at_mark(c) {
            return Ok(Op::Use(match self.stored_closure(closure, &types, out)? {
                Some(stored) => stored,
                None => self.operand_in_place(closure, out)?,
            }));
        }
        if let Some(op) = self.converted_call(c, out)? {
            return Ok(op);
        }
        if let Some(m) = self.method_of_bound(c) {
            return self.method(&m, out);
        }
        let closure = match strip(&c.func) {
            // What a method gives is called.
            Expr::MethodCall(m)
                if m.turbofish.is_none()
                    && crate::curried::may_give_closure(m)
                    && self.closure_of(&c.func)?.is_none() =>
            {
                let whole = syn::ExprMethodCall {
                    args: m.args.iter().chain(&c.args).cloned().collect(),
                    ..m.clone()
                };
                let mut op = self.method_of_place(&whole, out)?;
                if let Op::Call(call) = &mut op {
                    // The receiver is an argument, too.
                    call.curried = Some(m.args.len() + 1);
                }
                return Ok(op);
            }
            // A closure that is written here, or a copy of one, has a state of its own.
            Expr::Closure(_) | Expr::MethodCall(_) | Expr::Call(_) => {
                self.closure_at(&c.func, out)?
            }
            named => self.closure_of(named)?,
        };
        if let Some(local) = closure {
            return self.inlined(&local, &c.args, c.span(), out);
        }
        if let Some(v) = self.function_parameter(&c.func) {
            let (args, lambdas) = self.arguments(c.args.iter(), Kept::None, out)?;
            return Ok(self.called(Callee::Value(v), args, lambdas, c.span()));
        }
        // `f(a)(x)`
        let (curried, function) = match strip(&c.func) {
            Expr::Call(inner) => (Some(inner), strip(&inner.func)),
            function => (None, function),
        };
        let path = match function {
            Expr::Path(p) if p.path.get_ident().is_none_or(|n| self.lookup(n).is_none()) => Some(p),
            _ => None,
        };
        let Some(p) = path else { return self.pointer_call(c, out) };
        if p.path.segments.last().is_some_and(|s| is_capitalized(&s.ident.to_string())) {
            return self.constructor(&p.path, &c.args, out);
        }
        let first = curried.iter().flat_map(|inner| &inner.args);
        let given = self.owned_tuples(first.chain(&c.args), None);
        let (args, lambdas) = self.arguments(given.iter(), Kept::None, out)?;
        let mut segments: Vec<_> = p.path.segments.iter().cloned().collect();
        let name = segments.pop().expect("a path has a segment");
        let of_type = p.qself.is_some()
            || segments.last().is_some_and(|s| is_type_name(&s.ident.to_string()));
        let prefix = (!segments.is_empty()).then(|| syn::Path {
            leading_colon: p.path.leading_colon,
            segments: segments.into_iter().collect(),
        });
        let span = name.ident.span();
        self.func.recursive |= self.name.as_ref() == Some(&name.ident) && of_type == self.is_method;
        let callee = match prefix {
            prefix if of_type => {
                let ty = match (&p.qself, prefix) {
                    (Some(q), Some(path)) if q.position > 0 => {
                        let ty = &q.ty;
                        quote!(<#ty as #path>)
                    }
                    (Some(q), _) => {
                        let ty = &q.ty;
                        quote!(<#ty>)
                    }
                    (None, path) => quote!(#path),
                };
                Callee::Associated(ty, name)
            }
            prefix => Callee::Function(prefix, name),
        };
        let op = self.called(callee, args, lambdas, span);
        let mut op = self.func.makers.captures.made_again(op, &self.func)?;
        if let (Some(inner), Op::Call(call)) = (curried, &mut op) {
            call.curried = Some(inner.args.len());
        }
        Ok(op)
    }

    /// A call of a value: of an `fn` pointer, the compiler checks.
    fn pointer_call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Result<Op> {
        if self.may_be_stored(&c.func) {
            return self.stored_call(c, out);
        }
        if self.is_method && crate::stored::has_functions(&self.generics[0]) {
            return unsupported(
                &c.func,
                "a call of a closure that a field holds in the `impl` of a trait, or of one that is no \
                 `Fn`, or that has no derivative",
                "write the method in an `impl` of the type, `impl<F: Fn(f64) -> f64> Ode<F>`, of a bound \
                 with one to four parameters and a value that varies",
            );
        }
        let f = self.operand(&c.func, out)?;
        let f = match f.place() {
            Some(p) if p.path.is_empty() && !self.func.changeable(p) => f,
            _ => self.temp(c.func.span(), Ty::Inert, Op::Use(f), out),
        };
        let f = f.place().expect("an intermediate value is a place").root;
        let (args, lambdas) = self.arguments(c.args.iter(), Kept::None, out)?;
        let taken = c.args.iter().zip(&args);
        let mut refused = taken.filter(|(_, a)| {
            matches!(a, Operand::Lambda(_) | Operand::Place(_, Mode::Exclusive | Mode::Receiver))
        });
        if let Some((e, _)) = refused.next() {
            return unsupported(
                e,
                "this argument of an `fn` pointer",
                "pass values and shared references, or call the function by its name",
            );
        }
        Ok(self.called(Callee::Pointer(f), args, lambdas, c.func.span()))
    }

    /// Arguments, of which tuples of references are what owns copies of the parts, as a derivative takes them;
    /// where nothing varies, there is none.
    fn owned_tuples<'a>(
        &self,
        es: impl Iterator<Item = &'a Expr> + Clone,
        receiver: Option<&Place>,
    ) -> Vec<Expr> {
        let is_reference = |name: &Ident| {
            self.lookup(name).is_some_and(|v| self.refers(&Place::var(v)) == Some(false))
        };
        let constant = receiver.is_none_or(|p| self.all_constant(std::slice::from_ref(p)))
            && es.clone().all(|e| self.mentions_constants(e));
        let owned = |e: &Expr| crate::tuples::owned_argument(e, &is_reference);
        es.map(|e| owned(e).filter(|_| !constant).unwrap_or_else(|| e.clone())).collect()
    }

    /// Whether all variables in an expression are constant.
    fn mentions_constants(&self, e: &Expr) -> bool {
        struct Find<'a>(&'a Lower, bool);
        impl syn::visit::Visit<'_> for Find<'_> {
            fn visit_expr_path(&mut self, p: &syn::ExprPath) {
                let v = p.path.get_ident().and_then(|name| self.0.lookup(name));
                self.1 &= v.is_none_or(|v| self.0.all_constant(&[Place::var(v)]));
            }
        }
        let mut find = Find(self, true);
        syn::visit::Visit::visit_expr(&mut find, e);
        find.1
    }

    /// Whether an expression is a name of this function.
    fn is_named(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.named(name).is_some()),
            _ => false,
        }
    }

    /// The parameter that an expression is, if it is a function.
    pub(super) fn function_parameter(&self, e: &Expr) -> Option<VarId> {
        match strip(e) {
            Expr::Path(p) => {
                let v = self.lookup(p.path.get_ident()?)?;
                matches!(self.func.var(v).kind, VarKind::Function(_)).then_some(v)
            }
            Expr::Reference(r) => self.function_parameter(&r.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                self.function_parameter(&u.expr)
            }
            _ => None,
        }
    }

    /// Arguments: a part of a place that is passed by value becomes an intermediate value, so that
    /// the pullback can refer to it beside a shadow of the whole. Closures become lambdas. A method
    /// may have a rule that takes a comparison, as that of `sort_by`: such a closure is `kept`.
    fn arguments<'a>(
        &mut self,
        es: impl Iterator<Item = &'a Expr>,
        kept: Kept,
        out: &mut Vec<Stmt>,
    ) -> Result<(Vec<Operand>, Vec<Lambda>)> {
        let mut lambdas = vec![];
        let mut all = vec![];
        for e in es {
            let compared = if self.is_named(e) { None } else { kept.as_closure(e) };
            let e = compared.as_ref().unwrap_or(e);
            let e = crate::objects::unboxed(e);
            let operand = if let Some(local) = self.closure_at(e, out)? {
                let mut lambda = self.lambda(&local, kept)?;
                if let Expr::Reference(r) = strip(e) {
                    let mutability = &r.mutability;
                    lambda.lent = quote!(&#mutability);
                }
                lambdas.push(lambda);
                Operand::Lambda(lambdas.len() - 1)
            } else if let Some(path) = crate::objects::function_of_path(e)
                && path.get_ident().is_none_or(|name| self.named(name).is_none())
            {
                Operand::Const(quote!(#e))
            } else if let Some(v) = self.function_parameter(e) {
                Operand::Place(Place::var(v), Mode::Shared)
            } else if let Some(items) = self.collected_argument(e, out)? {
                items
            } else {
                let value = self.operand_in_place(e, out)?;
                if let Operand::Place(p, Mode::Value) = &value
                    && self.func.inlined.contains(&p.root)
                {
                    self.func.handed.insert(p.root);
                }
                value
            };
            all.push((out.len(), operand));
        }
        self.check_lambdas(&lambdas)?;
        lent_together(all.iter_mut().map(|(_, o)| o), &mut lambdas);
        let mut args = vec![];
        let operands = self.in_order(all, out);
        let lent = operands.iter().filter_map(|o| match o {
            Operand::Place(p, Mode::Exclusive) => Some(self.func.root(p)),
            _ => None,
        });
        let lent: BTreeSet<_> = lent.collect();
        for operand in operands {
            args.push(match operand {
                // A part, and what the call changes by another argument, is copied before.
                Operand::Place(p, Mode::Value)
                    if !p.path.is_empty() || lent.contains(&self.func.root(&p)) =>
                {
                    let ty = self.ty(&Operand::Place(p.clone(), Mode::Value));
                    let span = self.line;
                    self.temp(span, ty, Op::Use(Operand::Place(p, Mode::Value)), out)
                }
                Operand::Place(p, mode) => Operand::Place(self.pinned(p, out), mode),
                other => other,
            });
        }
        Ok((args, lambdas))
    }

    /// Two closures of one call may change different fields of one variable, whose cotangents would be
    /// mixed up. What both use neither changes.
    fn check_lambdas(&self, lambdas: &[Lambda]) -> Result<()> {
        let outer = |l: &Lambda, of: fn(&Func, &Region, &mut BTreeSet<VarId>)| {
            let mut set = BTreeSet::new();
            of(&self.func, &l.body, &mut set);
            set.retain(|v| !self.func.within(self.func.var(*v).home, l.body.id));
            set
        };
        let places = |l: &Lambda, v: VarId| {
            let mut all = vec![];
            l.body.stmts.iter().for_each(|s| mentioned(s, &mut all));
            all.extend(l.body.result.as_ref().and_then(Operand::place).cloned());
            let resolved = all.iter().map(|p| self.func.resolve(p));
            resolved.filter(|p| p.root == v).collect::<Vec<_>>()
        };
        for (k, a) in lambdas.iter().enumerate() {
            let changed = outer(a, crate::record::changes);
            for (_, b) in lambdas.iter().enumerate().filter(|(j, _)| *j != k) {
                for v in changed.intersection(&outer(b, crate::adjoint::touched)) {
                    let others = places(b, *v);
                    if places(a, *v).iter().any(|p| others.iter().any(|q| p.is_disjoint(q))) {
                        return unsupported(
                            &self.func.var(*v).name,
                            "a variable of which two closures of one call use parts",
                            "take the parts apart with `let` first",
                        );
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn called(
        &mut self,
        callee: Callee,
        args: Vec<Operand>,
        lambdas: Vec<Lambda>,
        span: Span,
    ) -> Op {
        let back = self.func.record("back", span, self.here);
        let olds = args
            .iter()
            .map(|arg| match arg {
                Operand::Place(_, Mode::Exclusive | Mode::Receiver) => {
                    Some(self.func.record("old", span, self.here))
                }
                _ => None,
            })
            .collect();
        let (curried, again, constant) = (None, false, false);
        Op::Call(Box::new(Call { callee, args, back, olds, lambdas, curried, again, constant }))
    }
}

/// The variables that statements change, and those of which a method is called that may change them.
fn changed(func: &Func, stmts: &[Stmt], surely: &mut BTreeSet<VarId>, maybe: &mut BTreeSet<VarId>) {
    for stmt in stmts {
        match stmt {
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
                surely.insert(func.root(place));
            }
            Stmt::Let(_, Op::Call(call)) => {
                for (k, p) in call.changes(func) {
                    let exclusive = matches!(call.args[k], Operand::Place(_, Mode::Exclusive));
                    let set = if exclusive { &mut *surely } else { &mut *maybe };
                    set.insert(func.root(p));
                }
            }
            _ => {}
        }
        stmt.regions().into_iter().for_each(|r| changed(func, &r.stmts, surely, maybe));
    }
}

/// What is lent twice by one name, or beside a closure that reads it, is only read.
fn lent_together<'a>(args: impl Iterator<Item = &'a mut Operand>, lambdas: &mut [Lambda]) {
    let inside: Vec<Place> = lambdas.iter().flat_map(mentioned_by).collect();
    let mut args: Vec<&mut Operand> = args.collect();
    let lent = |o: &Operand| match o {
        Operand::Place(p, Mode::Shared | Mode::Exclusive) => Some(p.clone()),
        _ => None,
    };
    let all: Vec<Option<Place>> = args.iter().map(|o| lent(o)).collect();
    for (k, arg) in args.iter_mut().enumerate() {
        let Operand::Place(place, mode @ Mode::Exclusive) = &mut **arg else { continue };
        let others =
            all.iter().enumerate().filter(|(j, _)| *j != k).filter_map(|(_, p)| p.as_ref());
        if others.chain(&inside).any(|p| p.overlaps(place)) {
            *mode = Mode::Shared;
        }
    }
    let shared =
        all.iter().zip(&args).filter(|(_, o)| matches!(o, Operand::Place(_, Mode::Shared)));
    let shared: Vec<_> = shared.filter_map(|(p, _)| p.as_ref()).collect();
    for lambda in lambdas {
        only_read(&mut lambda.body.stmts, &|p| shared.iter().any(|l| l.overlaps(p)));
    }
}

/// What a closure mentions.
fn mentioned_by(lambda: &Lambda) -> Vec<Place> {
    let mut all = vec![];
    lambda.body.stmts.iter().for_each(|s| mentioned(s, &mut all));
    if let Some((tokens, _)) = &lambda.inert {
        mentioned_in(tokens, &mut all);
    }
    all.extend(lambda.body.result.as_ref().and_then(Operand::place).cloned());
    all
}

/// Says of calls to which these places are lent that they only read, which the compiler checks.
pub(super) fn only_read(stmts: &mut [Stmt], lent: &dyn Fn(&Place) -> bool) {
    for stmt in stmts {
        if let Stmt::Let(_, Op::Call(call)) = stmt {
            for arg in &mut call.args {
                if let Operand::Place(p, mode @ (Mode::Receiver | Mode::Exclusive)) = arg
                    && lent(p)
                {
                    *mode = Mode::Shared;
                }
            }
        }
        for region in stmt.regions_mut() {
            only_read(&mut region.stmts, lent);
        }
    }
}

/// Whether a path segment names a type, by the convention of the language.
pub fn is_type_name(name: &str) -> bool {
    let primitive = super::ty_of(
        &syn::parse_str(name).unwrap_or(syn::Type::Verbatim(proc_macro2::TokenStream::new())),
    );
    is_capitalized(name) || matches!(primitive, Ty::Real | Ty::Inert)
}

/// Whether what is called gives a copy of its receiver.
pub(super) fn is_copy(callee: &Callee) -> bool {
    matches!(callee, Callee::Method(name) if name == "clone")
}

/// Whether a value is made by a struct's literal, by a constructor or function of a type, or is a copy.
fn is_constructed(e: &Expr) -> bool {
    match strip(e) {
        Expr::Struct(_) => true,
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::MethodCall(m) => m.method == "clone",
        Expr::Call(c) => match strip(&c.func) {
            Expr::Path(p) => p.path.segments.iter().any(|s| is_capitalized(&s.ident.to_string())),
            _ => false,
        },
        _ => false,
    }
}

/// By the convention of the language, such a name is that of a type or a variant.
fn is_capitalized(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// A check that what is referred to is no number.
pub(super) fn no_number(receiver: &TokenStream, span: Span) -> Stmt {
    let private = quote!(::zygote_engine::__private);
    let kind = quote::quote_spanned!(span=> (&#private::Probe(#receiver)).kind());
    Stmt::Macro(quote!({
        use #private::{IsNumber as _, IsOther as _};
        #private::receiver(#kind)
    }))
}

/// Whether an expression is a field of `self`, or of such a field. No value has a field of its own type
/// without an `Option` or a sequence around it, so a method of such a field is another one.
pub fn is_field_of_self(e: &Expr) -> bool {
    let Expr::Field(f) = strip(e) else { return false };
    matches!(strip(&f.base), Expr::Path(p) if p.path.is_ident("self")) || is_field_of_self(&f.base)
}
