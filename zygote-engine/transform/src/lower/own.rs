//! The engine's own functions, by which a user controls the derivative of a value: `constant`, `hook`
//! and `checkpoint`.

use super::Lower;
use super::call::only_read;
use super::place::strip;
use super::pure::Calls;
use crate::error::{Result, unsupported};
use crate::ir::{Callee, Mode, Op, Operand, Place, Proj, Stmt, VarId, VarKind, mention};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::Expr;
use syn::spanned::Spanned;

/// Checks that a function is the engine's own: one of the user's has another type, or another path.
pub fn is_own(name: &str, function: &syn::ExprPath) -> TokenStream {
    let is_own = format_ident!("is_own_{}", name);
    quote!(::zygote_engine::__private::#is_own(#function))
}

/// Whether an expression is a value whose derivative is cut.
pub(super) fn is_cut(e: &Expr) -> bool {
    let Expr::Call(c) = strip(e) else { return false };
    matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "constant"))
}

/// A copy of a variable, of a field, or of what that refers to.
fn copy_of(place: &Place, span: Span) -> Option<TokenStream> {
    let shown = super::placeholder(place.root, span);
    let part = place.path.iter().try_fold(quote!(#shown), |part, proj| match proj {
        Proj::Field(member) => Some(quote!(#part.#member)),
        Proj::Deref => Some(quote!((*#part))),
        _ => None,
    })?;
    Some(quote!(::core::clone::Clone::clone(&#part)))
}

/// Whether an operation is a copy of this place.
pub fn is_copy_of(place: &Place, tokens: &TokenStream) -> bool {
    let copy = copy_of(place, Span::call_site());
    copy.is_some_and(|copy| copy.to_string() == tokens.to_string())
}

impl Lower {
    /// The operation that a call of one of them is.
    pub(super) fn own_function(
        &mut self,
        c: &syn::ExprCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Expr::Path(p) = &*c.func else { return Ok(None) };
        let Some(name) = p.path.segments.last().map(|s| s.ident.to_string()) else {
            return Ok(None);
        };
        let first = p.path.segments.first().map(|s| s.ident.to_string());
        let own = p.path.segments.len() == 1 || first.as_deref() == Some("zygote_engine");
        if !own || p.path.get_ident().is_some_and(|n| self.named(n).is_some()) {
            return Ok(None);
        }
        let args: Vec<&Expr> = c.args.iter().collect();
        let known = [("constant", 1), ("hook", 2), ("checkpoint", 1)];
        if known.contains(&(name.as_str(), args.len())) {
            out.push(Stmt::Macro(is_own(&name, p)));
        }
        match (name.as_str(), &args[..]) {
            ("constant", [value]) => self.cut(value, out).map(Some),
            ("hook", [value, closure]) => self.hook(value, closure, out).map(Some),
            ("checkpoint", [closure]) => self.checkpoint(closure, out).map(Some),
            _ => Ok(None),
        }
    }

    /// A copy without derivative.
    fn cut(&mut self, value: &Expr, out: &mut Vec<Stmt>) -> Result<Op> {
        if let Expr::Call(c) = strip(value)
            && c.args.iter().any(|a| self.lent_place(a).is_some())
        {
            return self.call_without_rule(value, Expr::Call(c.clone()), &c.args, out);
        }
        let operand = self.operand(value, out)?;
        let ty = self.ty(&operand).peeled().clone();
        if let Operand::Place(p, _) = &operand
            && p.path.iter().any(|proj| matches!(proj, Proj::Field(_)))
            && let Some(tokens) = copy_of(p, value.span())
        {
            return Ok(Op::Verbatim(tokens, vec![p.clone()], ty));
        }
        let name = self.name_of_operand(operand, out);
        let v = self.lookup(&name).expect("the name was declared");
        let copied = Place::var(v);
        let tokens = copy_of(&copied, value.span()).expect("a variable can be copied");
        Ok(Op::Verbatim(tokens, vec![copied], ty))
    }

    /// `constant(&mut place).method(..)` is called without a rule. That a field on the way to the place is
    /// `#[constant]` the compiler checks; of a variable `activity` does.
    pub(super) fn constant_call(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Expr::Call(c) = strip(&m.receiver) else { return Ok(None) };
        let (Expr::Path(p), Some(Expr::Reference(r))) = (&*c.func, c.args.first()) else {
            return Ok(None);
        };
        let is_constant = p.path.segments.last().is_some_and(|s| s.ident == "constant");
        if !is_constant || c.args.len() != 1 || r.mutability.is_none() || !self.is_place(&r.expr) {
            return Ok(None);
        }
        out.push(Stmt::Macro(is_own("constant", p)));
        let mut plain = m.clone();
        *plain.receiver = (*r.expr).clone();
        let lent = [&c.args[0]].into_iter().chain(&m.args);
        self.call_without_rule(m, Expr::MethodCall(plain), lent, out).map(Some)
    }

    /// The place that an expression lends by `&mut`.
    fn lent_place<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        match strip(e) {
            Expr::Reference(r) if r.mutability.is_some() && self.is_place(&r.expr) => Some(&r.expr),
            _ => None,
        }
    }

    /// A call of what has no derivative, which changes what it is lent.
    fn call_without_rule<'e>(
        &mut self,
        whole: &impl ToTokens,
        plain: Expr,
        args: impl IntoIterator<Item = &'e Expr>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let lent: Vec<&Expr> = args.into_iter().filter_map(|a| self.lent_place(a)).collect();
        let unchecked: Vec<&Expr> =
            lent.into_iter().filter(|place| !self.checked_as_constant(place, out)).collect();
        let mut is_part = false;
        for place in unchecked {
            let place = self.place(place, &mut vec![])?;
            is_part |= !self.func.resolve(&place).path.is_empty();
        }
        let mut op = match &plain {
            Expr::MethodCall(m) => self.method(m, out)?,
            Expr::Call(c) => self.call(c, out)?,
            _ => unreachable!("a call was written"),
        };
        match &mut op {
            Op::Call(call) if call.lambdas.is_empty() && !is_part && call.is_named() => {
                call.constant = true;
                Ok(op)
            }
            _ => unsupported(
                whole,
                "this call of what is constant",
                "name the field, `constant(&mut self.rng).next()`, `constant(draw(&mut self.rng))`, and \
                 pass values",
            ),
        }
    }

    /// Lets the compiler check that a field on the way to a place is `#[constant]`, if there is a field.
    fn checked_as_constant(&self, place: &Expr, out: &mut Vec<Stmt>) -> bool {
        let span = place.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let mut known = quote_spanned!(span=> #private::MayVary);
        let mut at = strip(place);
        let mut checked = false;
        loop {
            at = match at {
                Expr::Field(f) => {
                    let Some((base, _)) = self.pure(&f.base, Calls::Reading) else { break };
                    checked = true;
                    let is_constant = constant_field(base, None, &f.member, span);
                    known = quote_spanned!(span=> #private::OrConstant::or_constant(#known, #is_constant));
                    strip(&f.base)
                }
                Expr::Index(i) => strip(&i.expr),
                Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => strip(&u.expr),
                _ => break,
            };
        }
        if checked {
            // What is never reached borrows nothing.
            let check = quote_spanned!(span=> #private::constant_place(#known));
            out.push(Stmt::Macro(quote_spanned!(span=> loop {
                break;
                #check
            })));
        }
        checked
    }

    fn hook(&mut self, value: &Expr, closure: &Expr, out: &mut Vec<Stmt>) -> Result<Op> {
        let value = self.operand(value, out)?;
        let Expr::Closure(c) = strip(closure) else {
            return unsupported(closure, "this argument of `hook`", "write a closure: `|dx| ..`");
        };
        let mut reads = vec![];
        for (_, name) in super::closure::free_names(&c.body) {
            reads.extend(self.lookup(&name).map(Place::var));
        }
        let bound: Vec<_> = c.inputs.iter().flat_map(super::select::bound_names).collect();
        let tokens = self.with_names(c.to_token_stream(), &bound);
        Ok(Op::Hook(value, tokens, reads))
    }

    /// Tokens with placeholders for the variables, but for those names.
    fn with_names(&self, tokens: TokenStream, but: &[Ident]) -> TokenStream {
        let mut dots = 0;
        let of = |t: TokenTree| {
            // After two of them a range ends.
            let field = dots == 1;
            dots = match &t {
                TokenTree::Punct(p) if p.as_char() == '.' => dots + 1,
                _ => 0,
            };
            match t {
                TokenTree::Ident(i) if !field && !but.contains(&i) => match self.lookup(&i) {
                    Some(v) => TokenTree::Ident(super::placeholder(v, i.span())),
                    None => TokenTree::Ident(i),
                },
                TokenTree::Group(g) => {
                    let inner = self.with_names(g.stream(), but);
                    TokenTree::Group(Group::new(g.delimiter(), inner))
                }
                other => other,
            }
        };
        tokens.into_iter().map(of).collect()
    }

    /// A call of one function runs again as it is; of more the closure does.
    fn checkpoint(&mut self, closure: &Expr, out: &mut Vec<Stmt>) -> Result<Op> {
        let Expr::Closure(c) = strip(closure) else {
            return unsupported(
                closure,
                "this argument of `checkpoint`",
                "write a closure: `|| ..`",
            );
        };
        if !c.inputs.is_empty() {
            return unsupported(&c.inputs, "a parameter here", "write `|| ..`");
        }
        let mut body = &*c.body;
        if let Expr::Block(b) = body
            && let [syn::Stmt::Expr(e, None)] = &b.block.stmts[..]
        {
            body = e;
        }
        if matches!(body, Expr::Call(_) | Expr::MethodCall(_)) {
            let before = out.len();
            if let Op::Call(mut call) = self.op(body, out)?
                && call.lambdas.is_empty()
            {
                let exclusive = |a: &Operand| matches!(a, Operand::Place(_, Mode::Exclusive));
                if call.args.iter().any(exclusive) {
                    return checkpoint_changes(closure);
                }
                if matches!(call.callee, Callee::Value(_)) {
                    return checkpoint_of_parameter(closure);
                }
                call.run_again();
                return Ok(Op::Call(call));
            }
            out.truncate(before);
        }
        let local = self.closure_of(closure)?.expect("a closure was written");
        let mut lambda = self.lambda(&local, super::comparator::Kept::None)?;
        let (func, id) = (&self.func, lambda.body.id);
        let outside = |v: VarId| !func.within(func.var(v).home, id);
        only_read(&mut lambda.body.stmts, &|p| outside(func.root(p)));
        let mut changed = BTreeSet::new();
        crate::record::changes(func, &lambda.body, &mut changed);
        if changed.into_iter().any(outside) {
            return checkpoint_changes(closure);
        }
        let mut mentioned = BTreeSet::new();
        lambda.body.stmts.iter().for_each(|s| mention(s, &mut mentioned));
        if mentioned.iter().any(|v| matches!(func.var(*v).kind, VarKind::Function(_))) {
            return checkpoint_of_parameter(closure);
        }
        let path = quote!(::zygote_engine::__private::Region);
        let callee = Callee::Associated(path, syn::parse_quote!(run));
        let op = self.called(callee, vec![Operand::Lambda(0)], vec![lambda], closure.span());
        let Op::Call(mut call) = op else { unreachable!("a call was made") };
        call.again = true;
        Ok(Op::Call(call))
    }
}

fn checkpoint_changes<T>(closure: &Expr) -> Result<T> {
    unsupported(
        closure,
        "a checkpoint of what changes variables outside",
        "give the new value back, and assign it",
    )
}

fn checkpoint_of_parameter<T>(closure: &Expr) -> Result<T> {
    unsupported(
        closure,
        "a checkpoint of a call of a parameter that is a function",
        "call it without, or call a function by its name",
    )
}

/// Whether a field of a value, or one of a variant, is `#[constant]`: what its derive says of it, or `MayVary`.
pub fn constant_field(
    of: impl ToTokens,
    variant: Option<&Ident>,
    member: &syn::Member,
    span: Span,
) -> TokenStream {
    let private = quote_spanned!(span=> ::zygote_engine::__private);
    let variant = variant.map_or_else(String::new, |variant| format!("{variant}_"));
    let name = match member {
        syn::Member::Named(name) => format_ident!("__constant_field_{}{}", variant, name),
        syn::Member::Unnamed(k) => format_ident!("__constant_field_{}{}", variant, k.index),
    };
    quote_spanned! {span=> {
        trait __Field {
            fn #name(&self) -> #private::MayVary {
                #private::MayVary
            }
        }
        impl<__T: ?::core::marker::Sized> __Field for __T {}
        (#of).#name()
    }}
}
