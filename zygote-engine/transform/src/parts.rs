//! Methods that lend a part to write to, `fn row_mut(&mut self, i: usize) -> &mut [f64]`, and those that give
//! the value itself again, `-> &mut Self`. A part has no place in a derivative that calls the method: there a
//! copy of it is written to and put back, by two methods that are made here, `row_mut_copy` and `row_mut_put`.

use proc_macro2::Ident;
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, ReturnType, Signature, Stmt, Type, parse_quote, parse_quote_spanned};

/// What stands for such a method in derivatives.
pub enum Parts {
    /// A method that copies the part, and one that puts it back.
    Copied(Box<[syn::ItemFn; 2]>),
    /// The method without a value.
    Itself(Box<syn::ItemFn>),
}

/// The block with what stands in derivatives for its methods that lend to write, and the methods that are new.
pub fn of_block(block: &syn::ItemImpl) -> (syn::ItemImpl, Vec<syn::ImplItem>) {
    let (mut derived, mut added) = (block.clone(), vec![]);
    derived.items.clear();
    for item in &block.items {
        let parts = match item {
            syn::ImplItem::Fn(f) => {
                let f = syn::ImplItemFn { attrs: vec![], ..f.clone() };
                of(&crate::block::as_function(&f), &block.generics)
            }
            _ => None,
        };
        match parts {
            None => derived.items.push(item.clone()),
            Some(Parts::Itself(f)) => derived.items.push(parse_quote!(#f)),
            Some(Parts::Copied(both)) => {
                for mut f in *both {
                    derived.items.push(parse_quote!(#f));
                    Unchanged.visit_block_mut(&mut f.block);
                    added.push(parse_quote!(#[doc(hidden)] #[allow(dead_code, unused_imports)] #f));
                }
            }
        }
    }
    (derived, added)
}

/// What stands for a method in derivatives, if it lends by an exclusive reference and its body shows what.
pub fn of(f: &syn::ItemFn, outer: &syn::Generics) -> Option<Parts> {
    let ReturnType::Type(_, ty) = &f.sig.output else { return None };
    let Type::Reference(lent) = &**ty else { return None };
    let receiver = f.sig.receiver()?;
    if lent.mutability.is_none() || !is_exclusive(&receiver.kind) {
        return None;
    }
    if is_itself(&lent.elem) {
        return without_value(f).map(|f| Parts::Itself(Box::new(f)));
    }
    let takes_exclusive = f.sig.inputs.iter().any(|input| {
        matches!(input, FnArg::Typed(p) if matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some()))
    });
    let owned: Type = match &*lent.elem {
        Type::Slice(s) => {
            let of = &s.elem;
            parse_quote!(::std::vec::Vec<#of>)
        }
        Type::Path(p) if !p.path.is_ident("str") => (*lent.elem).clone(),
        Type::Array(_) | Type::Tuple(_) => (*lent.elem).clone(),
        _ => return None,
    };
    if takes_exclusive || !lends_by_its_name(&f.sig.ident) || has_effects(&f.block) {
        return None;
    }
    let slice = matches!(&*lent.elem, Type::Slice(_));
    let copied = copying(f, outer, &owned, slice)?;
    Some(Parts::Copied(Box::new([copied, putting(f, outer, &lent.elem, slice)?])))
}

pub fn is_itself(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.is_ident("Self"))
}

/// Whether a method lends a part to write to, by the convention of its name.
pub fn lends_by_its_name(name: &Ident) -> bool {
    name.to_string().ends_with("_mut")
}

/// The names of the methods that copy the part which a method lends, and put it back.
pub fn names(method: &Ident) -> [Ident; 2] {
    ["copy", "put"].map(|word| format_ident!("{method}_{word}", span = method.span()))
}

/// Whether a receiver is `&mut self`.
pub(crate) fn is_exclusive(kind: &syn::ReceiverKind) -> bool {
    matches!(kind, syn::ReceiverKind::Reference(_, _, Some(_)))
}

/// `fn row_mut_copy(&self, i: usize) -> CopyOf<Vec<f64>>`.
fn copying(
    f: &syn::ItemFn,
    outer: &syn::Generics,
    owned: &Type,
    slice: bool,
) -> Option<syn::ItemFn> {
    let mut copying = f.clone();
    let [name, _] = names(&f.sig.ident);
    copying.sig.ident = name;
    let receiver = copying.sig.inputs.first_mut()?;
    *receiver = parse_quote_spanned!(receiver.span()=> &self);
    copying.sig.output = parse_quote!(-> ::zygote_engine::__private::CopyOf<#owned>);
    without_lifetimes(&mut copying.sig);
    copied_types(&mut copying.sig, outer, owned);
    let end = |part: &Lent<'_>| -> Expr {
        let (part, span) = match part {
            Lent::Place(place) => {
                let mut read = (*place).clone();
                Read.visit_expr_mut(&mut read);
                let whole = (slice && !is_slice(place)).then(|| quote::quote!([..]));
                (quote::quote!(&#read #whole), place.span())
            }
            Lent::By(m) => {
                let mut copied = (*m).clone();
                [copied.method, _] = names(&m.method);
                (quote::quote!(&*#copied), m.span())
            }
        };
        parse_quote_spanned!(span=> ::zygote_engine::__private::CopyOf::<#owned>::part(#part))
    };
    Ends::new(&end).of_function(&mut copying)
}

/// `fn row_mut_put(&mut self, i: usize, part: &[f64])`.
fn putting(
    f: &syn::ItemFn,
    outer: &syn::Generics,
    lent: &Type,
    slice: bool,
) -> Option<syn::ItemFn> {
    let mut putting = f.clone();
    let [_, name] = names(&f.sig.ident);
    putting.sig.ident = name;
    putting.sig.output = ReturnType::Default;
    let part = Ident::new("__part", proc_macro2::Span::mixed_site());
    putting.sig.inputs.push(parse_quote_spanned!(lent.span()=> #part: &#lent));
    without_lifetimes(&mut putting.sig);
    copied_types(&mut putting.sig, outer, lent);
    let end = |lent: &Lent<'_>| -> Expr {
        match lent {
            Lent::Place(place) if slice && is_slice(place) => {
                parse_quote_spanned!(place.span()=> #place.clone_from_slice(#part))
            }
            Lent::Place(place) if slice => {
                parse_quote_spanned!(place.span()=> #place[..].clone_from_slice(#part))
            }
            Lent::Place(place) => {
                parse_quote_spanned!(place.span()=> #place = #part.clone())
            }
            Lent::By(m) => {
                let mut put = (*m).clone();
                [_, put.method] = names(&m.method);
                put.args.push(parse_quote!(#part));
                Expr::MethodCall(put)
            }
        }
    };
    let mut ends = Ends::new(&end);
    ends.unit = true;
    ends.of_function(&mut putting)
}

/// The method without its value, the value itself.
fn without_value(f: &syn::ItemFn) -> Option<syn::ItemFn> {
    let mut without = f.clone();
    without.sig.output = ReturnType::Default;
    without_lifetimes(&mut without.sig);
    let end = |_: &Lent<'_>| -> Expr { parse_quote!(()) };
    let mut ends = Ends::new(&end);
    (ends.itself, ends.unit) = (true, true);
    ends.of_function(&mut without)
}

/// What is lent outlives nothing here: a name that only `self` and the value share is left out.
fn without_lifetimes(sig: &mut Signature) {
    let own = sig.inputs.first_mut();
    if let Some(FnArg::Receiver(r)) = own
        && let syn::ReceiverKind::Reference(_, lifetime, _) = &mut r.kind
    {
        *lifetime = None;
    }
}

/// Asks of type parameters that what is lent can be copied.
fn copied_types(sig: &mut Signature, outer: &syn::Generics, lent: &Type) {
    let tokens = lent.to_token_stream();
    let names = outer.type_params().chain(sig.generics.type_params()).map(|t| t.ident.clone());
    let names: Vec<_> = names.filter(|name| crate::emit::mentions(&tokens, name)).collect();
    if !names.is_empty() {
        let clause = sig.generics.make_where_clause();
        clause.predicates.extend(
            names
                .iter()
                .map(|name| -> syn::WherePredicate { parse_quote!(#name: ::core::clone::Clone) }),
        );
    }
}

fn is_slice(e: &Expr) -> bool {
    matches!(e, Expr::Index(i) if matches!(*i.index, Expr::Range(_)))
}

/// What a method lends where it ends.
enum Lent<'e> {
    /// `&mut place`.
    Place(&'e Expr),
    /// `self.row_mut(i)`.
    By(&'e syn::ExprMethodCall),
}

/// Puts something else where a method ends.
struct Ends<'f> {
    end: &'f dyn Fn(&Lent<'_>) -> Expr,
    /// Whether the method ends with `self`.
    itself: bool,
    /// Whether what stands there has no value.
    unit: bool,
    failed: bool,
}

impl<'f> Ends<'f> {
    fn new(end: &'f dyn Fn(&Lent<'_>) -> Expr) -> Self {
        Self { end, itself: false, unit: false, failed: false }
    }

    fn of_function(mut self, f: &mut syn::ItemFn) -> Option<syn::ItemFn> {
        self.block(&mut f.block);
        self.visit_block_mut(&mut f.block);
        (!self.failed).then(|| f.clone())
    }

    fn block(&mut self, block: &mut syn::Block) {
        match block.stmts.last_mut() {
            Some(Stmt::Expr(e, None)) => self.replace(e),
            Some(Stmt::Expr(Expr::Return(_), Some(_))) | Some(Stmt::Macro(_)) => {}
            _ => self.failed = true,
        }
    }

    fn replace(&mut self, e: &mut Expr) {
        let replaced = match e {
            Expr::Return(_) | Expr::Macro(_) | Expr::Loop(_) => return,
            Expr::Paren(p) => return self.replace(&mut p.expr),
            Expr::Block(b) => return self.block(&mut b.block),
            Expr::If(i) => {
                self.block(&mut i.then_branch);
                match &mut i.else_branch {
                    Some((_, otherwise)) => self.replace(otherwise),
                    None => self.failed = true,
                }
                return;
            }
            Expr::Match(m) => return m.arms.iter_mut().for_each(|arm| self.replace(&mut arm.body)),
            Expr::Path(p) if self.itself && p.path.is_ident("self") => (self.end)(&Lent::Place(e)),
            Expr::Reference(r) if !self.itself && r.mutability.is_some() && is_part(&r.expr) => {
                (self.end)(&Lent::Place(&r.expr))
            }
            Expr::MethodCall(m)
                if !self.itself && lends_by_its_name(&m.method) && is_part(&m.receiver) =>
            {
                (self.end)(&Lent::By(m))
            }
            _ => {
                self.failed = true;
                return;
            }
        };
        *e = replaced;
    }
}

impl VisitMut for Ends<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        let Expr::Return(r) = e else { return };
        let Some(given) = &mut r.expr else {
            self.failed = true;
            return;
        };
        self.replace(given);
        if self.unit {
            *e = parse_quote_spanned!(given.span()=> { #given; return; });
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Reads through copies of the parts that other methods lend.
struct Read;

impl VisitMut for Read {
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        if lends_by_its_name(&m.method) {
            [m.method, _] = names(&m.method);
        }
    }

    // An index is computed as it is written.
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        self.visit_expr_mut(&mut i.expr);
    }
}

/// Lets the compiler check that what is called of parts of `self` does not change them behind `&`.
struct Unchanged;

impl VisitMut for Unchanged {
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        if !lends_by_its_name(&m.method) && is_of_self(&m.receiver) {
            let place = &m.receiver;
            *m.receiver = parse_quote_spanned! {place.span()=>
                (*::zygote_engine::__private::unchanged(&#place, {
                    use ::zygote_engine::__private::{IsCell as _, IsNoCell as _};
                    (&&::zygote_engine::__private::Probe(&#place)).cell()
                }))
            };
        }
    }
}

/// Whether an expression is a field of `self`, or of one.
fn is_of_self(e: &Expr) -> bool {
    match e {
        Expr::Field(f) => {
            matches!(&*f.base, Expr::Path(p) if p.path.is_ident("self")) || is_of_self(&f.base)
        }
        _ => false,
    }
}

/// Whether an expression is a part of what names stand for, or of what such a part lends.
fn is_part(e: &Expr) -> bool {
    match e {
        Expr::Path(p) => p.path.get_ident().is_some(),
        Expr::Field(f) => is_part(&f.base),
        Expr::Index(i) => is_part(&i.expr),
        Expr::Paren(p) => is_part(&p.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_part(&u.expr),
        Expr::MethodCall(m) => lends_by_its_name(&m.method) && is_part(&m.receiver),
        _ => false,
    }
}

/// Whether a body does more than to look for a part: it runs for the copy, and again where that is put back.
/// What changes `self` does not compile in the method that copies.
fn has_effects(block: &syn::Block) -> bool {
    struct Find(bool);
    impl<'a> syn::visit::Visit<'a> for Find {
        fn visit_stmt(&mut self, s: &'a Stmt) {
            self.0 |= match s {
                Stmt::Expr(Expr::MethodCall(_) | Expr::Call(_), Some(_)) => true,
                Stmt::Macro(m) => !crate::lower::only_asserts(&m.mac.path),
                _ => false,
            };
            syn::visit::visit_stmt(self, s);
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_block(&mut find, block);
    find.0
}
