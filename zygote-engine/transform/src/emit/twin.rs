//! The signature of a derivative: names, generic parameters, types.

use super::host::Host;
use super::lifetimes::Pulled;
use super::wanted::{markers, needed_in_trait, shown_to_be_values, tangents};
use super::{TokenStream, private};
use crate::ir::{Func, Param, Signature, VarKind};
use crate::lower::{Bound, bounds_in, is_static};
use proc_macro2::{Group, Ident, Span, TokenTree};
use quote::{ToTokens, format_ident};

/// The signature of a derivative.
#[derive(Clone)]
pub(super) struct Twin<'a> {
    pub item: &'a syn::ItemFn,
    pub host: Host<'a>,
    pub primal: &'a Func,
    /// The type of the value.
    pub output: syn::Type,
    /// The generic parameters of the function, and what the derivative asks of types.
    pub params: Vec<syn::GenericParam>,
    pub clauses: Vec<syn::WherePredicate>,
    /// The names of the lifetimes, and of the type and constant parameters of function and block.
    pub lifetimes: Vec<syn::Lifetime>,
    pub names: Vec<Ident>,
}

impl<'a> Twin<'a> {
    pub fn new(item: &'a syn::ItemFn, host: Host<'a>, primal: &'a Func) -> Self {
        let output = match &item.sig.output {
            syn::ReturnType::Type(_, t) => (**t).clone(),
            syn::ReturnType::Default => parse_quote!(()),
        };
        let own = &item.sig.generics;
        let (params, of_lifetimes) = without_lifetimes_in_bounds(own);
        let clauses = own.where_clause.iter().flat_map(|w| w.predicates.iter().cloned());
        let clauses = clauses.chain(of_lifetimes);
        let outer = host.generics();
        let (mut lifetimes, mut names) = (vec![], vec![]);
        for param in outer.into_iter().flat_map(|g| &g.params).chain(&params) {
            match param {
                syn::GenericParam::Lifetime(l) => lifetimes.push(l.lifetime.clone()),
                syn::GenericParam::Type(t) => names.push(t.ident.clone()),
                syn::GenericParam::Const(c) => names.push(c.ident.clone()),
            }
        }
        let mut clauses: Vec<_> = clauses.collect();
        // The rule of a trait has the parameters that the trait declares, which knows nothing of
        // those of a block: they name their tangents themselves.
        let outer = outer.filter(|_| !host.in_trait());
        let all: Vec<_> = outer.into_iter().chain([own]).collect();
        let mut values: Vec<&syn::Type> = item
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(p) if is_generator(p) => None,
                syn::FnArg::Typed(p) => Some(&*p.ty),
                syn::FnArg::Receiver(_) => None,
            })
            .collect();
        values.push(&output);
        values.extend(primal.functions().flat_map(|s| s.inputs.iter().chain([&s.output])));
        let mut naming = item.block.to_token_stream();
        if let Host::Block(block) = host {
            values.push(&block.self_ty);
            naming.extend(shown_to_be_values(block));
        }
        let (markers, more) = tangents(&all, &values, &naming);
        clauses.extend(more);
        // It is put back as it was.
        for name in own.type_params().map(|t| &t.ident) {
            let is_lent = item.sig.inputs.iter().any(|input| match input {
                syn::FnArg::Typed(p) => {
                    is_generator(p) && super::mentions(&p.ty.to_token_stream(), name)
                }
                syn::FnArg::Receiver(_) => false,
            });
            if is_lent && !crate::lower::is_function(name, &all) {
                clauses.push(parse_quote!(#name: ::core::clone::Clone));
            }
        }
        if let Host::Trait(of, _) = host {
            clauses.extend(needed_in_trait(of, item));
        }
        let mut params: Vec<_> = params.into_iter().chain(markers).collect();
        // A function that is a parameter gives what is kept of a call beside the value.
        for (k, p) in primal.params.iter().enumerate() {
            let VarKind::Function(s) = &primal.var(p.var).kind else { continue };
            if let Some(name) = &s.generic {
                params.retain(|p| !matches!(p, syn::GenericParam::Type(t) if t.ident == *name));
                names.retain(|n| n != name);
                clauses.retain(|c| !is_about(c, name));
            }
            let residual = residual_type(k);
            params.push(parse_quote!(#residual));
            names.push(residual.clone());
            clauses.push(parse_quote!(#residual: ::core::clone::Clone + 'static));
        }
        let mut twin = Self { item, host, primal, output, params, clauses, lifetimes, names };
        // A pullback behind a pointer holds what it keeps for as long as need be; the types of a trait's
        // `impl` name their tangents, which do.
        if (primal.recursive || primal.calls_recursive) && !host.in_trait() {
            let long: Vec<_> =
                twin.names.iter().filter(|name| twin.is_type(name)).cloned().collect();
            twin.clauses.extend(long.iter().map(|t| parse_quote!(#t: 'static)));
        }
        twin
    }

    /// The function without the type parameters for what is kept of calls of its parameters.
    pub fn without_residuals(&self) -> Self {
        let is_residual = |name: &Ident| {
            let functions = self.primal.params.iter().enumerate();
            functions
                .filter(|(_, p)| matches!(self.kind(p), VarKind::Function(_)))
                .any(|(k, _)| *name == residual_type(k))
        };
        let mut twin = self.clone();
        twin.params.retain(|p| name_of(p).is_none_or(|name| !is_residual(&name)));
        twin.names.retain(|name| !is_residual(name));
        twin.clauses.retain(|c| match c {
            syn::WherePredicate::Type(t) => match &t.bounded_ty {
                syn::Type::Path(p) => p.path.get_ident().is_none_or(|name| !is_residual(name)),
                _ => true,
            },
            _ => true,
        });
        twin
    }

    /// The name of a part of the derivative.
    pub fn name(&self, part: &str) -> Ident {
        let name = &self.item.sig.ident;
        if self.primal.gives_closure && matches!(part, "rrule" | "value_of" | "is_rule") {
            return match self.host.is_type() {
                true => method_part(super::found::CLOSURE_OF_METHOD, name),
                false => super::found::part_of_closure(part, name.span()),
            };
        }
        if self.host.is_type() { method_part(part, name) } else { Ident::new(part, name.span()) }
    }

    pub fn has_receiver(&self) -> bool {
        matches!(self.item.sig.inputs.first(), Some(syn::FnArg::Receiver(_)))
    }

    /// The path of a function of the block or trait.
    pub fn qualified(&self, name: &Ident) -> TokenStream {
        match self.host {
            Host::Block(block) if let Some((path, _)) = &block.trait_ => {
                quote!(<Self as #path>::#name)
            }
            _ => quote!(Self::#name),
        }
    }

    pub fn clause(&self) -> TokenStream {
        let clauses = &self.clauses;
        if clauses.is_empty() { quote!() } else { quote!(where #(#clauses),*) }
    }

    pub fn kind(&self, p: &Param) -> VarKind {
        self.primal.var(p.var).kind.clone()
    }

    /// The head of a rule, and what the types in it are.
    pub fn rrule(&self, types: &Types) -> TokenStream {
        let private = private();
        let Types { acts, activities, declared, pulled, .. } = types;
        let Pulled { of_call, given, .. } = pulled;
        let (generics, names, markers) = (&self.params, &self.names, self.markers());
        let (rrule, output) = (self.name("rrule"), &self.output);
        let generic = self.arguments_of_generic();
        let of_types: Vec<_> =
            self.host.generics().into_iter().chain([&self.item.sig.generics]).collect();
        let changed = self.primal.params.iter().map(|p| {
            // A type parameter may stand for numbers without a derivative.
            let open = generic.iter().find(|t| **t == p.ty.to_string());
            let inert = open.is_some_and(|t| {
                matches!(crate::lower::bound_of(t, &of_types), Bound::Other | Bound::Named)
            });
            let varies = self.kind(p) == VarKind::Exclusive && !p.constant && !inert;
            varies.then(|| quote!(+ #private::ChangedArgument))
        });
        let (captured, clause) = self.captures(given);
        let vis = (!self.host.in_trait()).then(|| quote!(pub));
        quote! {
            #vis fn #rrule<#(#generics,)* #(#acts: #private::Activity #changed),*>(
                #(#declared,)* #activities: (#(#acts,)*)
            ) -> (#output, impl #of_call FnOnce(#given) + Clone + use<#captured #(#names,)* #(#markers,)* #(#acts),*>) #clause
        }
    }

    /// What a pullback that is `given` these captures beside its type parameters, and the clause of what
    /// makes it. In a trait it captures `Self`.
    pub fn captures(&self, given: &TokenStream) -> (Option<TokenStream>, TokenStream) {
        let mut long = vec![];
        let captured = match self.host {
            Host::Trait(..) => {
                long.extend(self.sized());
                let first = self.primal.params.first();
                if self.has_receiver() && first.is_some_and(|p| self.kind(p) == VarKind::Value) {
                    long.push(quote!(Self: ::core::clone::Clone));
                }
                Some(quote!(Self,))
            }
            Host::Block(block) if block.trait_.is_some() => {
                let lifetimes = block.generics.lifetimes().map(|l| &l.lifetime);
                Some(quote!(#(#lifetimes,)*))
            }
            // What the types borrow that the pullback is given, but for any lifetime.
            _ => {
                let itself = super::mentions(given, &Ident::new("Self", Span::call_site()));
                let of_block = |l: &syn::Lifetime| {
                    let generics = self.host.generics().filter(|_| itself);
                    generics.is_some_and(|g| g.lifetimes().any(|p| p.lifetime == *l))
                };
                let is_given = |l: &syn::Lifetime| super::mentions(given, &l.ident);
                let lifetimes = self.lifetimes.iter().filter(|l| of_block(l) || is_given(l));
                Some(quote!(#(#lifetimes,)*))
            }
        };
        let clause = self.clause();
        let clause = match (clause.is_empty(), long.is_empty()) {
            (_, true) => clause,
            (true, false) => quote!(where #(#long),*),
            (false, false) => quote!(#clause, #(#long),*),
        };
        (captured, clause)
    }

    /// The type and constant parameters that the user declared, but for functions.
    pub fn own_types(&self) -> impl Iterator<Item = &syn::GenericParam> {
        let declared = &self.item.sig.generics.params;
        self.params.iter().filter(|p| {
            !matches!(p, syn::GenericParam::Lifetime(_))
                && declared.iter().any(|d| name_of(d) == name_of(p))
        })
    }

    /// The head of a rule whose own types are those of the block around it.
    pub fn rrule_with(&self, types: &Types) -> TokenStream {
        let own: Vec<_> = self.own_types().filter_map(name_of).collect();
        let params =
            self.params.iter().filter(|p| name_of(p).is_none_or(|name| !own.contains(&name)));
        let twin = Self {
            params: params.cloned().collect(),
            clauses: self.clauses.clone(),
            lifetimes: self.lifetimes.clone(),
            names: self.names.clone(),
            output: self.output.clone(),
            ..*self
        };
        let mut types = types.clone();
        types.declared.insert(0, quote!(self));
        twin.rrule(&types)
    }

    /// The types of a rule.
    pub fn types(&self) -> Types {
        let primal = self.primal;
        let params = &primal.params;
        let acts: Vec<_> = (0..params.len()).map(super::activity_type).collect();
        let act_values: Vec<_> = (0..params.len()).map(super::activity_value).collect();
        let names: Vec<_> = params.iter().map(|p| primal.var(p.var).name.clone()).collect();
        let types = params.iter().enumerate().map(|(k, p)| match self.kind(p) {
            VarKind::Function(s) => function_type(k, &s),
            _ => full_type(primal, p),
        });
        let types: Vec<_> = types.collect();
        let as_they_were = params.iter().map(|p| {
            let ty = &p.ty;
            match self.kind(p) {
                VarKind::Exclusive => quote!(&mut #ty),
                VarKind::Function(_) => quote!(&()),
                VarKind::Shared if is_static(&full_type(primal, p)) => quote!(&'static #ty),
                _ => quote!(&#ty),
            }
        });
        let as_they_were: Vec<_> = as_they_were.collect();
        let shadows = params.iter().enumerate().map(|(k, p)| match self.kind(p) {
            VarKind::Function(s) => {
                let pull = function_pull(k, &s);
                quote!(&mut #pull)
            }
            _ => {
                let (act, inner) = (&acts[k], &p.ty);
                quote!(#act::Shadow<'_, #inner>)
            }
        });
        let shadows: Vec<_> = shadows.collect();
        let pulled = self.pulled(&as_they_were, &shadows);
        let (declared, bind) = self.first_by_reference(&names, &types);
        let activities = quote!((#(#act_values,)*));
        Types { acts, activities, names, as_they_were, pulled, declared, bind }
    }

    /// The parameters of a rule: a method's first is by reference, whatever the method does with it.
    pub fn first_by_reference(
        &self,
        names: &[Ident],
        types: &[TokenStream],
    ) -> (Vec<TokenStream>, TokenStream) {
        let mut declared: Vec<_> =
            names.iter().zip(types).map(|(name, ty)| quote!(#name: #ty)).collect();
        let mut bind = quote!();
        if let (true, Some(p)) = (self.host.is_type(), self.primal.params.first()) {
            let (name, ty, kind) = (&names[0], &types[0], self.kind(p));
            let receiver = self.has_receiver();
            let given = if receiver { quote!(self) } else { quote!(__first) };
            bind = match kind {
                VarKind::Value => quote!(let #name: #ty = ::core::clone::Clone::clone(#given);),
                _ if receiver => quote!(let #name = self;),
                _ => quote!(),
            };
            declared[0] = match (receiver, kind) {
                (true, VarKind::Exclusive) => quote!(&mut self),
                (true, _) => quote!(&self),
                (false, VarKind::Value) => quote!(__first: &#ty),
                (false, _) => declared[0].clone(),
            };
        }
        (declared, bind)
    }

    /// Whether a generic parameter is a type.
    pub fn is_type(&self, name: &Ident) -> bool {
        let outer = self.host.generics().into_iter().flat_map(|g| &g.params);
        outer
            .chain(&self.params)
            .any(|p| matches!(p, syn::GenericParam::Type(t) if t.ident == *name))
    }

    /// The markers of the tangents of generic types.
    pub fn markers(&self) -> Vec<Ident> {
        markers(&self.params)
    }

    /// Whether it stands in the trait itself.
    pub fn is_declared(&self) -> bool {
        matches!(self.host, Host::Trait(..))
    }

    /// How functions beside it are seen.
    pub fn visibility(&self) -> Option<TokenStream> {
        (!self.host.in_trait()).then(|| quote!(pub))
    }

    /// What leaves a function of a trait out of its objects. Of a trait for types of no known size it is for those
    /// functions alone that say so, or have values of `Self` elsewhere than behind a reference.
    pub fn sized(&self) -> Option<TokenStream> {
        let Host::Trait(_, of_any_size) = self.host else { return None };
        let is_value = |p: &Param| match parse_type(&p.ty) {
            ty if is_self(&ty) => self.kind(p) == VarKind::Value,
            ty => has_self(&ty),
        };
        let says = self.item.sig.generics.where_clause.iter().flat_map(|w| &w.predicates).any(|p| {
            matches!(p, syn::WherePredicate::Type(t) if is_self(&t.bounded_ty)
                && t.bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.is_ident("Sized"))))
        });
        let values = || self.primal.params.iter().any(is_value) || has_self(&self.output);
        (!of_any_size || says || values()).then(|| quote!(Self: Sized))
    }

    /// The generic parameters of block and function that are no lifetimes, with what a `where` says of each:
    /// the types of a signature may be those of a trait, `D::Sample`.
    pub fn generic(&self) -> Vec<TokenStream> {
        let outer = self.host.generics().into_iter().flat_map(|g| &g.params);
        let all = outer.chain(&self.params).filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => {
                let mut t = t.clone();
                let own = &self.item.sig.generics;
                let said = self.host.generics().into_iter().chain([own]);
                let clauses = said.filter_map(|g| g.where_clause.as_ref());
                let all = clauses.flat_map(|clause| bounds_in(&t.ident, clause));
                t.bounds.extend(all.filter(|b| !names_one_of(&self.lifetimes, b)).cloned());
                t.bounds.push(parse_quote!('static));
                Some(t.into_token_stream())
            }
            syn::GenericParam::Const(c) => Some(c.to_token_stream()),
        });
        all.collect()
    }

    /// Their names.
    pub fn arguments_of_generic(&self) -> Vec<Ident> {
        let outer = self.host.generics().into_iter().flat_map(|g| &g.params);
        let all = outer.chain(&self.params).filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(t.ident.clone()),
            syn::GenericParam::Const(c) => Some(c.ident.clone()),
        });
        all.collect()
    }

    /// The type with the name of the type of the `impl` block in place of `Self`.
    pub fn named(&self, tokens: TokenStream) -> TokenStream {
        let Host::Block(host) = self.host else { return tokens };
        let ty = &host.self_ty;
        let of = |t: TokenTree| match t {
            TokenTree::Ident(i) if i == "Self" => quote!(#ty),
            TokenTree::Group(g) => {
                TokenTree::Group(Group::new(g.delimiter(), self.named(g.stream()))).into()
            }
            other => other.into(),
        };
        tokens.into_iter().map(of).collect()
    }
}

/// The generic parameters, and as clauses the bounds that mention lifetimes: types may be declared where
/// these are not.
fn without_lifetimes_in_bounds(
    generics: &syn::Generics,
) -> (Vec<syn::GenericParam>, Vec<syn::WherePredicate>) {
    let mut clauses = vec![];
    let lifetimes: Vec<_> = generics.lifetimes().map(|l| l.lifetime.clone()).collect();
    let mut params: Vec<_> = generics.params.iter().cloned().collect();
    for param in &mut params {
        let syn::GenericParam::Type(t) = param else { continue };
        let (name, bounds) = (&t.ident, std::mem::take(&mut t.bounds));
        for bound in bounds {
            if names_one_of(&lifetimes, &bound) {
                clauses.push(parse_quote!(#name: #bound));
            } else {
                t.bounds.push(bound);
            }
        }
    }
    (params, clauses)
}

fn names_one_of(lifetimes: &[syn::Lifetime], bound: &syn::TypeParamBound) -> bool {
    lifetimes.iter().any(|l| super::mentions(&bound.to_token_stream(), &l.ident))
}

/// Whether a parameter is a constant that changes, such as a generator of random numbers: its type needs
/// no tangent.
fn is_generator(p: &syn::PatType) -> bool {
    let constant = p.attrs.iter().any(|a| a.path().is_ident("constant"));
    constant && matches!(&*p.ty, syn::Type::Reference(r) if r.mutability.is_some())
}

/// The name of a type or constant parameter.
pub fn name_of(param: &syn::GenericParam) -> Option<Ident> {
    match param {
        syn::GenericParam::Lifetime(_) => None,
        syn::GenericParam::Type(t) => Some(t.ident.clone()),
        syn::GenericParam::Const(c) => Some(c.ident.clone()),
    }
}

/// The types of a rule, by parameter.
#[derive(Clone)]
pub(super) struct Types {
    pub acts: Vec<Ident>,
    /// The pattern of the activities' values.
    pub activities: TokenStream,
    pub names: Vec<Ident>,
    /// The arguments as the pullback takes them.
    pub as_they_were: Vec<TokenStream>,
    /// All that the pullback takes.
    pub pulled: Pulled,
    /// The parameters of the rule, and what binds the first.
    pub declared: Vec<TokenStream>,
    pub bind: TokenStream,
}

/// The type of what is kept of a call of a parameter that is a function.
fn residual_type(k: usize) -> Ident {
    generated!("__Residual{}", k)
}

/// A parameter that is a function, in the forward sweep. It is behind a reference: a pullback that
/// mentioned its type would borrow what it captures.
pub(super) fn function_type(k: usize, s: &Signature) -> TokenStream {
    let (residual, inputs, value) = (residual_type(k), &s.inputs, &s.output);
    if s.kind == "Fn" {
        quote!(&dyn Fn(#(#inputs),*) -> (#value, #residual))
    } else {
        quote!(&mut dyn FnMut(#(#inputs),*) -> (#value, #residual))
    }
}

/// The pull of a call of a parameter that is a function.
fn function_pull(k: usize, s: &Signature) -> TokenStream {
    let residual = residual_type(k);
    let value = &s.output;
    let given = s.inputs.iter().map(|ty| match ty {
        syn::Type::Reference(r) => quote!(#r),
        ty => quote!(&#ty),
    });
    let shadows = s.inputs.iter().map(|ty| match ty {
        syn::Type::Reference(r) => {
            let of = &r.elem;
            quote!(&mut #of)
        }
        ty => quote!(&mut #ty),
    });
    quote!(dyn FnMut(#residual, #(#given,)* &#value, #(#shadows),*))
}

pub(super) fn parse_type(ty: &TokenStream) -> syn::Type {
    syn::parse2(ty.clone()).expect("a parameter's type is a type")
}

/// Whether a type is `Self`.
pub(super) fn is_self(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(p) if p.qself.is_none() && p.path.is_ident("Self"))
}

/// Whether `Self` is a part of a type, but for types that it names, `Self::Item`.
fn has_self(ty: &syn::Type) -> bool {
    struct Find(bool);
    impl<'a> syn::visit::Visit<'a> for Find {
        fn visit_type(&mut self, ty: &'a syn::Type) {
            self.0 |= is_self(ty);
            syn::visit::visit_type(self, ty);
        }

        fn visit_qself(&mut self, _: &'a syn::QSelf) {}
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.0
}

/// Whether a clause is about this type parameter.
pub(super) fn is_about(clause: &syn::WherePredicate, name: &Ident) -> bool {
    matches!(clause, syn::WherePredicate::Type(t)
        if matches!(&t.bounded_ty, syn::Type::Path(p) if p.path.is_ident(name)))
}

/// The name of a part of the derivative of a method.
pub fn method_part(part: &str, method: &Ident) -> Ident {
    format_ident!("{part}_{}", method, span = method.span())
}

/// The type with a name for every lifetime that is left out.
pub(super) fn with_lifetime(ty: TokenStream) -> TokenStream {
    struct Name;
    impl syn::visit_mut::VisitMut for Name {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.is_none() {
                r.lifetime = Some(parse_quote!('__zygote));
            }
            syn::visit_mut::visit_type_reference_mut(self, r);
        }

        // What is left out there belongs to each call.
        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    let mut ty = parse_type(&ty);
    syn::visit_mut::VisitMut::visit_type_mut(&mut Name, &mut ty);
    ty.into_token_stream()
}

pub(super) fn is_slice(ty: &TokenStream) -> bool {
    matches!(syn::parse2(ty.clone()), Ok(syn::Type::Slice(_)))
}

/// Whether a type is `dyn Trait`.
pub(super) fn is_object(ty: &TokenStream) -> bool {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::TraitObject(_)) => true,
        Ok(syn::Type::Paren(p)) => is_object(&p.elem.to_token_stream()),
        _ => false,
    }
}

/// The type of the owned cotangent of a parameter.
pub(super) fn owned_type(ty: &TokenStream) -> TokenStream {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Slice(s)) => {
            let elem = &s.elem;
            quote!(::std::vec::Vec<#elem>)
        }
        Ok(syn::Type::TraitObject(t)) => quote!(::std::boxed::Box<#t>),
        Ok(syn::Type::Paren(p)) => owned_type(&p.elem.to_token_stream()),
        _ => ty.clone(),
    }
}

pub(super) fn full_type(primal: &Func, p: &Param) -> TokenStream {
    primal.var(p.var).declared.clone().expect("a parameter has a type")
}
