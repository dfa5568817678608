//! What a derivative asks of the types that its function is generic in.

mod operators;

use super::{TokenStream, private, span};
use crate::lower::Bound;
use crate::scalars::{is_of_scalars, real_scalar};
use proc_macro2::{Ident, TokenTree};
use quote::{ToTokens, format_ident};

/// How the marker of the tangent of a generic type is named.
pub(super) const MARKER: &str = "__Marker";

/// What the rules of a trait's `impl` ask of its parameters: those that hold values name their tangents,
/// as a rule has no marker for them.
pub fn needed(block: &syn::ItemImpl) -> Vec<syn::WherePredicate> {
    let generics = &block.generics;
    let of_trait = block.trait_.iter().flat_map(|(path, _)| &path.segments);
    let of_trait = of_trait.flat_map(|segment| arguments(&segment.arguments));
    let values: Vec<_> = of_trait.chain([&*block.self_ty]).collect();
    let bodies = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => Some(f.block.to_token_stream()),
        _ => None,
    });
    let bodies: TokenStream = bodies.collect();
    let mut needed = vec![];
    for name in generics.type_params().map(|t| &t.ident) {
        if crate::lower::is_function(name, &[generics]) || !values.iter().any(|ty| holds(ty, name))
        {
            continue;
        }
        let _around = span::belongs_to(Some(name.span()));
        let private = private();
        match crate::lower::bound_of(name, &[generics]) {
            Bound::Named => {}
            Bound::Real | Bound::Number => needed.push(real_scalar(name)),
            Bound::Operators if names_its_tangent(name, &[generics]) => {}
            Bound::Other | Bound::Operators => {
                match carriers_of(name, &[generics], &values, &bodies) {
                    None => needed.push(parse_quote!(#name: #private::HasTangent)),
                    Some(all) => {
                        needed.extend(all.iter().map(|ty| parse_quote!(#ty: #private::HasTangent)))
                    }
                }
            }
        }
    }
    let promised = operators::promised(&[generics]);
    needed.extend(promised.iter().flat_map(operators::Operator::named));
    needed
}

/// What the rule of a trait's function asks of the trait's own parameters, and, if the function has a body
/// in which there are values of them, of `Self`.
pub fn needed_in_trait(item: &syn::ItemTrait, f: &syn::ItemFn) -> Vec<syn::WherePredicate> {
    let (private, generics) = (private(), &[&item.generics]);
    let has_body = !f.block.stmts.is_empty();
    let names = item.generics.type_params().map(|t| &t.ident);
    let needed = names.filter_map(|name| match crate::lower::bound_of(name, generics) {
        Bound::Real | Bound::Number => Some(real_scalar(name)),
        Bound::Operators if names_its_tangent(name, generics) => None,
        Bound::Other | Bound::Operators if has_body && mentions(&f.to_token_stream(), name) => {
            Some(parse_quote!(#name: #private::HasTangent))
        }
        _ => None,
    });
    let operators = operators::promised(generics);
    let operators = operators.iter().filter(|_| has_body).flat_map(operators::Operator::named);
    let own = Ident::new("Self", f.sig.ident.span());
    let itself = match is_of_scalars(item) {
        true => has_body.then(|| real_scalar(&own)),
        false => {
            (has_body && has_values_of_self(f)).then(|| parse_quote!(Self: #private::HasTangent))
        }
    };
    needed.chain(operators).chain(itself).collect()
}

/// Whether a function of a trait takes or gives values of the type itself, or makes copies of one.
fn has_values_of_self(f: &syn::ItemFn) -> bool {
    let own = Ident::new("Self", f.sig.ident.span());
    let given = match &f.sig.output {
        syn::ReturnType::Type(_, ty) => holds(ty, &own),
        syn::ReturnType::Default => false,
    };
    let mut taken = f.sig.inputs.iter().map(|input| match input {
        syn::FnArg::Receiver(r) => matches!(r.kind, syn::ReceiverKind::Value),
        syn::FnArg::Typed(p) => !matches!(&*p.ty, syn::Type::Reference(_)) && holds(&p.ty, &own),
    });
    given || taken.any(|by_value| by_value) || clones_itself(&f.block)
}

/// Whether a method makes copies of what it is called on.
fn clones_itself(block: &syn::Block) -> bool {
    struct Find(bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            let of_self = matches!(&*m.receiver, syn::Expr::Path(p) if p.path.is_ident("self"));
            self.0 |= of_self && m.method == "clone";
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_block(&mut find, block);
    find.0
}

/// Says of a trait, and of its associated types, that they have the rules of the operators and methods of
/// numbers that their bounds promise.
pub fn with_promised_rules(item: &mut syn::ItemTrait) {
    item.supertraits.extend(operators::rules_of(&parse_quote!(Self), &item.supertraits));
    for member in &mut item.items {
        let syn::TraitItem::Type(t) = member else { continue };
        if t.generics.params.is_empty() {
            let name = &t.ident;
            t.bounds.extend(operators::rules_of(&parse_quote!(Self::#name), &t.bounds));
        }
    }
}

/// What the derivative asks of generic types: that they have a tangent, under a marker that the caller's
/// types decide. A scalar has the rules of the real numbers. Of a type that no bound and no place where
/// it stands by itself shows to be that of a value (`Unit` in `Quantity<Unit>`), what it is a parameter
/// of has the tangent.
/// The second is the types in which values occur, the third what else names types.
pub fn tangents(
    generics: &[&syn::Generics],
    values: &[&syn::Type],
    body: &TokenStream,
) -> (Vec<syn::GenericParam>, Vec<syn::WherePredicate>) {
    let (mut markers, mut clauses) = (vec![], vec![]);
    for asked in asked(generics, values, body) {
        markers.extend(asked.marker.map(|marker| parse_quote!(#marker: 'static)));
        clauses.extend(asked.clauses);
    }
    (markers, clauses)
}

/// The same without markers, of types that name theirs; what stands in their place, if they all can.
pub fn named_tangents(
    generics: &[&syn::Generics],
    values: &[&syn::Type],
    body: &TokenStream,
) -> Option<(Vec<TokenStream>, Vec<syn::WherePredicate>)> {
    let (mut markers, mut clauses) = (vec![], vec![]);
    for asked in asked(generics, values, body) {
        match (asked.marker, asked.named) {
            (None, _) => clauses.extend(asked.clauses),
            (Some(_), Some((marker, named))) => {
                markers.push(marker);
                clauses.extend(named);
            }
            (Some(_), None) => return None,
        }
    }
    Some((markers, clauses))
}

/// Something that a derivative asks of generic types.
struct Asked {
    clauses: Vec<syn::WherePredicate>,
    /// The marker that the clauses leave to the caller's types.
    marker: Option<Ident>,
    /// That marker of types that name it, and what they then are asked.
    named: Option<(TokenStream, Vec<syn::WherePredicate>)>,
}

fn asked(generics: &[&syn::Generics], values: &[&syn::Type], body: &TokenStream) -> Vec<Asked> {
    let private = private();
    let mut all = vec![];
    let mut carriers: Vec<syn::TypePath> = vec![];
    let marked = |ty: &dyn ToTokens, marker: Ident| Asked {
        clauses: vec![parse_quote!(#ty: #private::Tangent<#marker>)],
        marker: Some(marker),
        named: Some((
            quote!(<#ty as #private::Marked>::Marker),
            vec![parse_quote!(#ty: #private::HasTangent)],
        )),
    };
    let plain = |clauses| Asked { clauses, marker: None, named: None };
    let mut numbers = vec![];
    for t in generics.iter().flat_map(|g| g.type_params()) {
        let name = &t.ident;
        // A type that only names functions has no values.
        if crate::lower::is_function(name, generics) || !values.iter().any(|ty| holds(ty, name)) {
            continue;
        }
        // What a text is made of does not vary.
        if crate::lower::gives_a_text(&parse_quote!(#name), generics) {
            all.push(plain(vec![parse_quote!(#name: ::core::clone::Clone)]));
            continue;
        }
        match crate::lower::bound_of(name, generics) {
            Bound::Named => {}
            Bound::Real | Bound::Number => numbers.push(real_scalar(name)),
            Bound::Operators if names_its_tangent(name, generics) => {}
            Bound::Other | Bound::Operators => {
                let Some(found) = carriers_of(name, generics, values, body) else {
                    all.push(marked(name, format_ident!("{MARKER}{name}")));
                    continue;
                };
                for carrier in found {
                    if !carriers.contains(carrier) {
                        all.push(marked(
                            carrier,
                            format_ident!("{MARKER}{name}{}", carriers.len()),
                        ));
                        carriers.push(carrier.clone());
                    }
                }
            }
        }
    }
    all.push(plain(numbers));
    for (k, conversion) in conversions(generics, body).into_iter().enumerate() {
        let marker = generated!("{MARKER}Conversion{}", k);
        let clause = match conversion {
            Conversion::Into(from, to) => {
                parse_quote!(#from: #private::IntoRule<#marker, #to>)
            }
            Conversion::From(to, from) => {
                parse_quote!(#to: #private::FromRule<#marker, #from>)
            }
        };
        all.push(Asked { clauses: vec![clause], marker: Some(marker), named: None });
    }
    for (k, operator) in operators::promised(generics).iter().enumerate() {
        if operator.is_named(generics) {
            all.push(plain(operator.named()));
            continue;
        }
        let marker = generated!("{MARKER}Operator{}", k);
        all.push(Asked {
            clauses: vec![operator.rule(&marker)],
            named: operator.marker().map(|named| (named, operator.named())),
            marker: Some(marker),
        });
    }
    all
}

/// A bound by a trait of conversions: the type that has it, and the other one.
enum Conversion {
    From(syn::Type, syn::Type),
    Into(syn::Type, syn::Type),
}

/// The conversions that bounds promise and the body may call.
fn conversions(generics: &[&syn::Generics], body: &TokenStream) -> Vec<Conversion> {
    let mut all = vec![];
    let mut found = |ty: &syn::Type, bound: &syn::TypeParamBound| {
        let syn::TypeParamBound::Trait(t) = bound else { return };
        let Some(last) = t.path.segments.last() else { return };
        let Some(other) = arguments(&last.arguments).next() else { return };
        let (ty, other) = (referent(ty), referent(other));
        if [ty, other].iter().any(|ty| crate::lower::ty_of(ty).is_inert()) {
            return;
        }
        let (ty, other) = (ty.clone(), other.clone());
        all.push(match last.ident.to_string().as_str() {
            "Into" if mentions(body, &format_ident!("into")) => Conversion::Into(ty, other),
            "From" if mentions(body, &format_ident!("from")) => Conversion::From(ty, other),
            _ => return,
        });
    };
    for g in generics {
        for t in g.type_params() {
            let name = &t.ident;
            let ty = parse_quote!(#name);
            t.bounds.iter().for_each(|bound| found(&ty, bound));
        }
        for clause in g.where_clause.iter().flat_map(|w| &w.predicates) {
            if let syn::WherePredicate::Type(t) = clause {
                t.bounds.iter().for_each(|bound| found(&t.bounded_ty, bound));
            }
        }
    }
    all
}

fn referent(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(r) => &r.elem,
        ty => ty,
    }
}

/// The types that have a type parameter, if nothing shows it to be the type of a value.
fn carriers_of<'a>(
    name: &Ident,
    generics: &[&syn::Generics],
    values: &[&'a syn::Type],
    body: &TokenStream,
) -> Option<Vec<&'a syn::TypePath>> {
    let bare = is_bound(name, generics) || mentions(body, name);
    let mut found = Carriers { name, all: vec![], bare };
    values.iter().for_each(|ty| found.find(ty));
    (!found.bare).then_some(found.all)
}

/// Whether a bound says that a type names its tangent.
fn names_its_tangent(name: &Ident, generics: &[&syn::Generics]) -> bool {
    generics.iter().flat_map(|g| crate::lower::bounds(name, g)).any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => {
            t.path.segments.last().is_some_and(|last| last.ident == "HasTangent")
        }
        _ => false,
    })
}

/// Whether a bound says anything of what a type can do.
fn is_bound(name: &Ident, generics: &[&syn::Generics]) -> bool {
    generics.iter().flat_map(|g| crate::lower::bounds(name, g)).any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => !t.path.is_ident("Sized"),
        _ => false,
    })
}

/// The type parameters of a block that stand by themselves in the signature of one of its functions.
pub(super) fn shown_to_be_values(block: &syn::ItemImpl) -> TokenStream {
    let signatures = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => Some(&f.sig),
        _ => None,
    });
    let types = signatures.flat_map(|sig| {
        let inputs = sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(p) => Some(&*p.ty),
            syn::FnArg::Receiver(_) => None,
        });
        inputs.chain(match &sig.output {
            syn::ReturnType::Type(_, ty) => Some(&**ty),
            syn::ReturnType::Default => None,
        })
    });
    let types: Vec<_> = types.collect();
    let names = block.generics.type_params().map(|t| &t.ident).filter(|name| {
        let mut found = Carriers { name, all: vec![], bare: false };
        types.iter().for_each(|ty| found.find(ty));
        found.bare
    });
    names.map(ToTokens::to_token_stream).collect()
}

/// The types in the angle brackets of a path.
fn arguments(args: &syn::PathArguments) -> impl Iterator<Item = &syn::Type> {
    let args = match args {
        syn::PathArguments::AngleBracketed(args) => Some(&args.args),
        _ => None,
    };
    args.into_iter().flatten().filter_map(|arg| match arg {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether a name is among the tokens.
pub fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == *name,
        TokenTree::Group(g) => mentions(&g.stream(), name),
        _ => false,
    })
}

/// The types of the program's own that have a type parameter, and whether it stands by itself.
struct Carriers<'a, 'n> {
    name: &'n Ident,
    all: Vec<&'a syn::TypePath>,
    bare: bool,
}

impl<'a> Carriers<'a, '_> {
    fn find(&mut self, ty: &'a syn::Type) {
        match ty {
            syn::Type::Reference(r) => self.find(&r.elem),
            syn::Type::Slice(s) => self.find(&s.elem),
            syn::Type::Array(a) => self.find(&a.elem),
            syn::Type::Paren(p) => self.find(&p.elem),
            syn::Type::Tuple(t) => t.elems.iter().for_each(|ty| self.find(ty)),
            syn::Type::Path(p) if p.path.is_ident(self.name) => self.bare = true,
            syn::Type::Path(p) if crate::lower::is_of_language(p) => {
                let all = p.path.segments.iter().flat_map(|s| arguments(&s.arguments));
                all.for_each(|ty| self.find(ty));
            }
            syn::Type::Path(p) if holds(ty, self.name) => self.all.push(p),
            ty => self.bare |= holds(ty, self.name),
        }
    }
}

/// Whether a type holds values of a type parameter: `T` or `Vec<T>`, but not `T::State`.
fn holds(ty: &syn::Type, name: &Ident) -> bool {
    struct Find<'a>(&'a Ident, bool);
    impl syn::visit::Visit<'_> for Find<'_> {
        fn visit_path(&mut self, path: &syn::Path) {
            self.1 |= path.is_ident(self.0);
            syn::visit::visit_path(self, path);
        }
    }
    let mut find = Find(name, false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.1
}

/// The markers of tangents among generic parameters.
pub(in crate::emit) fn markers(params: &[syn::GenericParam]) -> Vec<Ident> {
    let all = params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) if t.ident.to_string().starts_with(MARKER) => {
            Some(t.ident.clone())
        }
        _ => None,
    });
    all.collect()
}
