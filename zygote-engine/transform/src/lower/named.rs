//! Names for what a signature leaves out: lifetimes, which the derivative gives back in types of its own, and the types
//! of `impl Trait`.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Lifetime};

/// A name for each lifetime `'_` of the types: the derivative gives such types back, too.
pub struct NamedLifetimes {
    /// What the names begin with.
    of: &'static str,
    names: Vec<syn::GenericParam>,
}

impl VisitMut for NamedLifetimes {
    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        match argument {
            GenericArgument::Lifetime(l) if l.ident == "_" => *l = self.name(l.span()),
            other => visit_mut::visit_generic_argument_mut(self, other),
        }
    }

    // What is left out there belongs to each call.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_type_param_bound_mut(&mut self, _: &mut syn::TypeParamBound) {}
}

impl NamedLifetimes {
    /// Those of the type of a block.
    pub fn of_block() -> Self {
        Self::new("'__of_block")
    }

    fn new(of: &'static str) -> Self {
        Self { of, names: vec![] }
    }

    /// Another name.
    fn name(&mut self, span: Span) -> Lifetime {
        let lifetime = Lifetime::new(&format!("{}_{}", self.of, self.names.len()), span);
        self.names.push(syn::parse_quote!(#lifetime));
        lifetime
    }

    /// The parameters with those of the names, which come first.
    pub fn declare(self, generics: &mut syn::Generics) {
        let own = std::mem::take(&mut generics.params);
        generics.params.extend(self.names.into_iter().chain(own));
    }
}

/// The function with a type parameter for each `impl Trait` of its parameters that is no function, and a
/// name for each lifetime `'_` in their types.
pub fn named_impls(item: &syn::ItemFn) -> syn::ItemFn {
    struct Name {
        params: Vec<syn::GenericParam>,
    }
    impl VisitMut for Name {
        fn visit_type_mut(&mut self, ty: &mut syn::Type) {
            let function = super::function::function_of(ty, &[]).is_some();
            if let (syn::Type::ImplTrait(t), false) = (&*ty, function) {
                let name = quote::format_ident!("__Impl{}", self.params.len());
                let bounds = &t.bounds;
                self.params.push(syn::parse_quote!(#name: #bounds));
                *ty = syn::parse_quote!(#name);
                return;
            }
            if !function {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut item = item.clone();
    let mut name = Name { params: vec![] };
    let mut lifetimes = NamedLifetimes::new("'__of_type");
    for input in &mut item.sig.inputs {
        if let syn::FnArg::Typed(p) = input {
            name.visit_type_mut(&mut p.ty);
            lifetimes.visit_type_mut(&mut p.ty);
        }
    }
    item.sig.generics.params.extend(name.params);
    lifetimes.declare(&mut item.sig.generics);
    item
}

/// Names the lifetime `'_` of a function's value, `-> Model<'_>`, which by the rule of the language is the only one of
/// the parameters.
pub fn name_output(sig: &mut syn::Signature) {
    let mut output = Output { elided: false, given: None };
    output.visit_return_type_mut(&mut sig.output);
    if !output.elided || sig.receiver().is_some() {
        return;
    }
    let mut inputs = Inputs { lifetimes: NamedLifetimes::new("'__of_value"), all: vec![] };
    let mut given = sig.inputs.clone();
    given.iter_mut().for_each(|input| inputs.visit_fn_arg_mut(input));
    // Of several the compiler says that it is missing.
    let [only] = &inputs.all[..] else { return };
    Output { given: Some(only.clone()), ..output }.visit_return_type_mut(&mut sig.output);
    sig.inputs = given;
    inputs.lifetimes.declare(&mut sig.generics);
}

/// The lifetimes `'_` of a value's type, and what they are.
struct Output {
    elided: bool,
    given: Option<Lifetime>,
}

impl VisitMut for Output {
    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        match argument {
            GenericArgument::Lifetime(l) if l.ident == "_" => {
                self.elided = true;
                *l = self.given.clone().unwrap_or_else(|| l.clone());
            }
            other => visit_mut::visit_generic_argument_mut(self, other),
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_type_param_bound_mut(&mut self, _: &mut syn::TypeParamBound) {}
}

/// The lifetimes of parameters, each with a name.
struct Inputs {
    lifetimes: NamedLifetimes,
    all: Vec<Lifetime>,
}

impl VisitMut for Inputs {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        let span = r.and_token.span;
        let lifetime = r.lifetime.get_or_insert_with(|| self.lifetimes.name(span)).clone();
        self.all.push(lifetime);
        visit_mut::visit_type_mut(self, &mut r.elem);
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        match argument {
            GenericArgument::Lifetime(l) => {
                if l.ident == "_" {
                    *l = self.lifetimes.name(l.span());
                }
                self.all.push(l.clone());
            }
            other => visit_mut::visit_generic_argument_mut(self, other),
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_type_param_bound_mut(&mut self, _: &mut syn::TypeParamBound) {}
}
