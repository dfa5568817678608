//! Functions that give a struct which holds references, `fn new(data: &'a [f64], k: f64) -> Self`: a caller's pullback,
//! which keeps nothing borrowed, makes the struct again. It does so by a function beside the one that is called, so
//! that another of its name is no such function.

use crate::again::Captures;
use crate::emit::Host;
use crate::ir::{Call, Callee, Func, Op, Operand, Proj};
use crate::stored::name_of;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, ReceiverKind, Type};

/// What is known of such functions, and of the types.
#[derive(Clone, Debug, Default)]
pub struct Makers {
    /// What functions give, by their names: `Model::new`, `model`, and of methods `Model.with`.
    /// None where one of the name gives something else, or may give something else the second time.
    made: BTreeMap<String, Option<Made>>,
    /// The methods by `&self` and `self`, `Model.loss`.
    reading: BTreeSet<String>,
    /// The functions whose pullbacks have the lifetimes of values.
    pub captures: Captures,
}

/// What a function gives.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// The name of the type.
    ty: String,
    /// Whether the function takes its receiver by value.
    pub takes_itself: bool,
}

impl Makers {
    /// Nothing.
    pub const fn new() -> Self {
        Self { made: BTreeMap::new(), reading: BTreeSet::new(), captures: Captures::new() }
    }

    /// Adds a function of a type, or of none.
    pub fn add(&mut self, sig: &syn::Signature, block: &syn::Block, this: Option<&Type>) {
        let own = this.and_then(name_of);
        let receiver = sig.receiver();
        let takes_itself = receiver.is_some_and(|r| matches!(r.kind, ReceiverKind::Value));
        if let (Some(own), Some(r), Some(this)) = (&own, receiver, this)
            && has_lifetime(this)
            && !crate::parts::is_exclusive(&r.kind)
        {
            self.reading.insert(format!("{own}.{}", sig.ident));
        }
        let ty = given(sig, this).and_then(name_of);
        let made =
            ty.filter(|_| self.gives_the_same(sig, block)).map(|ty| Made { ty, takes_itself });
        let name = name_in(sig, own.as_deref());
        match self.made.get_mut(&name) {
            Some(before) if *before != made => *before = None,
            Some(_) => {}
            None => _ = self.made.insert(name, made),
        }
    }

    /// Whether a function gives the same when it runs again, as far as its source says.
    fn gives_the_same(&self, sig: &syn::Signature, block: &syn::Block) -> bool {
        let plain = sig.inputs.iter().all(|input| match input {
            FnArg::Receiver(_) => true,
            FnArg::Typed(p) => p.attrs.is_empty() || is_plain(&p.ty.to_token_stream()),
        });
        let mut again = Again { makers: self, same: plain };
        again.visit_block(block);
        again.same
    }

    /// The function beside one of these that makes the struct again, in a block of its type if it is there.
    pub fn again(&self, f: &syn::ItemFn, this: Option<&Type>) -> Option<TokenStream> {
        let own = this.and_then(name_of);
        if !matches!(self.made.get(&name_in(&f.sig, own.as_deref())), Some(Some(_))) {
            return None;
        }
        let (mut sig, name, vis) = (f.sig.clone(), &f.sig.ident, &f.vis);
        crate::lower::remove_markers(&mut sig);
        sig.ident = named_again(this.is_some().then_some(name), name);
        let mut given = vec![];
        for (k, input) in sig.inputs.iter_mut().enumerate() {
            let FnArg::Typed(p) = input else { continue };
            let argument = format_ident!("__argument_{}", k);
            *p.pat = syn::parse_quote!(#argument);
            given.push(argument);
        }
        let call = match (sig.receiver().is_some(), this) {
            (true, _) => quote!(self.#name(#(#given),*)),
            (false, Some(_)) => quote!(Self::#name(#(#given),*)),
            (false, None) => quote!(#name(#(#given),*)),
        };
        let cfgs = f.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        Some(quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(unused, clippy::all, private_interfaces)]
            #[inline]
            #vis #sig { #call }
        })
    }

    /// What a call makes, if its function is one of these.
    pub fn made_by(&self, call: &Call, func: &Func) -> Option<Made> {
        let name = match &call.callee {
            Callee::Method(name) => {
                let receiver = func.resolve(call.args.first()?.place()?);
                let whole = receiver.path.iter().all(|p| *p == Proj::Deref);
                let ty = func.made.get(&receiver.root).filter(|_| whole)?;
                if is_clone(call) && self.captures.has_lifetimes(ty) {
                    return Some(Made { ty: ty.clone(), takes_itself: false });
                }
                format!("{ty}.{name}")
            }
            Callee::Function(None, name) => key(None, &name.ident),
            Callee::Function(Some(_), _) => return None,
            Callee::Associated(ty, name) => {
                let ty = syn::parse2(ty.clone()).ok().and_then(|ty: Type| name_of(&ty));
                key(ty.as_deref(), &name.ident)
            }
            Callee::Value(_) | Callee::Pointer(_) => return None,
        };
        let made = self.made.get(&name)?.as_ref();
        made.filter(|_| call.lambdas.is_empty() && call.curried.is_none()).cloned()
    }

    /// The name of the type of what an operation gives, if it may hold references.
    pub fn type_of(&self, op: &Op, func: &Func) -> Option<String> {
        match op {
            Op::Call(call) => self.made_by(call, func).map(|made| made.ty),
            Op::Construct(made) => made.path.segments.last().map(|s| s.ident.to_string()),
            Op::Use(Operand::Place(p, _)) if p.path.is_empty() => {
                func.made.get(&func.root(p)).cloned()
            }
            _ => None,
        }
    }

    /// Whether a method of a type only reads.
    pub fn is_reading(&self, ty: &str, method: &Ident) -> bool {
        self.reading.contains(&format!("{ty}.{method}"))
    }
}

/// Whether a call makes a copy.
pub fn is_clone(call: &Call) -> bool {
    matches!(&call.callee, Callee::Method(name) if name == "clone" && call.args.len() == 1)
}

/// The name under which a function of a type, or of none, is found.
fn key(ty: Option<&str>, name: &Ident) -> String {
    match ty {
        Some(ty) => format!("{ty}::{name}"),
        None => name.to_string(),
    }
}

/// The same of a function or a method.
fn name_in(sig: &syn::Signature, own: Option<&str>) -> String {
    match sig.receiver() {
        Some(_) => format!("{}.{}", own.unwrap_or_default(), sig.ident),
        None => key(own, &sig.ident),
    }
}

/// The name of the function that makes again what another makes; of one of a type it has the name of that in it.
pub fn named_again(of_type: Option<&Ident>, at: &Ident) -> Ident {
    match of_type {
        Some(name) => Ident::new(&format!("made_again_{name}"), at.span()),
        None => Ident::new("made_again", at.span()),
    }
}

/// Whether a type is one of numbers and texts, which nothing changes behind `&`.
fn is_plain(ty: &TokenStream) -> bool {
    const WORDS: [&str; 17] = [
        "f32", "f64", "usize", "u8", "u16", "u32", "u64", "isize", "i8", "i16", "i32", "i64",
        "bool", "char", "str", "String", "Vec",
    ];
    let mut is_lifetime = false;
    ty.clone().into_iter().all(|t| match t {
        TokenTree::Punct(p) => {
            is_lifetime = p.as_char() == '\'';
            true
        }
        TokenTree::Ident(_) if std::mem::take(&mut is_lifetime) => true,
        TokenTree::Ident(i) => WORDS.iter().any(|word| i == word),
        TokenTree::Group(g) => is_plain(&g.stream()),
        _ => true,
    })
}

/// Whether a place is part of a static, or of a constant, by the convention of the language.
fn is_of_static(e: &Expr) -> bool {
    match e {
        Expr::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            name.len() > 1 && name.chars().all(|c| !c.is_lowercase())
        }),
        Expr::Field(f) => is_of_static(&f.base),
        Expr::Index(i) => is_of_static(&i.expr),
        Expr::Paren(p) => is_of_static(&p.expr),
        Expr::Unary(u) => is_of_static(&u.expr),
        Expr::Reference(r) => is_of_static(&r.expr),
        _ => false,
    }
}

/// Functions that give something empty.
const EMPTY: [&str; 10] = [
    "Vec::new",
    "Vec::with_capacity",
    "VecDeque::new",
    "String::new",
    "HashMap::new",
    "HashSet::new",
    "BTreeMap::new",
    "BTreeSet::new",
    "BinaryHeap::new",
    "Default::default",
];

/// Whether what a body gives is the same the next time: it calls no function that is not one of these, and nothing of
/// a static.
struct Again<'a> {
    makers: &'a Makers,
    same: bool,
}

impl Visit<'_> for Again<'_> {
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        let name = match &*c.func {
            Expr::Path(p) => &p.path.segments,
            _ => return self.same = false,
        };
        let last = name.last().map(|s| &s.ident);
        let of = (name.len() == 2).then(|| name[0].ident.to_string());
        let known = last.map(|last| key(of.as_deref(), last));
        let is_constructor = last.is_some_and(|s| s.to_string().starts_with(char::is_uppercase));
        let is_maker = known.is_some_and(|key| {
            EMPTY.contains(&&*key) || matches!(self.makers.made.get(&key), Some(Some(_)))
        });
        self.same &= is_constructor || is_maker;
        visit::visit_expr_call(self, c);
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        self.same &= !is_of_static(&m.receiver);
        visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
        self.same &= !is_of_static(&r.expr);
        visit::visit_expr_reference(self, r);
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.same &= m.path.is_ident("vec");
    }
}

/// The type with a lifetime that a function gives, `Model<'a>`.
fn given<'t>(sig: &'t syn::Signature, this: Option<&'t Type>) -> Option<&'t Type> {
    let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
    let of = match &**ty {
        Type::Path(p) if p.path.is_ident("Self") => this?,
        ty => ty,
    };
    has_lifetime(of).then_some(of)
}

/// Whether a type is a path with a lifetime.
pub fn has_lifetime(ty: &Type) -> bool {
    let Type::Path(p) = ty else { return false };
    p.path.segments.last().is_some_and(|s| match &s.arguments {
        syn::PathArguments::AngleBracketed(of) => {
            let borrowed =
                |a: &_| matches!(a, syn::GenericArgument::Lifetime(l) if l.ident != "static");
            of.args.iter().any(borrowed)
        }
        _ => false,
    })
}

/// Of each parameter whether it is a value whose type has a lifetime, as far as the source says.
pub fn borrowing(item: &syn::ItemFn, host: Host<'_>) -> impl Iterator<Item = bool> {
    item.sig.inputs.iter().map(move |input| match (input, host) {
        (FnArg::Receiver(r), Host::Block(block)) => {
            matches!(r.kind, ReceiverKind::Value) && has_lifetime(&block.self_ty)
        }
        (FnArg::Receiver(_), _) => false,
        (FnArg::Typed(p), _) => has_lifetime(&p.ty),
    })
}

/// Whether a parameter by exclusive reference has a type with a lifetime, as far as the source says.
pub fn lends_references(item: &syn::ItemFn, host: Host<'_>) -> bool {
    item.sig.inputs.iter().any(|input| match (input, host) {
        (FnArg::Receiver(r), Host::Block(block)) => {
            crate::parts::is_exclusive(&r.kind) && has_lifetime(&block.self_ty)
        }
        (FnArg::Receiver(_), _) => false,
        (FnArg::Typed(p), _) => match &*p.ty {
            Type::Reference(r) => r.mutability.is_some() && has_lifetime(&r.elem),
            _ => false,
        },
    })
}

/// The function for its derivative: in a block of a type with lifetimes, `Self` is written by its name in literals and
/// patterns, as the pullback is of any lifetimes.
pub fn prepared(mut f: syn::ItemFn, host: Host<'_>) -> syn::ItemFn {
    let this = match host {
        Host::Block(block) => Some(&*block.self_ty),
        _ => None,
    };
    if let Some(Type::Path(p)) = this.filter(|ty| has_lifetime(ty)) {
        let mut name = p.path.clone();
        name.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
        ByName(name).visit_block_mut(&mut f.block);
    }
    f
}

/// Writes the name of the type in the place of `Self`.
struct ByName(syn::Path);

impl ByName {
    fn named(&self, path: &mut syn::Path) {
        let is_own = path.segments.first().is_some_and(|s| s.ident == "Self");
        if !is_own || path.leading_colon.is_some() {
            return;
        }
        let span = path.segments[0].ident.span();
        let mut name = self.0.clone();
        name.segments.iter_mut().for_each(|s| s.ident.set_span(s.ident.span().located_at(span)));
        name.segments.extend(path.segments.iter().skip(1).cloned());
        *path = name;
    }
}

impl VisitMut for ByName {
    fn visit_expr_struct_mut(&mut self, s: &mut syn::ExprStruct) {
        self.named(&mut s.path);
        visit_mut::visit_expr_struct_mut(self, s);
    }

    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        if let Expr::Path(p) = &mut *c.func
            && p.path.is_ident("Self")
        {
            self.named(&mut p.path);
        }
        visit_mut::visit_expr_call_mut(self, c);
    }

    fn visit_pat_struct_mut(&mut self, s: &mut syn::PatStruct) {
        self.named(&mut s.path);
        visit_mut::visit_pat_struct_mut(self, s);
    }

    fn visit_pat_tuple_struct_mut(&mut self, s: &mut syn::PatTupleStruct) {
        self.named(&mut s.path);
        visit_mut::visit_pat_tuple_struct_mut(self, s);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
