//! Calls of generic functions, and of functions that a trait has for all types, with a value that holds references,
//! `loss_of(&model, x)` of `fn loss_of<L: Loss>(of: &L, x: f64)`: the type of such a pullback has the lifetimes of the
//! value's, which a caller's pullback can't keep. It is made in the reverse sweep, by a call of the rule then, as in
//! a checkpoint.

use crate::error::unsupported;
use crate::ir::{Call, Callee, Func, Mode, Op, Operand, Proj, Ty, VarKind};
use crate::lower::is_function;
use crate::makers;
use crate::stored::name_of;
use std::collections::BTreeMap;
use syn::visit::{self, Visit};
use syn::{FnArg, Ident, ReceiverKind, Type};

/// What is known of such functions, and of types that hold references.
#[derive(Clone, Debug, Default)]
pub struct Captures {
    /// The file of the item.
    file: String,
    types: Names<Types>,
    /// Functions by their names, `loss_of`, those of types, `Model.loss_of`, and those of traits, `.loss_of`.
    functions: Names<Functions>,
}

/// The types of a name.
#[derive(Clone, Copy, Debug, Default)]
struct Types {
    /// Whether one has lifetimes.
    lent: bool,
    /// Whether one has none.
    plain: bool,
}

/// The functions of a name.
#[derive(Clone, Copy, Debug, Default)]
struct Functions {
    /// Whether one is generic.
    generic: bool,
    /// Whether one is not.
    plain: bool,
    /// Whether one takes `self` otherwise than by `&self`.
    by_itself: bool,
}

/// What has a name, by files: two modules may use it for different things.
#[derive(Clone, Debug, Default)]
struct Names<T>(BTreeMap<String, BTreeMap<String, T>>);

impl<T: Copy + Default> Names<T> {
    fn entry(&mut self, name: String, file: &str) -> &mut T {
        self.0.entry(name).or_default().entry(file.to_string()).or_default()
    }

    /// What has a name in a file, or else in any.
    fn find(&self, name: &str, file: &str, both: impl Fn(T, T) -> T) -> Option<T> {
        let all = self.0.get(name)?;
        all.get(file).copied().or_else(|| all.values().copied().reduce(both))
    }
}

impl Captures {
    /// Nothing.
    pub const fn new() -> Self {
        let types = Names(BTreeMap::new());
        Self { file: String::new(), types, functions: Names(BTreeMap::new()) }
    }

    /// What follows is of that file.
    pub fn in_file(&mut self, file: String) {
        self.file = file;
    }

    /// Adds the functions and types that an item names.
    pub fn add(&mut self, item: &syn::Item) {
        self.visit_item(item);
        let is_generic = |sig: &syn::Signature, of: &[&syn::Generics]| {
            let all = [of, &[&sig.generics]].concat();
            let own = sig.generics.type_params().any(|t| !is_function(&t.ident, &all));
            own || sig.inputs.iter().any(is_opaque)
        };
        match item {
            syn::Item::Fn(f) => self.function("", &f.sig, is_generic(&f.sig, &[])),
            syn::Item::Impl(block) => {
                let of = name_of(&block.self_ty).unwrap_or_default();
                for item in &block.items {
                    if let syn::ImplItem::Fn(f) = item {
                        let is_generic = is_generic(&f.sig, &[&block.generics]);
                        self.function(&format!("{of}."), &f.sig, is_generic);
                    }
                }
            }
            syn::Item::Trait(of) => {
                for item in &of.items {
                    if let syn::TraitItem::Fn(f) = item {
                        let is_generic = is_generic(&f.sig, &[&of.generics]);
                        self.function(".", &f.sig, f.default.is_some() || is_generic);
                    }
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, of: &str, sig: &syn::Signature, is_generic: bool) {
        let seen = self.functions.entry(format!("{of}{}", sig.ident), &self.file);
        seen.generic |= is_generic;
        seen.plain |= !is_generic;
        let by_reference =
            |r: &syn::Receiver| matches!(r.kind, ReceiverKind::Reference(_, _, None));
        seen.by_itself |= sig.receiver().is_some_and(|r| !by_reference(r));
    }

    /// The functions that a call may be of, if it is by name. One that was not seen may be generic.
    fn called(&self, call: &Call, func: &Func) -> Option<Functions> {
        let unseen = Functions { generic: true, plain: true, by_itself: true };
        let find = |name: String| {
            self.functions.find(&name, &self.file, |a, b| Functions {
                generic: a.generic || b.generic,
                plain: a.plain || b.plain,
                by_itself: a.by_itself || b.by_itself,
            })
        };
        let of_type = |ty: Option<String>, name: &Ident| {
            let own = ty.and_then(|ty| find(format!("{ty}.{name}")));
            own.or_else(|| find(format!(".{name}")))
        };
        match &call.callee {
            Callee::Function(_, name) => Some(find(name.ident.to_string()).unwrap_or(unseen)),
            Callee::Associated(ty, name) => {
                let ty = syn::parse2::<Type>(ty.clone()).ok().and_then(|ty| name_of(&ty));
                Some(of_type(ty, &name.ident).unwrap_or(unseen))
            }
            Callee::Method(name) => {
                let receiver = call.args.first().filter(|a| is_whole(a, func));
                let ty = receiver.and_then(|a| func.made.get(&func.root(a.place()?)).cloned());
                let is_known = ty.as_ref().is_some_and(|ty| self.has_lifetimes(ty));
                of_type(ty, name).or(is_known.then_some(unseen))
            }
            Callee::Value(_) | Callee::Pointer(_) => None,
        }
    }

    /// Whether the type of that name has lifetimes.
    pub fn has_lifetimes(&self, ty: &str) -> bool {
        let types = self.types.find(ty, &self.file, |a, b| Types {
            lent: a.lent || b.lent,
            plain: a.plain || b.plain,
        });
        types.is_some_and(|types| types.lent && !types.plain)
    }

    /// Lets the pullback of a call be made in the reverse sweep, if it is one of these.
    pub fn made_again(&self, op: Op, func: &Func) -> syn::Result<Op> {
        let Op::Call(mut call) = op else { return Ok(op) };
        let is_clone = makers::is_clone(&call);
        let seen = self.called(&call, func).filter(|seen| seen.generic || is_clone);
        let Some(seen) = seen else { return Ok(Op::Call(call)) };
        let is_lent = |ty: &String| self.has_lifetimes(ty);
        let holds = |a: &Operand| {
            let ty = a.place().and_then(|p| func.made.get(&func.root(p)));
            is_whole(a, func) && ty.is_some_and(is_lent)
        };
        // Of what else is lent the source does not say what it is.
        let may_hold = |a: &Operand| match a {
            Operand::Place(p, mode) => {
                let is_lent = *mode != Mode::Value || func.var(p.root).kind != VarKind::Local;
                is_lent && *func.ty(&func.resolve(p)).peeled() == Ty::Unknown
            }
            _ => false,
        };
        let is_any = !is_clone && !seen.plain && func.made.values().any(is_lent);
        let is_exclusive = |a: &Operand| matches!(a, Operand::Place(_, Mode::Exclusive));
        let changes = !call.lambdas.is_empty()
            || call.args.iter().any(is_exclusive)
            || seen.by_itself && matches!(call.callee, Callee::Method(_));
        let held = call.args.iter().any(holds);
        if held && changes && !is_clone && !seen.plain {
            return unsupported(
                call.name(),
                "a value that holds references, in a call of a generic function, or of one that a trait has for all \
                 types, which changes something or takes `self` or a closure",
                "write the function for the type, `fn steps(w: &mut Walker<'_>, ..)`, or in the `impl` of the trait; where \
                 it only reads, lend it as such, `&*w`",
            );
        }
        if (is_clone || !changes) && (held || is_any && call.args.iter().any(may_hold)) {
            call.run_again();
        }
        Ok(Op::Call(call))
    }
}

/// Whether an operand is a whole variable, or what one refers to.
fn is_whole(operand: &Operand, func: &Func) -> bool {
    let path = operand.place().map(|p| func.resolve(p).path);
    path.is_some_and(|path| path.iter().all(|p| *p == Proj::Deref))
}

/// Whether a parameter is `impl Trait`, of no function.
fn is_opaque(input: &FnArg) -> bool {
    struct Find(bool);
    impl Visit<'_> for Find {
        fn visit_type_impl_trait(&mut self, of: &syn::TypeImplTrait) {
            let named = |b: &syn::TypeParamBound| match b {
                syn::TypeParamBound::Trait(t) => t.path.segments.last().map(|s| s.ident.clone()),
                _ => None,
            };
            let is_function = |name: Ident| ["Fn", "FnMut", "FnOnce"].iter().any(|f| name == f);
            self.0 |= !of.bounds.iter().filter_map(named).any(is_function);
        }
    }
    let mut find = Find(false);
    find.visit_fn_arg(input);
    find.0
}

impl Visit<'_> for Captures {
    fn visit_type(&mut self, ty: &Type) {
        if let Some(name) = name_of(ty) {
            let types = self.types.entry(name, &self.file);
            let lent = makers::has_lifetime(ty);
            (types.lent, types.plain) = (types.lent || lent, types.plain || !lent);
        }
        visit::visit_type(self, ty);
    }
}
