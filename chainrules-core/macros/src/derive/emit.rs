//! The shape and the tangent of a struct or an enum, field by field.

use super::{Field, Role, Subject, Variant};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Path};

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
            Role::Tangent { marker, .. } => quote!(<#ty as #root::Tangent<#marker>>::#function),
            Role::Constant(_) | Role::Recursive { .. } => quote!(#root::Tangent::#function),
        }
    }

    fn is_constant(&self) -> bool {
        matches!(self.role, Role::Constant(_))
    }

    /// The type of the field's shape.
    fn shape(&self, root: &Path) -> TokenStream {
        let ty = &self.ty;
        match &self.role {
            Role::Tangent { marker, .. } => quote!(<#ty as #root::Tangent<#marker>>::Shape),
            Role::Constant(_) | Role::Recursive { .. } => quote!(#ty),
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

    /// What comes before the names of the fields in what generated code asks for: of a variant its name.
    fn prefix(&self) -> String {
        // `Self`, or `Self::Variant`.
        let last = self.path.clone().into_iter().last().map(|name| name.to_string());
        last.filter(|name| name != "Self").map_or_else(String::new, |name| name + "_")
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

/// Everything that the derive expands to.
pub fn tangent(subject: &Subject) -> TokenStream {
    let generics = subject.with_markers();
    let shape = format_ident!("__ShapeOf{}", subject.name);
    let declared = declare_shape(subject, &generics, &shape);
    let implemented = implement(subject, &generics, &shape);
    let named = name_marker(subject);
    let checked = check_fields(subject);
    let constants = constant_fields(subject);
    let holds = holds_reals(subject);
    quote! {
        const _: () = {
            #declared
            #implemented
            #named
            #constants
            #holds
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

/// The arms that make a value of a shape, its fields by a function of theirs.
fn made_of_shape(subject: &Subject, shape: &Ident, name: &str) -> Vec<TokenStream> {
    let root = &subject.root;
    let made = subject.variants.iter().map(|variant| {
        let pattern = variant.shape(shape, |_, name| quote!(#name));
        let made = variant.make(|field, value| match &field.role {
            Role::Tangent { .. } => {
                let call = field.call(root, name);
                quote!(#call(#value))
            }
            // Zero where the field has a cotangent after all: generated code that reads the field adds
            // to it, and passes it on to what the field was made of.
            Role::Constant(Some(marker)) => {
                let ty = &field.ty;
                quote!(#root::__private::zero_like::<#ty, #marker>(#value))
            }
            Role::Constant(None) => quote!({
                use #root::__private::{Carried as _, Zeroed as _};
                (&#root::__private::ConstantField(#value)).zero_or_copy()
            }),
            Role::Recursive { .. } => quote!(#root::__private::zero_like(#value)),
        });
        quote!(#pattern => #made)
    });
    made.collect()
}

fn implement(subject: &Subject, generics: &Generics, shape: &Ident) -> TokenStream {
    let Subject { root, name, variants, .. } = subject;
    let (impl_generics, shape_generics, clause) = generics.split_for_impl();
    let (_, type_generics, _) = subject.generics.split_for_impl();
    let markers = subject.markers.iter().map(|(_, marker)| marker);
    let shapes = variants.iter().map(|variant| {
        let pattern = variant.pattern(first, true);
        let made = variant.shape(shape, |field, value| match field.role {
            Role::Tangent { .. } => {
                let call = field.call(root, "shape");
                quote!(#call(#value))
            }
            Role::Constant(_) | Role::Recursive { .. } => {
                quote!(::core::clone::Clone::clone(#value))
            }
        });
        quote!(#pattern => #made)
    });
    let zeros = made_of_shape(subject, shape, "zero_of");
    let unread = made_of_shape(subject, shape, "unread_of");
    let accumulate = accumulate(subject);
    let mapped = variants.iter().map(|variant| {
        let pattern = variant.pattern(first, false);
        let calls = variant.each(|field, a, _| {
            let call = field.call(root, "map_scalars");
            quote!(#call(#a, f))
        });
        quote!(#pattern => #calls)
    });
    let cleared = variants.iter().map(|variant| {
        let pattern = variant.pattern(first, true);
        let calls = variant.fields.iter().enumerate().map(|(index, field)| {
            let a = first(index);
            match &field.role {
                Role::Constant(Some(marker)) => {
                    let ty = &field.ty;
                    quote!(*#a = #root::__private::zero_like::<#ty, #marker>(#a);)
                }
                Role::Constant(None) => quote!(*#a = {
                    use #root::__private::{Carried as _, Zeroed as _};
                    (&#root::__private::ConstantField(&*#a)).zero_or_copy()
                };),
                _ => {
                    let call = field.call(root, "clear_constants");
                    quote!(#call(#a);)
                }
            }
        });
        quote!(#pattern => { #(#calls)* })
    });
    let roundoffs = variants.iter().flat_map(|variant| &variant.fields).filter_map(|field| {
        let call = field.call(root, "EPSILON");
        // The roundoff of a field that contains the subject is that of the other fields.
        let other = matches!(field.role, Role::Tangent { itself: false, .. });
        other.then(|| quote!(if #call > e { e = #call; }))
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
            fn unread_of(shape: &Self::Shape) -> Self {
                match shape { #(#unread),* }
            }

            #[inline]
            fn accumulate(&mut self, rhs: &Self) {
                #accumulate
            }

            fn map_scalars(&mut self, f: &mut dyn ::core::ops::FnMut(f64) -> f64) {
                match self { #(#mapped),* }
            }

            fn clear_constants(&mut self) {
                match self { #(#cleared),* }
            }

            #lent
        }
    }
}

/// The marker, made of those of the fields. `for<'a>` lets a bound stand that no parameter decides:
/// where a field's type names no marker, the subject doesn't either.
fn name_marker(subject: &Subject) -> TokenStream {
    let Subject { root, name, generics, .. } = subject;
    let mut generics = generics.clone();
    let (_, type_generics, _) = subject.generics.split_for_impl();
    // By a parameter, as the type of a private field may be private.
    let markers: Vec<_> = subject.markers.iter().map(|(_, marker)| marker).collect();
    for (k, (ty, marker)) in subject.markers.iter().enumerate() {
        let named = syn::parse_quote!(
            for<'__named> #ty: #root::__private::MarkedField<#k, Marker = #marker>
        );
        generics.make_where_clause().predicates.push(named);
    }
    generics.params.extend(markers.iter().map(|m| -> syn::GenericParam { syn::parse_quote!(#m) }));
    let (impl_generics, _, clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics #root::Marked for #name #type_generics #clause {
            type Marker = #root::Derived<(#(#markers,)*)>;
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

/// By which generated code knows that a field is constant.
fn constant_fields(subject: &Subject) -> TokenStream {
    let Subject { root, name, variants, generics, .. } = subject;
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let constant = variants.iter().flat_map(|variant| {
        let of = variant.prefix();
        let constant = variant.fields.iter().filter(|field| field.is_constant());
        constant.map(move |field| (of.clone(), field))
    });
    let all = constant.map(|(of, field)| {
        let name = match &field.member {
            syn::Member::Named(name) => format_ident!("__constant_field_{}{}", of, name),
            syn::Member::Unnamed(index) => format_ident!("__constant_field_{}{}", of, index.index),
        };
        quote! {
            #[doc(hidden)]
            #[allow(dead_code, missing_docs, non_snake_case)]
            #[inline(always)]
            pub fn #name(&self) -> #root::__private::IsConstant {
                #root::__private::IsConstant
            }
        }
    });
    let all: Vec<_> = all.collect();
    let block = quote! {
        #[automatically_derived]
        #[allow(private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics #name #type_generics #clause { #(#all)* }
    };
    if all.is_empty() { quote!() } else { block }
}

/// What generated code calls where something that varies comes into a field of this name, which is refused where it
/// has real numbers, the field is constant, and its cotangent no zero.
fn holds_reals(subject: &Subject) -> TokenStream {
    let Subject { root, name, variants, generics, .. } = subject;
    let constant = variants.iter().flat_map(|variant| {
        let of = variant.prefix();
        let by_parameter = |field: &&Field| {
            let refers = refers(&field.ty);
            matches!(field.role, Role::Constant(None))
                && (refers || subject.mentions_parameter(&field.ty))
        };
        variant.fields.iter().filter(by_parameter).map(move |field| (of.clone(), field))
    });
    let checks = constant.map(|(of, field)| {
        let (ty, member, span) = (&field.ty, &field.member, field.ty.span());
        let member = quote!(#member).to_string();
        let name = format!("{of}{}", member.trim_start_matches("r#"));
        let (of_what, or, instead) = match refers(ty) {
            true => ("which refers to them", "", "hold a value in the field, without"),
            false => (
                "whose type is a type parameter without a bound",
                ", or give the parameter a bound, `T: HasTangent`",
                "leave out",
            ),
        };
        let message = format!(
            "real numbers that vary come into the `#[constant]` field `{member}`, {of_what}: where they are \
             constants write `constant(..)` around them{or}; where their derivative is wanted {instead} \
             `#[constant]`"
        );
        quote_spanned! {span=> const {
            let is_it = FIELD == #root::__private::field(#name) || OR == #root::__private::field(#name);
            assert!(!is_it || !__V::REALS || <#root::__private::FieldType<#ty>>::ZEROED, #message)
        }}
    });
    let checks: Vec<_> = checks.collect();
    if checks.is_empty() {
        return quote!();
    }
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics #name #type_generics #clause {
            #[doc(hidden)]
            #[allow(dead_code, missing_docs, unused_imports)]
            #[inline(always)]
            pub fn __field_holds<const FIELD: u64, const OR: u64, __V: #root::__private::OfReals>(&self, _: __V) {
                use #root::__private::CopiedField as _;
                #(#checks)*
            }
        }
    }
}

/// Whether a type has a reference in it.
fn refers(ty: &syn::Type) -> bool {
    struct Refers(bool);
    impl<'t> syn::visit::Visit<'t> for Refers {
        fn visit_type_reference(&mut self, _: &'t syn::TypeReference) {
            self.0 = true;
        }
    }
    let mut refers = Refers(false);
    syn::visit::Visit::visit_type(&mut refers, ty);
    refers.0
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
