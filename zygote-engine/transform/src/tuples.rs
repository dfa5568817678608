//! Tuples of references, `t: (&[f64], &[f64])`. A derivative that takes one takes what owns copies of the
//! parts, `(Vec<f64>, Vec<f64>)`, which is its cotangent, too; one that is bound to a name is a name for each
//! part.

use crate::lower::bound_names;
use crate::opaque::TAKEN;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, Pat, Stmt, Token, Type, parse_quote, parse_quote_spanned};

/// The function with such parameters as their owners, and each part of such a tuple by a name of its own.
pub fn apart(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let mut names = Names { bound: vec![] };
    let mut parts = vec![];
    for (k, input) in item.sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(p) = input else { continue };
        let constant = p.attrs.iter().any(|a| a.path().is_ident("constant"));
        if constant || !is_of_references(&p.ty) {
            let is_reference = matches!(&*p.ty, Type::Reference(r) if r.mutability.is_none());
            names.shadow(&p.pat, is_reference);
            continue;
        }
        let span = Span::mixed_site().located_at(syn::spanned::Spanned::span(&p.pat));
        let whole = match &*p.pat {
            Pat::Ident(i) => i.ident.clone(),
            _ => format_ident!("__tuple_{}", k, span = span),
        };
        let value = part(&p.ty, &parse_quote!(#whole));
        let pattern = match &*p.pat {
            Pat::Ident(i) => names.bind(&i.ident, i.mutability.is_some(), &value),
            other => {
                let mut pattern = other.clone();
                names.bind_parts(&mut pattern, &value);
                pattern
            }
        };
        parts.push(parse_quote!(let #pattern = #value;));
        let (ty, attribute) = (&p.ty, Ident::new(TAKEN, span));
        let owner = owner(ty, &quote!(__given), span);
        p.attrs.push(parse_quote!(#[#attribute((|__given: #ty| #owner) #ty)]));
        *p.ty = owner_type(ty);
        *p.pat = parse_quote!(#whole);
    }
    names.visit_block_mut(&mut item.block);
    if !item.block.stmts.is_empty() {
        item.block.stmts.splice(0..0, parts);
    }
    item
}

/// Whether a type is a tuple with references, of which each refers to what a copy can own.
fn is_of_references(ty: &Type) -> bool {
    fn parts(ty: &Type, found: &mut bool) -> bool {
        match ty {
            Type::Paren(p) => parts(&p.elem, found),
            Type::Tuple(t) => t.elems.iter().all(|e| parts(e, found)),
            Type::Reference(r) => {
                *found = true;
                r.mutability.is_none() && crate::lower::is_owned(&r.elem)
            }
            other => crate::lower::inner_reference(other).is_none(),
        }
    }
    let mut found = false;
    matches!(ty, Type::Tuple(_)) && parts(ty, &mut found) && found
}

/// The type that owns copies of the parts.
fn owner_type(ty: &Type) -> Type {
    match ty {
        Type::Paren(p) => owner_type(&p.elem),
        Type::Tuple(t) => {
            let all = t.elems.iter().map(owner_type);
            parse_quote!((#(#all,)*))
        }
        Type::Reference(r) => match &*r.elem {
            Type::Slice(s) => {
                let of = &s.elem;
                parse_quote!(::std::vec::Vec<#of>)
            }
            of => of.clone(),
        },
        other => other.clone(),
    }
}

/// What owns copies of the parts of a tuple.
fn owner(ty: &Type, place: &TokenStream, span: Span) -> TokenStream {
    match ty {
        Type::Paren(p) => owner(&p.elem, place, span),
        Type::Tuple(t) => {
            let all = t.elems.iter().enumerate().map(|(k, ty)| {
                let k = syn::Index::from(k);
                owner(ty, &quote!(#place.#k), span)
            });
            quote!((#(#all,)*))
        }
        Type::Reference(_) => {
            quote_spanned!(span=> ::zygote_engine::__private::owner_of_view(#place))
        }
        _ => place.clone(),
    }
}

/// The tuple of references to the parts of an owner.
fn part(ty: &Type, place: &Expr) -> Expr {
    match ty {
        Type::Paren(p) => part(&p.elem, place),
        Type::Tuple(t) if is_of_references(ty) => {
            let all = t.elems.iter().enumerate().map(|(k, ty)| {
                let k = syn::Index::from(k);
                part(ty, &parse_quote!(#place.#k))
            });
            parse_quote!((#(#all,)*))
        }
        Type::Reference(r) => match &*r.elem {
            Type::Slice(_) => parse_quote!(&#place[..]),
            _ => parse_quote!(&#place),
        },
        _ => place.clone(),
    }
}

/// An argument that is a tuple of references, as what owns copies of the parts; `is_reference` tells of a name
/// whether it is one.
pub fn owned_argument(e: &Expr, is_reference: &dyn Fn(&Ident) -> bool) -> Option<Expr> {
    let Expr::Tuple(t) = crate::lower::strip(e) else { return None };
    let mut found = false;
    let elems = t.elems.iter().map(|e| {
        let lent = match crate::lower::strip(e) {
            Expr::Reference(r) if r.mutability.is_none() => e.clone(),
            Expr::Path(p) if p.path.get_ident().is_some_and(is_reference) => e.clone(),
            inner => {
                let owned = owned_argument(inner, is_reference);
                found |= owned.is_some();
                return owned.unwrap_or_else(|| e.clone());
            }
        };
        found = true;
        let span = syn::spanned::Spanned::span(e);
        parse_quote_spanned!(span=> ::zygote_engine::__private::PartOf::of(#lent))
    });
    let elems: Punctuated<Expr, Token![,]> = elems.collect();
    found.then(|| {
        let mut owned = Expr::Tuple(syn::ExprTuple { elems, ..t.clone() });
        if let Expr::Tuple(t) = &mut owned
            && t.elems.len() == 1
        {
            t.elems.push_punct(Default::default());
        }
        owned
    })
}

/// What stands for an item.
const ITEM: &str = "__item";

/// The items of a chain in the form of a tuple, as far as it is one by the way the chain is written.
fn items(chain: &Expr) -> Expr {
    if let Expr::MethodCall(m) = crate::lower::strip(chain) {
        let of = items(&m.receiver);
        match (m.method.to_string().as_str(), m.args.first()) {
            ("enumerate", None) => return parse_quote!((__item, #of)),
            ("zip", Some(other)) => {
                let other = items(other);
                return parse_quote!((#of, #other));
            }
            ("rev", None) | ("skip" | "take" | "step_by", Some(_)) => return of,
            _ => {}
        }
    }
    parse_quote!(__item)
}

/// Whether what a part of a tuple refers to is used, `*p.1`.
fn refers_to_parts(body: &syn::Block, name: &Ident) -> bool {
    struct Find<'a>(&'a Ident, bool);
    impl syn::visit::Visit<'_> for Find<'_> {
        fn visit_expr_unary(&mut self, u: &syn::ExprUnary) {
            let mut of = crate::lower::strip(&u.expr);
            let is_part = matches!(of, Expr::Field(_)) && matches!(u.op, syn::UnOp::Deref(_));
            while let Expr::Field(f) = of {
                of = crate::lower::strip(&f.base);
            }
            self.1 |= is_part && matches!(of, Expr::Path(p) if p.path.is_ident(self.0));
            syn::visit::visit_expr_unary(self, u);
        }
    }
    let mut find = Find(name, false);
    syn::visit::Visit::visit_block(&mut find, body);
    find.1
}

/// What a name stands for.
#[derive(Clone)]
enum Known {
    /// A tuple of references, by the names of its parts.
    Tuple(Vec<Ident>),
    /// A reference.
    Reference,
    Other,
}

/// The names in scope, the inner ones last.
struct Names {
    bound: Vec<(Ident, Known)>,
}

impl Names {
    fn known(&self, e: &Expr) -> Option<&Known> {
        let Expr::Path(p) = crate::lower::strip(e) else { return None };
        let name = p.path.get_ident()?;
        self.bound.iter().rev().find(|(bound, _)| bound == name).map(|(_, known)| known)
    }

    /// The names of the parts of such a tuple.
    fn parts(&self, e: &Expr) -> Option<&[Ident]> {
        match self.known(e)? {
            Known::Tuple(parts) => Some(parts),
            _ => None,
        }
    }

    fn shadow(&mut self, pattern: &Pat, is_reference: bool) {
        let known = match pattern {
            Pat::Ident(_) if is_reference => Known::Reference,
            _ => Known::Other,
        };
        self.bound.extend(bound_names(pattern).into_iter().map(|name| (name, known.clone())));
    }

    /// The names of a pattern, the parts of which may be references or tuples of those.
    fn bind_parts(&mut self, pattern: &mut Pat, value: &Expr) {
        match (&mut *pattern, crate::lower::strip(value)) {
            (Pat::Tuple(p), Expr::Tuple(e)) if p.elems.len() == e.elems.len() => {
                p.elems.iter_mut().zip(&e.elems).for_each(|(p, e)| self.bind_parts(p, e));
            }
            (Pat::Ident(i), e) if i.by_ref.is_none() && self.has_references(e) => {
                *pattern = self.bind(&i.ident.clone(), i.mutability.is_some(), e);
            }
            _ => self.shadow(pattern, self.is_reference(value)),
        }
    }

    /// Whether a tuple that is written has references.
    fn has_references(&self, e: &Expr) -> bool {
        let Expr::Tuple(t) = e else { return false };
        t.elems.iter().any(|e| self.is_reference(e) || self.has_references(e))
    }

    fn is_reference(&self, e: &Expr) -> bool {
        match crate::lower::strip(e) {
            Expr::Reference(r) => r.mutability.is_none(),
            // An item may be one.
            Expr::Path(p) if p.path.is_ident(ITEM) => true,
            e => matches!(self.known(e), Some(Known::Reference)),
        }
    }

    /// The pattern that binds the parts of a tuple in the place of its name.
    fn bind(&mut self, name: &Ident, mutable: bool, value: &Expr) -> Pat {
        let Expr::Tuple(t) = value else {
            let known = match self.is_reference(value) {
                true => Known::Reference,
                false => Known::Other,
            };
            self.bound.push((name.clone(), known));
            let mutability = (mutable && !self.is_reference(value)).then(<Token![mut]>::default);
            return parse_quote!(#mutability #name);
        };
        let (mut parts, mut patterns) = (vec![], vec![]);
        for (k, e) in t.elems.iter().enumerate() {
            let part = format_ident!("__{}_{}", name, k, span = name.span());
            patterns.push(self.bind(&part, mutable, e));
            parts.push(part);
        }
        self.bound.push((name.clone(), Known::Tuple(parts)));
        parse_quote!((#(#patterns,)*))
    }

    /// The tuple that a name stands for.
    fn whole(&self, e: &Expr) -> Option<Expr> {
        let parts = self.parts(e)?;
        let span = syn::spanned::Spanned::span(e);
        let parts = parts.iter().map(|name| {
            let part: Expr = parse_quote!(#name);
            self.whole(&part).unwrap_or(part)
        });
        Some(parse_quote_spanned!(span=> (#(#parts,)*)))
    }

    /// The part of such a tuple that an expression is.
    fn part(&self, e: &Expr) -> Option<Expr> {
        let Expr::Field(f) = crate::lower::strip(e) else { return None };
        let syn::Member::Unnamed(k) = &f.member else { return None };
        let base = self.part(&f.base);
        let parts = self.parts(base.as_ref().unwrap_or(&f.base))?;
        let mut name = parts.get(k.index as usize)?.clone();
        name.set_span(syn::spanned::Spanned::span(&f.base));
        Some(parse_quote!(#name))
    }

    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        let outer = self.bound.len();
        f(self);
        self.bound.truncate(outer);
    }

    /// The same in the arguments of a macro, where they are expressions.
    fn arguments(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        use syn::parse::Parser;
        let one = |p: syn::parse::ParseStream<'_>| {
            let value: Expr = p.parse()?;
            let count = match p.parse::<Option<Token![;]>>()? {
                Some(_) => Some(p.parse::<Expr>()?),
                None => None,
            };
            let _: Option<Token![,]> = p.parse()?;
            let mut all = vec![(value, count)];
            while !p.is_empty() {
                all.push((p.parse()?, None));
                let _: Option<Token![,]> = p.parse()?;
            }
            Ok(all)
        };
        let mut all = one.parse2(tokens.clone()).ok()?;
        let all = all.iter_mut().map(|(value, count)| {
            self.visit_expr_mut(value);
            match count {
                Some(count) => {
                    self.visit_expr_mut(count);
                    quote!(#value; #count)
                }
                None => value.to_token_stream(),
            }
        });
        let all: Vec<_> = all.collect();
        Some(quote!(#(#all),*))
    }
}

impl VisitMut for Names {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scoped(|names| visit_mut::visit_block_mut(names, block));
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        let Stmt::Local(local) = stmt else { return };
        let value = local.init.as_ref().filter(|init| init.diverge.is_none()).map(|i| &*i.expr);
        match (&mut local.pat, value) {
            (Pat::Type(t), Some(e)) if self.has_references(e) => match &*t.pat {
                Pat::Ident(i) if i.by_ref.is_none() => {
                    *t.pat = self.bind(&i.ident, i.mutability.is_some(), e);
                }
                other => self.shadow(&other.clone(), false),
            },
            (pattern, Some(e)) => self.bind_parts(pattern, e),
            (pattern, None) => self.shadow(pattern, false),
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Some(part) = self.part(e) {
            *e = self.whole(&part).unwrap_or(part);
        } else if let Some(whole) = self.whole(e) {
            *e = whole;
        } else {
            visit_mut::visit_expr_mut(self, e);
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if self.parts(&field.expr).is_some() {
            field.colon_token = Some(Default::default());
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scoped(|names| {
            names.shadow(&arm.pat, false);
            visit_mut::visit_arm_mut(names, arm);
        });
    }

    fn visit_expr_let_mut(&mut self, e: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut e.expr);
        self.shadow(&e.pat, false);
    }

    fn visit_expr_if_mut(&mut self, i: &mut syn::ExprIf) {
        self.scoped(|names| {
            names.visit_expr_mut(&mut i.cond);
            names.visit_block_mut(&mut i.then_branch);
        });
        if let Some((_, otherwise)) = &mut i.else_branch {
            self.visit_expr_mut(otherwise);
        }
    }

    fn visit_expr_while_mut(&mut self, w: &mut syn::ExprWhile) {
        self.scoped(|names| visit_mut::visit_expr_while_mut(names, w));
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut f.expr);
        self.scoped(|names| {
            match (&*f.pat, items(&f.expr)) {
                (Pat::Ident(i), of @ Expr::Tuple(_))
                    if i.mutability.is_none() && refers_to_parts(&f.body, &i.ident) =>
                {
                    *f.pat = names.bind(&i.ident, false, &of);
                }
                (pattern, _) => names.shadow(pattern, false),
            }
            names.visit_block_mut(&mut f.body);
        });
    }

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        self.scoped(|names| {
            for input in &mut c.inputs {
                match input {
                    Pat::Type(t) if is_of_references(&t.ty) => match &*t.pat {
                        Pat::Ident(i) => {
                            // What stands there is a reference or none, as the type says.
                            let value = part(&t.ty, &parse_quote!(__given));
                            *t.pat = names.bind(&i.ident, i.mutability.is_some(), &value);
                        }
                        other => names.shadow(&other.clone(), false),
                    },
                    other => names.shadow(other, false),
                }
            }
            names.visit_expr_mut(&mut c.body);
        });
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if self.bound.iter().any(|(_, known)| matches!(known, Known::Tuple(_)))
            && let Some(tokens) = self.arguments(&mac.tokens)
        {
            mac.tokens = tokens;
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
