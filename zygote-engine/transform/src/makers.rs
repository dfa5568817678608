//! Functions that give a struct which holds references, `fn new(data: &'a [f64], k: f64) -> Self`: a caller's pullback,
//! which keeps nothing borrowed, makes the struct again.

use crate::emit::Host;
use crate::ir::{Call, Callee, Func, Op, Operand, Proj};
use crate::stored::name_of;
use std::collections::{BTreeMap, BTreeSet};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, ReceiverKind, Type};

/// What is known of such functions, and of the types.
#[derive(Clone, Debug, Default)]
pub struct Makers {
    /// What functions give, by their names: `Model::new`, `model`, and of methods `Model.with`.
    made: BTreeMap<String, Made>,
    /// The methods by `&self` and `self`, `Model.loss`.
    reading: BTreeSet<String>,
}

/// What a function gives.
#[derive(Clone, Debug)]
pub struct Made {
    /// The name of the type.
    ty: String,
    /// Whether the function takes its receiver by value.
    pub takes_itself: bool,
}

impl Makers {
    /// Nothing.
    pub const fn new() -> Self {
        Self { made: BTreeMap::new(), reading: BTreeSet::new() }
    }

    /// Adds a function of a type, or of none.
    pub fn add(&mut self, sig: &syn::Signature, this: Option<&Type>) {
        let own = this.and_then(name_of);
        let receiver = sig.receiver();
        let takes_itself = receiver.is_some_and(|r| matches!(r.kind, ReceiverKind::Value));
        if let (Some(own), Some(r), Some(this)) = (&own, receiver, this)
            && has_lifetime(this)
            && !crate::parts::is_exclusive(&r.kind)
        {
            self.reading.insert(format!("{own}.{}", sig.ident));
        }
        let Some(ty) = given(sig, this).and_then(name_of) else { return };
        let name = match receiver {
            Some(_) => format!("{}.{}", own.unwrap_or_default(), sig.ident),
            None => key(own.as_deref(), &sig.ident),
        };
        self.made.insert(name, Made { ty, takes_itself });
    }

    /// What a call makes, if its function is one of these.
    pub fn made_by(&self, call: &Call, func: &Func) -> Option<&Made> {
        let name = match &call.callee {
            Callee::Method(name) => {
                let receiver = func.resolve(call.args.first()?.place()?);
                let whole = receiver.path.iter().all(|p| *p == Proj::Deref);
                format!("{}.{name}", func.made.get(&receiver.root).filter(|_| whole)?)
            }
            Callee::Function(_, name) => key(None, &name.ident),
            Callee::Associated(ty, name) => {
                let ty = syn::parse2(ty.clone()).ok().and_then(|ty: Type| name_of(&ty));
                key(ty.as_deref(), &name.ident)
            }
            Callee::Value(_) | Callee::Pointer(_) => return None,
        };
        self.made.get(&name).filter(|_| call.lambdas.is_empty() && call.curried.is_none())
    }

    /// The name of the type of what an operation gives, if it may hold references.
    pub fn type_of(&self, op: &Op, func: &Func) -> Option<String> {
        match op {
            Op::Call(call) => self.made_by(call, func).map(|made| made.ty.clone()),
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

/// The name under which a function of a type, or of none, is found.
fn key(ty: Option<&str>, name: &Ident) -> String {
    match ty {
        Some(ty) => format!("{ty}::{name}"),
        None => name.to_string(),
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
fn has_lifetime(ty: &Type) -> bool {
    let Type::Path(p) = ty else { return false };
    p.path.segments.last().is_some_and(|s| match &s.arguments {
        syn::PathArguments::AngleBracketed(of) => {
            of.args.iter().any(|a| matches!(a, syn::GenericArgument::Lifetime(_)))
        }
        _ => false,
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
