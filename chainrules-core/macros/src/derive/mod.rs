//! `#[derive(Tangent)]`: the fields of a struct or an enum, and the tangent of each.

mod emit;
mod lent;
mod referring;

use crate::model::{is_primitive, ungrouped};
use crate::text::text;
use chainrules_core_fragments::{Circles, error_with_numbers};
use lent::{is_lent, is_without_numbers};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, GenericParam, Generics, Ident, Member, Meta, Path,
    Result, Type, parse_quote,
};

/// A struct, which has one variant, or an enum.
struct Subject {
    /// The path of what this expands to uses.
    root: Path,
    name: Ident,
    generics: Generics,
    /// The markers of the fields' tangents: one for each distinct type.
    markers: Vec<(Type, Ident)>,
    variants: Vec<Variant>,
    /// Field types to be checked where they stand.
    checked: Vec<Type>,
    /// What is wrong with fields that are taken for constant all the same, so that it is said once.
    refused: Vec<Error>,
}

struct Variant {
    /// The path of the constructor: `Self` or `Self::Name`.
    path: TokenStream,
    /// The name, of the shape's variant, too.
    name: Ident,
    fields: Vec<Field>,
}

struct Field {
    member: Member,
    ty: Type,
    role: Role,
}

/// How a field is treated.
enum Role {
    /// Its tangent has this marker. The subject may occur in the type: `Box<Self>`.
    Tangent { marker: TokenStream, itself: bool },
    /// It is carried along: `#[constant]`; with the marker of its tangent where the bounds of the
    /// subject's parameters leave inference more than one.
    Constant(Option<TokenStream>),
    /// The marker of its tangent would contain itself, so that inference has to find it.
    Recursive { by_name: bool },
}

/// The tangent of a type; `root` is the path of `chainrules-core` where the derive is used, `before` the types
/// of the crate that came before.
pub fn expand(input: TokenStream, root: Path, before: &mut Circles) -> Result<TokenStream> {
    let subject = subject(syn::parse2(input)?, root, before)?;
    before.add(subject.name.to_string(), subject.leads_to());
    let errors = subject.refused.iter().map(Error::to_compile_error);
    let errors: TokenStream = errors.collect();
    let (tangent, referring) = (emit::tangent(&subject), referring::referring(&subject));
    Ok(quote!(#errors #tangent const _: () = { #referring };))
}

fn subject(input: DeriveInput, root: Path, before: &Circles) -> Result<Subject> {
    unmarked(&input.attrs)?;
    let name = input.ident;
    let (_, type_generics, _) = input.generics.split_for_impl();
    let this: Type = parse_quote!(#name #type_generics);
    let mut generics = input.generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Type(parameter) => parameter.default = None,
            GenericParam::Const(parameter) => parameter.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    let mut subject = Subject {
        root,
        name,
        generics,
        markers: vec![],
        variants: vec![],
        checked: vec![],
        refused: vec![],
    };
    match input.data {
        Data::Struct(data) => {
            let name = Ident::new("Fields", Span::call_site());
            let fields = subject.fields(data.fields, &this, before)?;
            subject.variants.push(Variant { path: quote!(Self), name, fields });
        }
        Data::Enum(data) => {
            for variant in data.variants {
                unmarked(&variant.attrs)?;
                let name = variant.ident;
                let fields = subject.fields(variant.fields, &this, before)?;
                subject.variants.push(Variant { path: quote!(Self::#name), name, fields });
            }
        }
        Data::Union(data) => {
            let say = "a union has no cotangent: nothing tells which field to add to";
            return Err(Error::new_spanned(data.union_token, say));
        }
    }
    subject.refuse_bounds_of_closures()?;
    subject.settle(&this);
    if subject.variants.is_empty() {
        let say = "an enum without variants has no values, and no cotangent";
        return Err(Error::new_spanned(&subject.name, say));
    }
    if subject.generics.type_params().next().is_some() {
        let clause = subject.generics.make_where_clause();
        clause.predicates.push(parse_quote!(#this: ::core::clone::Clone));
    }
    Ok(subject)
}

/// Refuses the attributes of fields on anything else.
fn unmarked(attributes: &[Attribute]) -> Result<()> {
    match attributes.iter().find_map(|attribute| word(attribute).map(|word| (attribute, word))) {
        None => Ok(()),
        Some((attribute, word)) => {
            Err(Error::new_spanned(attribute, format!("`#[{word}]` belongs to a field")))
        }
    }
}

/// The attribute's name if it is one of this derive.
fn word(attribute: &Attribute) -> Option<&'static str> {
    ["constant", "recursive"].into_iter().find(|word| attribute.path().is_ident(word))
}

impl Subject {
    /// Refuses a bound of a closure, by which the type could not hold what stands for one in a derivative.
    fn refuse_bounds_of_closures(&self) -> Result<()> {
        let fields = self.variants.iter().flat_map(|v| &v.fields);
        let varies = |f: &&Field| !matches!(f.role, Role::Constant(_));
        let fields: Vec<_> = fields.filter(varies).map(|f| &f.ty).collect();
        let is_field = |ty: &Type| fields.contains(&ty);
        let of_params = self.generics.type_params().filter_map(|t| {
            let name = &t.ident;
            is_field(&parse_quote!(#name)).then_some(&t.bounds)
        });
        let clauses = self.generics.where_clause.iter().flat_map(|w| &w.predicates);
        let of_clauses = clauses.filter_map(|clause| match clause {
            syn::WherePredicate::Type(t) => is_field(&t.bounded_ty).then_some(&t.bounds),
            _ => None,
        });
        let mut bounds = of_params.chain(of_clauses).flatten();
        let closure = bounds.find(|bound| match bound {
            syn::TypeParamBound::Trait(t) => t
                .path
                .segments
                .last()
                .is_some_and(|s| matches!(s.arguments, syn::PathArguments::Parenthesized(_))),
            _ => false,
        });
        let say = "a type with the bound of a closure has no cotangent: leave the bound out here, and write it \
                   where it is called, `impl<F: Fn(f64) -> f64> Ode<F>`; or mark the field `#[constant]`";
        closure.map_or(Ok(()), |bound| Err(Error::new_spanned(bound, say)))
    }

    fn fields(&mut self, fields: Fields, this: &Type, before: &Circles) -> Result<Vec<Field>> {
        let members: Vec<Member> = fields.members().collect();
        fields
            .into_iter()
            .zip(members)
            .map(|(field, member)| self.field(field, member, this, before))
            .collect()
    }

    fn field(
        &mut self,
        field: syn::Field,
        member: Member,
        this: &Type,
        before: &Circles,
    ) -> Result<Field> {
        let mut ty = ungrouped(&field.ty).clone();
        NameSelf(this).visit_type_mut(&mut ty);
        let mut given = None;
        for attribute in &field.attrs {
            let Some(word) = word(attribute) else { continue };
            if !matches!(attribute.meta, Meta::Path(_)) {
                let say = format!("`#[{word}]` takes no arguments");
                return Err(Error::new_spanned(attribute, say));
            }
            if given.replace(word).is_some() {
                return Err(Error::new_spanned(attribute, "the field has an attribute already"));
            }
        }
        if let (None, Some(error)) = (given, error_with_numbers(&ty)) {
            let say = "what an `Err` holds has no derivative: use an enum of your own, or a type of your own \
                       without numbers as the error, or mark the field `#[constant]`";
            return Err(Error::new_spanned(error, say));
        }
        let role = match given {
            Some("constant") => self.constant(&ty),
            None if is_lent(&ty) => {
                if !is_without_numbers(&ty) {
                    let say = "a reference has no cotangent: where what it refers to does not vary mark the field \
                               `#[constant]`; where it varies hold a value in the field, `Vec<f64>` for `&[f64]`";
                    self.refused.push(Error::new_spanned(&field.ty, say));
                }
                self.constant(&ty)
            }
            Some(_) => Role::Recursive { by_name: false },
            None if mentions(&ty, |name| *name == self.name) => Role::Recursive { by_name: true },
            None if mentions(&ty, |name| self.leads_back(name, before)) => {
                Role::Recursive { by_name: false }
            }
            None => Role::Tangent { marker: self.marker(&ty), itself: false },
        };
        Ok(Field { member, ty, role })
    }

    fn constant(&mut self, ty: &Type) -> Role {
        if self.mentions_parameter(ty) {
            let clause = self.generics.make_where_clause();
            clause.predicates.push(parse_quote!(#ty: ::core::clone::Clone));
        }
        Role::Constant(None)
    }

    /// Whether another type leads back to this one, by the fields of types that came before.
    fn leads_back(&self, name: &Ident, before: &Circles) -> bool {
        before.close(&self.name.to_string(), &name.to_string())
    }

    /// The names in the types of the fields whose tangents this type asks for.
    fn leads_to(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for field in self.variants.iter().flat_map(|variant| &variant.fields) {
            if matches!(field.role, Role::Tangent { itself: false, .. }) {
                mentions(&field.ty, |name| {
                    names.insert(name.to_string());
                    false
                });
            }
        }
        names
    }

    /// The markers that follow from those of all other fields: of fields in whose types the subject
    /// occurs, where it stands in the standard library's containers, and of constant fields.
    fn settle(&mut self, this: &Type) {
        let mut variants = std::mem::take(&mut self.variants);
        for field in variants.iter_mut().flat_map(|variant| &mut variant.fields) {
            if matches!(field.role, Role::Recursive { by_name: true }) {
                // This gives markers to the types beside the subject: to `Wave` in `(Self, Wave)`.
                self.composed(&field.ty, this);
            }
        }
        for field in variants.iter_mut().flat_map(|variant| &mut variant.fields) {
            if matches!(field.role, Role::Recursive { by_name: true })
                && let Some(marker) = self.composed(&field.ty, this)
            {
                field.role = Role::Tangent { marker, itself: true };
            }
            if let Role::Constant(marker) = &mut field.role
                && self.mentions_parameter(&field.ty)
            {
                *marker = self.known(&field.ty);
            }
        }
        self.variants = variants;
    }

    /// The marker of a type that is made of the types of other fields.
    fn known(&self, ty: &Type) -> Option<TokenStream> {
        let (root, ty) = (&self.root, ungrouped(ty));
        if is_primitive(ty) {
            return Some(quote!(#root::Std));
        }
        if let Some((_, marker)) = self.markers.iter().find(|(known, _)| text(known) == text(ty)) {
            return Some(quote!(#marker));
        }
        let inner = match ty {
            Type::Array(array) => &array.elem,
            Type::Tuple(tuple) => {
                let parts: Option<Vec<_>> =
                    tuple.elems.iter().map(|part| self.known(part)).collect();
                return parts.map(|parts| quote!((#(#parts,)*)));
            }
            Type::Path(path) => contents(path)?,
            _ => return None,
        };
        let inner = self.known(inner)?;
        Some(quote!(#root::Std<#inner>))
    }

    /// The marker of a type in which the subject may occur, if it is known.
    fn composed(&mut self, ty: &Type, this: &Type) -> Option<TokenStream> {
        let root = self.root.clone();
        let ty = ungrouped(ty);
        if text(ty) == text(this) {
            let markers = self.markers.iter().map(|(_, marker)| marker);
            return Some(quote!(#root::Derived<(#(#markers,)*)>));
        }
        if !mentions(ty, |name| *name == self.name) {
            return Some(self.marker(ty));
        }
        let inner = match ty {
            Type::Array(array) => &array.elem,
            Type::Tuple(tuple) => {
                let parts: Option<Vec<_>> =
                    tuple.elems.iter().map(|part| self.composed(part, this)).collect();
                return parts.map(|parts| quote!((#(#parts,)*)));
            }
            Type::Path(path) => contents(path)?,
            _ => return None,
        };
        let inner = self.composed(inner, this)?;
        Some(quote!(#root::Std<#inner>))
    }

    /// The marker of the tangent of a field's type.
    fn marker(&mut self, ty: &Type) -> TokenStream {
        let root = &self.root;
        if is_primitive(ty) {
            return quote!(#root::Std);
        }
        if let Some((_, marker)) = self.markers.iter().find(|(known, _)| text(known) == text(ty)) {
            return quote!(#marker);
        }
        if !self.mentions_parameter(ty) {
            self.checked.push(ty.clone());
        }
        let marker = format_ident!("__M{}", self.markers.len());
        self.markers.push((ty.clone(), marker.clone()));
        quote!(#marker)
    }

    /// Whether a type depends on a parameter of the subject, other than a lifetime.
    fn mentions_parameter(&self, ty: &Type) -> bool {
        mentions(ty, |name| {
            self.generics.params.iter().any(|parameter| match parameter {
                GenericParam::Type(parameter) => parameter.ident == *name,
                GenericParam::Const(parameter) => parameter.ident == *name,
                GenericParam::Lifetime(_) => false,
            })
        })
    }

    /// The generics of the subject and the markers, with the bound of each.
    fn with_markers(&self) -> Generics {
        let mut generics = self.generics.clone();
        let root = &self.root;
        for (ty, marker) in &self.markers {
            generics.params.push(parse_quote!(#marker));
            let clause = generics.make_where_clause();
            clause.predicates.push(parse_quote!(#ty: #root::Tangent<#marker>));
        }
        generics
    }
}

/// Whether any path in a type ends with, or is, a name of which `is` holds.
fn mentions(ty: &Type, is: impl FnMut(&Ident) -> bool) -> bool {
    struct Search<F>(F, bool);
    impl<F: FnMut(&Ident) -> bool> Visit<'_> for Search<F> {
        fn visit_path(&mut self, path: &Path) {
            let mut ends = path.segments.first().into_iter().chain(path.segments.last());
            self.1 |= ends.any(|segment| self.0(&segment.ident));
            visit::visit_path(self, path);
        }
    }
    let mut search = Search(is, false);
    search.visit_type(ty);
    search.1
}

/// The type of what varies in one of the standard library's containers.
fn contents(path: &syn::TypePath) -> Option<&Type> {
    let container = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &container.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    match container.ident.to_string().as_str() {
        "Box" | "Vec" | "VecDeque" | "Option" | "Result" => types.next(),
        "HashMap" | "BTreeMap" => types.nth(1),
        _ => None,
    }
}

/// Writes the type in place of `Self`.
struct NameSelf<'a>(&'a Type);

impl VisitMut for NameSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.path.is_ident("Self") => *ty = self.0.clone(),
            ty => visit_mut::visit_type_mut(self, ty),
        }
    }
}
