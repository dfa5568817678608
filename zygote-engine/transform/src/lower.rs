//! Source to IR. Whatever is not understood here is an error at the user's own token.

use crate::ir::{Callee, Func, Kind, Op, Param, Region, Stmt, Var, VarId};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Result};

/// The macros that stay as they are: they read values and give none.
const KEPT: [&str; 11] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "println",
    "print",
    "eprintln",
    "eprint",
    "panic",
];

fn unsupported<T>(at: impl ToTokens, what: &str, instead: &str) -> Result<T> {
    Err(syn::Error::new_spanned(at, format!("{what} is not supported yet\nhelp: {instead}")))
}

/// The item without the `#[constant]` markers of its parameters.
pub fn without_markers(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    for input in &mut item.sig.inputs {
        if let syn::FnArg::Typed(p) = input {
            p.attrs.retain(|a| !a.path().is_ident("constant"));
        }
    }
    item
}

/// Lowers a function.
pub fn function(item: &syn::ItemFn) -> Result<Func> {
    let sig = &item.sig;
    let plain = "write a plain function";
    if let Some(t) = &sig.asyncness {
        return unsupported(t, "an async function", plain);
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        return unsupported(&sig.safety, "an unsafe function", plain);
    }
    if let Some(t) = sig.generics.type_params().next() {
        return unsupported(t, "a generic function", "write it for f64 or f32");
    }
    if let Some(t) = sig.generics.const_params().next() {
        return unsupported(t, "a const generic", "pass a slice");
    }
    let mut l = Lower {
        name: sig.ident.clone(),
        func: Func { vars: vec![], params: vec![], body: Region::default(), regions: 0 },
        scopes: vec![HashMap::new()],
    };
    let mut stmts = vec![];
    for input in &sig.inputs {
        l.param(input, &mut stmts)?;
    }
    match &sig.output {
        syn::ReturnType::Type(_, t) if is_real(t) => {}
        syn::ReturnType::Type(_, t) => {
            return unsupported(t, "this return type", "return an f64 or an f32");
        }
        syn::ReturnType::Default => {
            return unsupported(&sig.ident, "a function without result", "return an f64 or an f32");
        }
    }
    let mut body = l.region(&item.block.stmts, true)?;
    if body.result.is_none() {
        return unsupported(&sig.ident, "a body that ends in a statement", "end it with the value");
    }
    stmts.append(&mut body.stmts);
    body.stmts = stmts;
    l.func.body = body;
    activity(&mut l.func);
    Ok(l.func)
}

/// Marks what may depend on an argument, to a fixed point because of loops.
fn activity(func: &mut Func) {
    loop {
        let before = func.vars.iter().filter(|v| v.active).count();
        let body = func.body.clone();
        spread(func, &body);
        if func.vars.iter().filter(|v| v.active).count() == before {
            return;
        }
    }
}

fn spread(func: &mut Func, region: &Region) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(v, op) | Stmt::Store(v, op) => {
                let varies = op.operands().iter().any(|o| func.var(*o).active)
                    && func.var(*v).kind == Kind::Real;
                func.vars[v.0].active |= varies;
            }
            Stmt::If(_, a, b, out) => {
                spread(func, a);
                spread(func, b);
                if let (Some(out), Some(x), Some(y)) = (out, a.result, b.result) {
                    let varies = func.var(x).active || func.var(y).active;
                    func.vars[out.0].active |= varies;
                }
            }
            Stmt::For(.., body) => spread(func, body),
            _ => {}
        }
    }
}

fn is_real(t: &syn::Type) -> bool {
    matches!(t, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"))
}

fn is_inert(t: &syn::Type) -> bool {
    const INERT: [&str; 16] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "bool", "char", "str", "String",
    ];
    match t {
        syn::Type::Path(p) => INERT.iter().any(|n| p.path.is_ident(n)),
        syn::Type::Reference(r) => r.mutability.is_none() && is_inert(&r.elem),
        _ => false,
    }
}

fn element(t: &syn::Type) -> Option<&syn::Type> {
    match t {
        syn::Type::Slice(s) => Some(&s.elem),
        syn::Type::Array(a) => Some(&a.elem),
        syn::Type::Path(p) => match &p.path.segments.last()?.arguments {
            syn::PathArguments::AngleBracketed(a) if p.path.segments.last()?.ident == "Vec" => {
                match a.args.first()? {
                    syn::GenericArgument::Type(t) => Some(t),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

struct Lower {
    name: Ident,
    func: Func,
    scopes: Vec<HashMap<String, VarId>>,
}

impl Lower {
    fn fresh(&mut self, name: &str, span: Span, kind: Kind, mutable: bool) -> VarId {
        self.func.add(Var {
            name: name.into(),
            span,
            kind,
            ty: None,
            mutable,
            active: false,
            cotangent_of: None,
        })
    }

    fn temp(&mut self, span: Span, kind: Kind, op: Op, out: &mut Vec<Stmt>) -> VarId {
        let v = self.fresh("t", span, kind, false);
        out.push(Stmt::Let(v, op));
        v
    }

    fn bind(&mut self, name: &Ident, var: VarId) {
        self.scopes.last_mut().expect("a scope is open").insert(name.to_string(), var);
    }

    fn lookup(&self, name: &str) -> Option<VarId> {
        self.scopes.iter().rev().find_map(|s| s.get(name).copied())
    }

    fn kind(&self, v: VarId) -> Kind {
        self.func.var(v).kind
    }

    fn param(&mut self, input: &syn::FnArg, out: &mut Vec<Stmt>) -> Result<()> {
        let syn::FnArg::Typed(p) = input else {
            return unsupported(input, "a method", "write a free function");
        };
        let syn::Pat::Ident(name) = &*p.pat else {
            return unsupported(
                &p.pat,
                "a pattern as parameter",
                "name the parameter and destructure it in a `let`",
            );
        };
        let marked = p.attrs.iter().any(|a| a.path().is_ident("constant"));
        let (kind, by_ref, shadow) = match &*p.ty {
            t if is_real(t) => (Kind::Real, false, quote!(#t)),
            t if is_inert(t) => (Kind::Inert, matches!(t, syn::Type::Reference(_)), quote!(())),
            syn::Type::Reference(r) if r.mutability.is_none() => match element(&r.elem) {
                Some(t) if is_real(t) => (Kind::Reals, true, quote!([#t])),
                Some(t) if is_inert(t) => (Kind::Inerts, true, quote!(())),
                _ => {
                    return unsupported(
                        &p.ty,
                        "this parameter type",
                        "pass f64, f32, a shared slice of them, or integers",
                    );
                }
            },
            t => {
                return unsupported(
                    t,
                    "this parameter type",
                    "pass f64, f32, a shared slice of them, or integers",
                );
            }
        };
        let constant = marked || matches!(kind, Kind::Inert | Kind::Inerts);
        let var = self.fresh(&name.ident.to_string(), name.ident.span(), kind, false);
        self.func.vars[var.0].active = !constant;
        let ty = match &*p.ty {
            syn::Type::Reference(r) => r.elem.to_token_stream(),
            t => t.to_token_stream(),
        };
        self.func.params.push(Param { var, constant, ty, shadow, by_ref });
        self.bind(&name.ident, var);
        if name.mutability.is_some() {
            let local = self.fresh(&name.ident.to_string(), name.ident.span(), kind, true);
            out.push(Stmt::Let(local, Op::Use(var)));
            self.bind(&name.ident, local);
        }
        Ok(())
    }

    /// `tail`: the region's value is the function's, so that `return` may end it.
    fn region(&mut self, stmts: &[syn::Stmt], tail: bool) -> Result<Region> {
        let id = self.func.regions;
        self.func.regions += 1;
        self.scopes.push(HashMap::new());
        let mut out = vec![];
        let result = self.stmts(stmts, tail, &mut out);
        self.scopes.pop();
        Ok(Region { id, stmts: out, result: result? })
    }

    fn stmts(
        &mut self,
        stmts: &[syn::Stmt],
        tail: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<VarId>> {
        for (i, stmt) in stmts.iter().enumerate() {
            let rest = &stmts[i + 1..];
            match stmt {
                syn::Stmt::Local(local) => self.local(local, out)?,
                syn::Stmt::Macro(m) => self.kept(&m.mac, out)?,
                syn::Stmt::Item(syn::Item::Const(_) | syn::Item::Use(_)) | syn::Stmt::Item(_) => {
                    return unsupported(
                        stmt,
                        "an item inside a function",
                        "move it out of the function",
                    );
                }
                syn::Stmt::Expr(Expr::Return(r), _) if tail => {
                    return match &r.expr {
                        Some(e) => self.expr(e, out).map(Some),
                        None => unsupported(r, "a return without value", "return the value"),
                    };
                }
                // `if c { ..; return a; } rest` is `if c { ..; a } else { rest }`.
                syn::Stmt::Expr(Expr::If(e), _)
                    if tail && e.else_branch.is_none() && returns(&e.then_branch) =>
                {
                    let cond = self.expr(&e.cond, out)?;
                    let a = self.region(&e.then_branch.stmts, true)?;
                    let b = self.region(rest, true)?;
                    return self.join(e.span(), cond, a, b, out);
                }
                syn::Stmt::Expr(Expr::If(e), None) if tail && rest.is_empty() => {
                    return self.branch(e, true, out);
                }
                syn::Stmt::Expr(e, None) if rest.is_empty() && !matches!(e, Expr::ForLoop(_)) => {
                    if let Expr::Macro(m) = e {
                        self.kept(&m.mac, out)?;
                        return Ok(None);
                    }
                    if let Expr::If(e) = e {
                        return self.branch(e, false, out);
                    }
                    if matches!(e, Expr::Assign(_)) || compound(e).is_some() {
                        self.effect(e, out)?;
                        return Ok(None);
                    }
                    return self.expr(e, out).map(Some);
                }
                syn::Stmt::Expr(e, _) => self.effect(e, out)?,
            }
        }
        Ok(None)
    }

    fn join(
        &mut self,
        span: Span,
        c: VarId,
        a: Region,
        b: Region,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<VarId>> {
        let value = match (a.result, b.result) {
            (Some(x), Some(y)) => {
                let kind = merge(self.kind(x), self.kind(y)).ok_or_else(|| {
                    syn::Error::new(span, "the branches give values of different kinds\nhelp: bind each value by a `let` with a type")
                })?;
                Some(self.fresh("t", span, kind, false))
            }
            (None, None) => None,
            _ => {
                return Err(syn::Error::new(
                    span,
                    "a branch that leaves while the other gives a value is not supported yet\nhelp: give a value in both branches",
                ));
            }
        };
        out.push(Stmt::If(c, a, b, value));
        Ok(value)
    }

    fn branch(
        &mut self,
        e: &syn::ExprIf,
        tail: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<VarId>> {
        let cond = self.expr(&e.cond, out)?;
        let a = self.region(&e.then_branch.stmts, tail)?;
        let b = match e.else_branch.as_ref().map(|(_, e)| &**e) {
            None => self.region(&[], false)?,
            Some(Expr::Block(b)) => self.region(&b.block.stmts, tail)?,
            Some(e) => self.region(&[syn::Stmt::Expr(e.clone(), None)], tail)?,
        };
        self.join(e.span(), cond, a, b, out)
    }

    fn local(&mut self, local: &syn::Local, out: &mut Vec<Stmt>) -> Result<()> {
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            p => (p, None),
        };
        let syn::Pat::Ident(name) = pat else {
            return unsupported(
                pat,
                "a pattern in `let`",
                "name the value and take it apart by fields or indices",
            );
        };
        let Some(init) = &local.init else {
            return unsupported(
                local,
                "a `let` without value",
                "give it a value where it is declared",
            );
        };
        if let Some((t, _)) = &init.diverge {
            return unsupported(t, "`let else`", "use `if`");
        }
        let value = self.expr(&init.expr, out)?;
        let mut kind = self.kind(value);
        match ty {
            Some(t) if is_real(t) => kind = Kind::Real,
            Some(t) if is_inert(t) => kind = Kind::Inert,
            Some(t) => return unsupported(t, "this type in `let`", "use f64, f32 or integers"),
            None => {}
        }
        if name.mutability.is_some() && kind == Kind::Unknown {
            return unsupported(
                &name.ident,
                "a mutable variable of unknown type",
                "write its type: `let mut x: f64 = ..`",
            );
        }
        if matches!(kind, Kind::Reals | Kind::Inerts) {
            return unsupported(pat, "a second name of a slice", "use the parameter itself");
        }
        let var =
            self.fresh(&name.ident.to_string(), name.ident.span(), kind, name.mutability.is_some());
        self.func.vars[var.0].ty = ty.map(ToTokens::to_token_stream);
        out.push(Stmt::Let(var, Op::Use(value)));
        self.bind(&name.ident, var);
        Ok(())
    }

    fn effect(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        match e {
            Expr::Assign(a) => {
                let value = self.expr(&a.right, out)?;
                let var = self.target(&a.left)?;
                out.push(Stmt::Store(var, Op::Use(value)));
            }
            Expr::Binary(b) if compound(e).is_some() => {
                let op = compound(e).expect("checked");
                let value = self.expr(&b.right, out)?;
                let var = self.target(&b.left)?;
                let old = self.temp(e.span(), self.kind(var), Op::Use(var), out);
                let new = self.temp(e.span(), self.kind(var), Op::Binary(op, old, value), out);
                out.push(Stmt::Store(var, Op::Use(new)));
            }
            Expr::If(e) => {
                self.branch(e, false, out)?;
            }
            Expr::ForLoop(f) => self.for_loop(f, out)?,
            Expr::Block(b) if b.label.is_none() => {
                self.scopes.push(HashMap::new());
                let r = self.stmts(&b.block.stmts, false, out);
                self.scopes.pop();
                r?;
            }
            Expr::Macro(m) => self.kept(&m.mac, out)?,
            Expr::While(w) => {
                return unsupported(w.while_token, "`while`", "use `for` over a range");
            }
            Expr::Loop(l) => return unsupported(l.loop_token, "`loop`", "use `for` over a range"),
            Expr::Return(r) => {
                return unsupported(
                    r,
                    "a return here",
                    "return at the end of an `if` or of the function",
                );
            }
            e => return unsupported(e, "this statement", "bind the value by a `let`"),
        }
        Ok(())
    }

    fn target(&mut self, e: &Expr) -> Result<VarId> {
        let name = match e {
            Expr::Path(p) => p.path.get_ident(),
            _ => None,
        };
        match name.and_then(|n| self.lookup(&n.to_string())) {
            Some(v) if self.func.var(v).mutable => Ok(v),
            _ => unsupported(
                e,
                "assignment to this place",
                "assign to a local variable declared `let mut`",
            ),
        }
    }

    fn for_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) -> Result<()> {
        if let Some(l) = &f.label {
            return unsupported(l, "a loop label", "remove it");
        }
        let (mut e, mut reversed) = (&*f.expr, false);
        if let Expr::MethodCall(m) = e
            && let Expr::Paren(p) = &*m.receiver
            && m.method == "rev"
        {
            (e, reversed) = (&p.expr, true);
        }
        let Expr::Range(r) = e else {
            return unsupported(
                e,
                "a loop over an iterator",
                "loop over a range of indices: `for i in 0..n`",
            );
        };
        let (Some(lo), Some(hi)) = (&r.start, &r.end) else {
            return unsupported(r, "an open range", "write both ends");
        };
        let lo = self.expr(lo, out)?;
        let hi = self.expr(hi, out)?;
        let inclusive = matches!(r.limits, syn::RangeLimits::Closed(_));
        let (name, span) = match &*f.pat {
            syn::Pat::Ident(p) => (Some(&p.ident), p.span()),
            syn::Pat::Wild(w) => (None, w.span()),
            p => return unsupported(p, "this loop pattern", "name the index"),
        };
        let var = self.fresh(&name.map_or("_i".into(), Ident::to_string), span, Kind::Inert, false);
        self.scopes.push(HashMap::new());
        if let Some(name) = name {
            self.bind(name, var);
        }
        let body = self.region(&f.body.stmts, false);
        self.scopes.pop();
        let body = body?;
        if body.result.is_some() {
            return unsupported(&f.body, "a loop body with a value", "end it with a statement");
        }
        out.push(Stmt::For(var, lo, hi, inclusive, reversed, body));
        Ok(())
    }

    fn kept(&mut self, mac: &syn::Macro, out: &mut Vec<Stmt>) -> Result<()> {
        if !KEPT.iter().any(|n| mac.path.is_ident(n)) {
            return unsupported(&mac.path, "this macro", "write out what it does");
        }
        let (path, tokens) = (&mac.path, self.renamed(mac.tokens.clone())?);
        // The macro sees copies: what it assigned would escape the derivative, so it does not compile.
        let copies =
            self.scopes.iter().flat_map(|s| s.values()).filter(|v| self.func.var(**v).mutable);
        let copies: std::collections::BTreeSet<_> = copies.copied().collect();
        let copies = copies.into_iter().map(|v| crate::emit::ident(&self.func, v));
        out.push(Stmt::Verbatim(quote!({ #(let #copies = #copies;)* #path!(#tokens); })));
        Ok(())
    }

    fn renamed(&self, tokens: TokenStream) -> Result<TokenStream> {
        let mut out = vec![];
        let mut dot = false;
        for t in tokens {
            let was_dot = std::mem::replace(
                &mut dot,
                matches!(&t, TokenTree::Punct(p) if p.as_char() == '.'),
            );
            out.push(match t {
                TokenTree::Ident(i) if ["return", "break", "continue"].iter().any(|k| i == k) => {
                    return unsupported(
                        i,
                        "leaving from inside a macro",
                        "leave in a statement of its own",
                    );
                }
                TokenTree::Ident(i) if !was_dot => match self.lookup(&i.to_string()) {
                    Some(v) => TokenTree::Ident(crate::emit::ident(&self.func, v)),
                    None => TokenTree::Ident(i),
                },
                TokenTree::Group(g) => {
                    let mut new = proc_macro2::Group::new(g.delimiter(), self.renamed(g.stream())?);
                    new.set_span(g.span());
                    TokenTree::Group(new)
                }
                TokenTree::Literal(l) if captures(&l.to_string()) => {
                    return unsupported(
                        l,
                        "a name inside a format string",
                        "pass it as an argument: `\"{}\", x`",
                    );
                }
                t => t,
            });
        }
        Ok(out.into_iter().collect())
    }

    fn expr(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<VarId> {
        let span = e.span();
        match e {
            Expr::Paren(p) => self.expr(&p.expr, out),
            Expr::Group(g) => self.expr(&g.expr, out),
            Expr::Lit(l) => {
                let kind = if matches!(l.lit, syn::Lit::Float(_))
                    || l.to_token_stream().to_string().ends_with("f64")
                {
                    Kind::Real
                } else {
                    Kind::Inert
                };
                Ok(self.temp(span, kind, Op::Const(l.to_token_stream()), out))
            }
            Expr::Path(p) => match p.path.get_ident().and_then(|n| self.lookup(&n.to_string())) {
                Some(v) if self.func.var(v).mutable => {
                    Ok(self.temp(span, self.kind(v), Op::Use(v), out))
                }
                Some(v) => Ok(v),
                None => Ok(self.temp(span, Kind::Unknown, Op::Const(p.to_token_stream()), out)),
            },
            Expr::Unary(u) => {
                let v = self.expr(&u.expr, out)?;
                let op = match u.op {
                    syn::UnOp::Neg(_) => "-",
                    syn::UnOp::Not(_) if self.kind(v) == Kind::Inert => "!",
                    _ => return unsupported(e, "this operator", "use the value itself"),
                };
                Ok(self.temp(span, self.kind(v), Op::Unary(op, v), out))
            }
            Expr::Binary(b) => self.binary(b, out),
            Expr::Cast(c) => {
                let v = self.expr(&c.expr, out)?;
                let ty = &c.ty;
                let kind = match &**ty {
                    t if is_real(t) => Kind::Real,
                    t if is_inert(t) => Kind::Inert,
                    t => {
                        return unsupported(
                            t,
                            "a cast to this type",
                            "cast to f64, f32 or an integer",
                        );
                    }
                };
                Ok(self.temp(span, kind, Op::Cast(v, quote!(#ty)), out))
            }
            Expr::Index(x) => {
                let (s, i) = (self.expr(&x.expr, out)?, self.expr(&x.index, out)?);
                let kind = match self.kind(s) {
                    Kind::Reals => Kind::Real,
                    Kind::Inerts => Kind::Inert,
                    _ => {
                        return unsupported(
                            &x.expr,
                            "indexing this value",
                            "index a slice parameter",
                        );
                    }
                };
                Ok(self.temp(span, kind, Op::Index(s, i), out))
            }
            Expr::If(i) => match self.branch(i, false, out)? {
                Some(v) => Ok(v),
                None => {
                    unsupported(e, "an `if` without value here", "give a value in both branches")
                }
            },
            Expr::Block(b) if b.label.is_none() => {
                self.scopes.push(HashMap::new());
                let v = self.stmts(&b.block.stmts, false, out);
                self.scopes.pop();
                v?.ok_or_else(|| {
                    syn::Error::new(
                        span,
                        "this block has no value\nhelp: end it with an expression",
                    )
                })
            }
            Expr::MethodCall(m) => self.method(m, out),
            Expr::Call(c) => self.call(c, out),
            Expr::Reference(r) if r.mutability.is_none() => match self.expr(&r.expr, out)? {
                v if matches!(self.kind(v), Kind::Reals | Kind::Inerts) => Ok(v),
                _ => unsupported(e, "a reference to this value", "pass the value itself"),
            },
            e => unsupported(
                e,
                "this expression",
                "write it with arithmetic, `if`, `for` over ranges and calls",
            ),
        }
    }

    fn binary(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Result<VarId> {
        let span = b.span();
        // `&&` and `||` evaluate their right side only when it is needed.
        if matches!(b.op, BinOp::And(_) | BinOp::Or(_)) {
            let l = self.expr(&b.left, out)?;
            let lit = |v: bool| vec![syn::Stmt::Expr(syn::parse_quote!(#v), None)];
            let right = vec![syn::Stmt::Expr((*b.right).clone(), None)];
            let and = matches!(b.op, BinOp::And(_));
            let a = self.region(&if and { right.clone() } else { lit(true) }, false)?;
            let c = self.region(&if and { lit(false) } else { right }, false)?;
            return Ok(self.join(span, l, a, c, out)?.expect("both sides have values"));
        }
        let (l, r) = (self.expr(&b.left, out)?, self.expr(&b.right, out)?);
        let (op, compares) = match b.op {
            BinOp::Add(_) => ("+", false),
            BinOp::Sub(_) => ("-", false),
            BinOp::Mul(_) => ("*", false),
            BinOp::Div(_) => ("/", false),
            BinOp::Rem(_) => ("%", false),
            BinOp::BitAnd(_) => ("&", false),
            BinOp::BitOr(_) => ("|", false),
            BinOp::BitXor(_) => ("^", false),
            BinOp::Shl(_) => ("<<", false),
            BinOp::Shr(_) => (">>", false),
            BinOp::Eq(_) => ("==", true),
            BinOp::Ne(_) => ("!=", true),
            BinOp::Lt(_) => ("<", true),
            BinOp::Le(_) => ("<=", true),
            BinOp::Gt(_) => (">", true),
            BinOp::Ge(_) => (">=", true),
            _ => return unsupported(b, "this operator", "assign in a statement of its own"),
        };
        let kind = merge(self.kind(l), self.kind(r));
        let Some(kind) = kind else {
            return unsupported(
                b,
                "an operator on values of these kinds",
                "convert one side with `as`",
            );
        };
        Ok(self.temp(span, if compares { Kind::Inert } else { kind }, Op::Binary(op, l, r), out))
    }

    /// A call has a rule when an argument may vary; else it stays as it is.
    fn method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Result<VarId> {
        if let Some(t) = &m.turbofish {
            return unsupported(t, "a turbofish", "write the type in a `let`");
        }
        let mut args = vec![self.expr(&m.receiver, out)?];
        for a in &m.args {
            args.push(self.expr(a, out)?);
        }
        let name = m.method.clone();
        if self.kind(args[0]) == Kind::Real {
            let back = self.fresh("back", m.span(), Kind::Unknown, false);
            return Ok(self.temp(
                m.span(),
                Kind::Real,
                Op::Rule(Callee::Method(name), args, back),
                out,
            ));
        }
        if args.iter().any(|a| self.kind(*a) == Kind::Real) {
            return unsupported(
                &m.method,
                "a method with a real argument on this receiver",
                "write out what it does",
            );
        }
        Ok(self.temp(m.span(), Kind::Inert, Op::Plain(quote!(#name), args, true), out))
    }

    fn call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Result<VarId> {
        let Expr::Path(p) = &*c.func else {
            return unsupported(
                &c.func,
                "a call of a computed function",
                "call a function by its name",
            );
        };
        if p.path.get_ident().is_some_and(|n| self.lookup(&n.to_string()).is_some()) {
            return unsupported(
                p,
                "a call of a local closure",
                "write a function and mark it `#[differentiable]`",
            );
        }
        if p.path.is_ident(&self.name) {
            return unsupported(p, "recursion", "use a loop");
        }
        let mut args = vec![];
        for a in &c.args {
            args.push(self.expr(a, out)?);
        }
        for (k, a) in args.iter().enumerate() {
            if self.kind(*a) == Kind::Reals && args[..k].contains(a) {
                return unsupported(
                    &c.args[k],
                    "the same slice twice in a call",
                    "write a function that takes it once",
                );
            }
        }
        let back = self.fresh("back", c.span(), Kind::Unknown, false);
        Ok(self.temp(
            c.span(),
            Kind::Real,
            Op::Rule(Callee::Path(p.to_token_stream()), args, back),
            out,
        ))
    }
}

fn returns(b: &syn::Block) -> bool {
    matches!(b.stmts.last(), Some(syn::Stmt::Expr(Expr::Return(_), _)))
}

fn merge(a: Kind, b: Kind) -> Option<Kind> {
    match (a, b) {
        (Kind::Unknown, k) | (k, Kind::Unknown) => Some(k),
        (a, b) => (a == b).then_some(a),
    }
}

fn captures(literal: &str) -> bool {
    let text = literal.replace("{{", "");
    literal.ends_with('"')
        && text.split('{').skip(1).any(|s| s.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

fn compound(e: &Expr) -> Option<&'static str> {
    let Expr::Binary(b) = e else { return None };
    Some(match b.op {
        BinOp::AddAssign(_) => "+",
        BinOp::SubAssign(_) => "-",
        BinOp::MulAssign(_) => "*",
        BinOp::DivAssign(_) => "/",
        BinOp::RemAssign(_) => "%",
        BinOp::BitAndAssign(_) => "&",
        BinOp::BitOrAssign(_) => "|",
        BinOp::BitXorAssign(_) => "^",
        BinOp::ShlAssign(_) => "<<",
        BinOp::ShrAssign(_) => ">>",
        _ => return None,
    })
}
