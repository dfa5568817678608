//! `#[derive(Tangent)]`: the cotangent of a struct or an enum, field by field.

use crate::model::{is_primitive, ungrouped};
use crate::text::text;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
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
    /// Its tangent has this marker.
    Tangent(TokenStream),
    /// It is carried along: `#[constant]`.
    Constant,
    /// The marker of its tangent would contain itself, so that inference has to find it.
    Recursive,
}

/// The tangent of a type; `root` is the path of `chainrules-core` where the derive is used.
pub fn expand(input: TokenStream, root: Path) -> Result<TokenStream> {
    Ok(emit(&subject(syn::parse2(input)?, root)?))
}

fn subject(input: DeriveInput, root: Path) -> Result<Subject> {
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
    let mut subject =
        Subject { root, name, generics, markers: vec![], variants: vec![], checked: vec![] };
    match input.data {
        Data::Struct(data) => {
            let name = Ident::new("Fields", Span::call_site());
            let fields = subject.fields(data.fields, &this)?;
            subject.variants.push(Variant { path: quote!(Self), name, fields });
        }
        Data::Enum(data) => {
            for variant in data.variants {
                unmarked(&variant.attrs)?;
                let name = variant.ident;
                let fields = subject.fields(variant.fields, &this)?;
                subject.variants.push(Variant { path: quote!(Self::#name), name, fields });
            }
        }
        Data::Union(data) => {
            let say = "a union has no cotangent: nothing tells which field to add to";
            return Err(Error::new_spanned(data.union_token, say));
        }
    }
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
    fn fields(&mut self, fields: Fields, this: &Type) -> Result<Vec<Field>> {
        let members: Vec<Member> = fields.members().collect();
        fields
            .into_iter()
            .zip(members)
            .map(|(field, member)| self.field(field, member, this))
            .collect()
    }

    fn field(&mut self, field: syn::Field, member: Member, this: &Type) -> Result<Field> {
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
        let role = match given {
            Some("constant") => {
                if self.mentions_parameter(&ty) {
                    let clause = self.generics.make_where_clause();
                    clause.predicates.push(parse_quote!(#ty: ::core::clone::Clone));
                }
                Role::Constant
            }
            Some(_) => Role::Recursive,
            None if mentions(&ty, |name| *name == self.name) => Role::Recursive,
            None => Role::Tangent(self.marker(&ty)),
        };
        Ok(Field { member, ty, role })
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
fn mentions(ty: &Type, is: impl Fn(&Ident) -> bool) -> bool {
    struct Search<F>(F, bool);
    impl<F: Fn(&Ident) -> bool> Visit<'_> for Search<F> {
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

fn first(index: usize) -> Ident {
    format_ident!("a{index}", span = Span::mixed_site())
}

fn second(index: usize) -> Ident {
    format_ident!("b{index}", span = Span::mixed_site())
}

impl Field {
    /// The path of a function of the field's tangent.
    fn call(&self, root: &Path, function: &str) -> TokenStream {
        let (ty, function) = (&self.ty, format_ident!("{function}"));
        match &self.role {
            Role::Tangent(marker) => quote!(<#ty as #root::Tangent<#marker>>::#function),
            Role::Constant | Role::Recursive => quote!(#root::Tangent::#function),
        }
    }

    fn is_constant(&self) -> bool {
        matches!(self.role, Role::Constant)
    }

    /// The type of the field's shape.
    fn shape(&self, root: &Path) -> TokenStream {
        let ty = &self.ty;
        match &self.role {
            Role::Tangent(marker) => quote!(<#ty as #root::Tangent<#marker>>::Shape),
            Role::Constant | Role::Recursive => quote!(#ty),
        }
    }
}

impl Variant {
    /// The pattern that binds the fields, or those that are not constant.
    fn pattern(&self, bind: fn(usize) -> Ident, constants: bool) -> TokenStream {
        let path = &self.path;
        let bound = self.fields.iter().enumerate().filter(|(_, f)| constants || !f.is_constant());
        let bound = bound.map(|(index, field)| {
            let (member, name) = (&field.member, bind(index));
            quote!(#member: #name,)
        });
        quote!(#path { #(#bound)* .. })
    }

    /// One expression for each field that is not constant.
    fn each(&self, one: impl Fn(&Field, Ident, Ident) -> TokenStream) -> TokenStream {
        let fields = self.fields.iter().enumerate().filter(|(_, field)| !field.is_constant());
        let calls = fields.map(|(index, field)| one(field, first(index), second(index)));
        quote!({ #(#calls;)* })
    }

    /// The constructor of the type, from an expression for each field.
    fn make(&self, one: impl Fn(&Field, Ident) -> TokenStream) -> TokenStream {
        let path = &self.path;
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let (member, value) = (&field.member, one(field, first(index)));
            quote!(#member: #value,)
        });
        quote!(#path { #(#fields)* })
    }

    /// The same of the shape: its fields are numbered.
    fn shape(&self, shape: &Ident, one: impl Fn(&Field, Ident) -> TokenStream) -> TokenStream {
        let name = &self.name;
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let (member, value) = (first(index), one(field, first(index)));
            quote!(#member: #value,)
        });
        quote!(#shape::#name { #(#fields)* })
    }
}

fn emit(subject: &Subject) -> TokenStream {
    let generics = subject.with_markers();
    let shape = format_ident!("__ShapeOf{}", subject.name);
    let declared = declare_shape(subject, &generics, &shape);
    let implemented = implement(subject, &generics, &shape);
    let checked = check_fields(subject);
    quote! {
        const _: () = {
            #declared
            #implemented
            #checked
        };
    }
}

/// The type of the shape, with the variants of the subject.
fn declare_shape(subject: &Subject, generics: &Generics, shape: &Ident) -> TokenStream {
    let root = &subject.root;
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let (params, name) = (&generics.params, &subject.name);
    let variants = subject.variants.iter().map(|variant| {
        let name = &variant.name;
        let fields = variant.fields.iter().enumerate().map(|(index, field)| {
            let (member, ty) = (first(index), field.shape(root));
            quote!(#member: #ty)
        });
        quote!(#name { #(#fields),* })
    });
    let cloned = subject.variants.iter().map(|variant| {
        let pattern = variant.shape(shape, |_, name| quote!(#name));
        let made = variant.shape(shape, |_, name| quote!(::core::clone::Clone::clone(#name)));
        quote!(#pattern => #made)
    });
    let says = format!("The shape of `{name}`.");
    quote! {
        #[doc = #says]
        #[doc(hidden)]
        #[allow(missing_docs, private_bounds, private_interfaces, dead_code)]
        pub enum #shape<#params> #clause { #(#variants),* }

        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #shape #type_generics #clause {
            #[inline]
            fn clone(&self) -> Self {
                match self { #(#cloned),* }
            }
        }
    }
}

fn implement(subject: &Subject, generics: &Generics, shape: &Ident) -> TokenStream {
    let Subject { root, name, variants, .. } = subject;
    let (impl_generics, shape_generics, clause) = generics.split_for_impl();
    let (_, type_generics, _) = subject.generics.split_for_impl();
    let markers = subject.markers.iter().map(|(_, marker)| marker);
    let shapes = variants.iter().map(|variant| {
        let pattern = variant.pattern(first, true);
        let made = variant.shape(shape, |field, value| match field.role {
            Role::Tangent(_) => {
                let call = field.call(root, "shape");
                quote!(#call(#value))
            }
            Role::Constant | Role::Recursive => quote!(::core::clone::Clone::clone(#value)),
        });
        quote!(#pattern => #made)
    });
    let zeros = variants.iter().map(|variant| {
        let pattern = variant.shape(shape, |_, name| quote!(#name));
        let made = variant.make(|field, value| match field.role {
            Role::Tangent(_) => {
                let call = field.call(root, "zero_of");
                quote!(#call(#value))
            }
            // Zero where the field has a cotangent after all: generated code that reads the field adds
            // to it, and passes it on to what the field was made of.
            Role::Constant => quote!({
                use #root::__private::{Carried as _, Zeroed as _};
                (&#root::__private::ConstantField(#value)).zero_or_copy()
            }),
            Role::Recursive => quote!(#root::__private::zero_like(#value)),
        });
        quote!(#pattern => #made)
    });
    let accumulate = accumulate(subject);
    let mapped = variants.iter().map(|variant| {
        let pattern = variant.pattern(first, false);
        let calls = variant.each(|field, a, _| {
            let call = field.call(root, "map_scalars");
            quote!(#call(#a, f))
        });
        quote!(#pattern => #calls)
    });
    let roundoffs = variants.iter().flat_map(|variant| &variant.fields).filter_map(|field| {
        let call = field.call(root, "EPSILON");
        matches!(field.role, Role::Tangent(_)).then(|| quote!(if #call > e { e = #call; }))
    });
    let lent = lent(subject);
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unused_mut, private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics #root::Tangent<#root::Derived<(#(#markers,)*)>> for #name #type_generics #clause {
            type Shape = #shape #shape_generics;
            type Kept = Self;
            const EPSILON: f64 = { let mut e = 0.0; #(#roundoffs)* e };

            fn keep(&self) -> Self {
                ::core::clone::Clone::clone(self)
            }

            fn recall(kept: Self, _: impl ::core::ops::FnOnce() -> Self) -> Self {
                kept
            }

            #[inline]
            fn shape(&self) -> Self::Shape {
                match self { #(#shapes),* }
            }

            #[inline]
            fn zero_of(shape: &Self::Shape) -> Self {
                match shape { #(#zeros),* }
            }

            #[inline]
            fn accumulate(&mut self, rhs: &Self) {
                #accumulate
            }

            fn map_scalars(&mut self, f: &mut dyn ::core::ops::FnMut(f64) -> f64) {
                match self { #(#mapped),* }
            }

            #lent
        }
    }
}

fn accumulate(subject: &Subject) -> TokenStream {
    let Subject { root, name, variants, .. } = subject;
    let added = variants.iter().map(|variant| {
        let (to, from) = (variant.pattern(first, false), variant.pattern(second, false));
        let calls = variant.each(|field, a, b| {
            let call = field.call(root, "accumulate");
            quote!(#call(#a, #b))
        });
        quote!((#to, #from) => #calls)
    });
    let otherwise = (variants.len() > 1).then(|| {
        let names = variants.iter().map(|variant| {
            let (path, full) = (&variant.path, format!("{name}::{}", variant.name));
            quote!(#path { .. } => #full)
        });
        quote! {
            (this, rhs) => {
                let name = |x: &Self| match x { #(#names),* };
                #root::__private::variants_differ(name(rhs), name(this))
            }
        }
    });
    quote!(match (self, rhs) { #(#added)* #otherwise })
}

/// Lending by fields, for a struct.
fn lent(subject: &Subject) -> Option<TokenStream> {
    let root = &subject.root;
    let [variant] = &subject.variants[..] else { return None };
    let all = variant.pattern(first, true);
    let made = variant.make(|field, value| {
        let call = field.call(root, "lend");
        if field.is_constant() {
            quote!(::core::clone::Clone::clone(&*#value))
        } else {
            quote!(#call(#value))
        }
    });
    let back = variant.pattern(second, true);
    let given = variant.fields.iter().enumerate().map(|(index, field)| {
        let (a, b) = (first(index), second(index));
        let call = field.call(root, "give_back");
        if field.is_constant() { quote!(*#a = #b) } else { quote!(#call(#a, #b)) }
    });
    Some(quote! {
        #[inline]
        fn lend(&mut self) -> Self {
            match self { #all => #made }
        }

        #[inline]
        fn give_back(&mut self, cotangent: Self) {
            match (self, cotangent) { (#all, #back) => { #(#given;)* } }
        }
    })
}

/// A field without cotangent is an error at its type. Types that depend on parameters have their
/// bounds instead.
fn check_fields(subject: &Subject) -> TokenStream {
    let root = &subject.root;
    let lifetimes = subject.generics.lifetimes();
    let checked = subject
        .checked
        .iter()
        .map(|ty| quote_spanned!(ty.span()=> #root::__private::field_with_cotangent::<#ty, _>();));
    quote! {
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        fn fields_have_cotangents<#(#lifetimes),*>() { #(#checked)* }
    }
}
