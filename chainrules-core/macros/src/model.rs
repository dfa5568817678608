//! What all kinds of rules have in common once their notation is parsed.

use crate::checks::Checks;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Error, Expr, FnArg, GenericParam, Generics, Ident, Pat, Path, Result, ReturnType,
    Signature, Stmt, Type, TypeParamBound, parse_quote,
};

/// A rule, whatever its notation.
pub struct Rule {
    /// The author's documentation.
    pub docs: Vec<Attribute>,
    /// The name of the function that the rule is for.
    pub name: Ident,
    pub target: Target,
    pub kind: Kind,
    pub generics: Generics,
    pub args: Vec<Arg>,
    pub output: Type,
    pub body: Body,
    pub checks: Checks,
    /// The signature as text.
    pub signature: String,
    /// The marker of an operator's rule, if the author names one.
    pub marker: Option<syn::Path>,
    /// The crate and the type of the function that differentiated code calls, if it is not the one that
    /// the rule is for.
    pub stands_for: Option<(Ident, syn::TypeFnPtr)>,
}

/// How the rule is found.
pub enum Target {
    /// By method resolution on the type of the first argument.
    Method,
    /// By a path through the type.
    Associated(Box<Type>),
    /// By a type of the function's name.
    Function(Path),
    /// By one of the operators' traits.
    Operator(Ident),
}

/// The registry's kinds that these macros make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Scalar,
    Rrule,
    Mutating,
    Projection,
    Inert,
}

impl Kind {
    pub fn ident(self) -> Ident {
        let name = match self {
            Self::Scalar => "Scalar",
            Self::Rrule => "Rrule",
            Self::Mutating => "Mutating",
            Self::Projection => "Projection",
            Self::Inert => "Inert",
        };
        Ident::new(name, Span::call_site())
    }
}

/// An argument of a rule.
pub struct Arg {
    pub name: Ident,
    /// The type without its reference.
    pub ty: Type,
    pub passing: Passing,
    /// Whether it is marked `#[inert]`: its derivative would be lost, so it may not vary.
    pub inert: bool,
}

/// How an argument is passed to the function.
pub enum Passing {
    Value,
    Ref,
    Mut,
    /// A function, `impl Fn(..) -> ..`: its types.
    Function(Box<FunctionArg>),
}

/// A function-valued argument.
pub struct FunctionArg {
    /// `Fn`, `FnMut` or `FnOnce`.
    pub bound: Path,
    pub inputs: Vec<Type>,
    pub output: Type,
    /// The type parameter of the residual of a call. A function whose value is of an inert type has
    /// none.
    pub residual: Option<Ident>,
    /// Whether the calls are pulled. They are not if the function is marked `#[inert]`.
    pub pulled: bool,
}

impl FunctionArg {
    /// The function in the forward sweep. It is behind a reference: a pullback whose type mentioned
    /// that of the function would borrow what the function captures.
    pub fn declared(&self) -> TokenStream {
        let (inputs, output) = (&self.inputs, &self.output);
        let value = match &self.residual {
            Some(residual) => quote!((#output, #residual)),
            None => quote!(#output),
        };
        if self.bound.is_ident("Fn") {
            quote!(&dyn ::core::ops::Fn(#(#inputs),*) -> #value)
        } else {
            quote!(&mut dyn ::core::ops::FnMut(#(#inputs),*) -> #value)
        }
    }

    /// The type of the pull of one call: `dyn FnMut(R, &X, &Y, &mut X)`.
    pub fn pull(&self, lifetime: &TokenStream) -> Type {
        let Some(residual) = &self.residual else { return parse_quote!(()) };
        let output = &self.output;
        let seen = self.inputs.iter().map(|input| match ungrouped(input) {
            Type::Reference(_) => quote!(#input),
            ty => quote!(&#ty),
        });
        let shadows = self.inputs.iter().map(|input| match ungrouped(input) {
            Type::Reference(reference) => {
                let referent = &reference.elem;
                quote!(&mut #referent)
            }
            ty => quote!(&mut #ty),
        });
        parse_quote!(dyn ::core::ops::FnMut(#residual, #(#seen,)* &#output, #(#shadows),*) + #lifetime)
    }
}

/// The forward sweep and the way back.
pub struct Body {
    /// What runs before the value.
    pub forward: Vec<Stmt>,
    pub value: Expr,
    pub back: Vec<Part>,
}

/// A part of the way back; parts run in the order written.
pub enum Part {
    /// Puts the arguments back into their state before the call.
    Undo(Box<Expr>),
    /// Adds contributions.
    Pull(Box<Pull>),
}

/// A closure that ends with `Grad { .. }`.
pub struct Pull {
    /// The parameter for the shadows of the arguments taken by `&mut`.
    pub shadows: Option<Pat>,
    /// The parameter for the cotangent of the result.
    pub dy: Option<Pat>,
    pub shared: Vec<Stmt>,
    pub fields: Vec<Field>,
}

/// The contribution to the cotangent of one argument.
pub struct Field {
    pub name: Ident,
    pub value: Contribution,
}

#[allow(clippy::large_enum_variant, reason = "a rule has a handful of them")]
pub enum Contribution {
    /// A cotangent, to be added.
    Value(Expr),
    /// `|shadow| statement`: adds in place.
    InPlace(Pat, Expr),
    /// None: the argument carries no derivative.
    Inert,
}

const INERT: &[&str] = &[
    "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize",
];

/// A type without the invisible group that a `macro_rules!` parameter puts around it.
pub fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// The name of a type that is a plain name.
fn plain(ty: &Type) -> Option<String> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    path.path.get_ident().map(ToString::to_string)
}

/// Whether a type is `f32` or `f64`.
pub fn is_real(ty: &Type) -> bool {
    plain(ty).is_some_and(|name| name == "f32" || name == "f64")
}

/// Whether a type is a primitive number, `bool` or `char`: rule bodies see those by value.
pub fn is_primitive(ty: &Type) -> bool {
    is_real(ty) || plain(ty).is_some_and(|name| INERT.contains(&name.as_str()))
}

/// Whether a type is known to carry no derivative.
pub fn is_inert(ty: &Type) -> bool {
    plain(ty)
        .is_some_and(|name| INERT.contains(&name.as_str()) || name == "String" || name == "str")
}

/// The type that owns a value: that of a slice is a `Vec`.
pub fn owned(ty: &Type) -> Type {
    match ungrouped(ty) {
        Type::Slice(slice) => {
            let item = &slice.elem;
            parse_quote!(::std::vec::Vec<#item>)
        }
        Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
        _ => ty.clone(),
    }
}

impl Arg {
    /// The type that the pullback sees behind its reference.
    pub fn pulled(&self) -> Type {
        match self.passing {
            Passing::Function(_) => parse_quote!(()),
            _ => self.ty.clone(),
        }
    }

    /// The type that the argument's shadow refers to.
    pub fn shadowed(&self, lifetime: &TokenStream) -> Type {
        match &self.passing {
            Passing::Function(function) => function.pull(lifetime),
            _ => self.ty.clone(),
        }
    }

    /// The argument as the forward sweep takes it.
    pub fn declared(&self) -> TokenStream {
        let Self { ty, .. } = self;
        match &self.passing {
            Passing::Value => quote!(#ty),
            Passing::Ref => quote!(&#ty),
            Passing::Mut => quote!(&mut #ty),
            Passing::Function(function) => function.declared(),
        }
    }

    /// A type that the function itself takes here.
    pub fn of_function(&self) -> TokenStream {
        match &self.passing {
            Passing::Function(function) => {
                let (inputs, output) = (&function.inputs, &function.output);
                quote!(fn(#(#inputs),*) -> #output)
            }
            _ => self.declared(),
        }
    }

    /// Whether `Grad` has to say something about the argument.
    pub fn carries(&self) -> bool {
        !matches!(self.passing, Passing::Mut | Passing::Function(_)) && !is_inert(&self.ty)
    }

    pub fn is_mut(&self) -> bool {
        matches!(self.passing, Passing::Mut)
    }
}

impl Rule {
    /// Whether the first argument is a receiver: taken by reference, whatever the function does.
    pub fn has_receiver(&self) -> bool {
        matches!(self.target, Target::Method | Target::Associated(_)) && !self.args.is_empty()
    }

    /// The function-valued arguments whose calls have a pull.
    pub fn functions(&self) -> impl Iterator<Item = (usize, &Arg)> {
        let pulled = |arg: &Arg| matches!(&arg.passing, Passing::Function(f) if f.pulled);
        self.args.iter().enumerate().filter(move |(_, arg)| pulled(arg))
    }

    /// The activities' type parameters with their bounds.
    pub fn bounded_activities(&self) -> impl Iterator<Item = TokenStream> {
        self.activities().into_iter().zip(&self.args).map(|(activity, arg)| {
            let inert = arg.inert.then(|| quote!(+ ::chainrules_core::InertArgument));
            let changed = (arg.is_mut() && !is_inert(&arg.ty))
                .then(|| quote!(+ ::chainrules_core::ChangedArgument));
            quote!(#activity: ::chainrules_core::Activity #inert #changed)
        })
    }

    /// The type parameters of the activities, one for each argument.
    pub fn activities(&self) -> Vec<Ident> {
        (0..self.args.len()).map(|i| Ident::new(&format!("A{i}"), Span::mixed_site())).collect()
    }
}

/// The arguments of a rule; function-valued ones add their type parameters to the generics.
pub fn arguments(signature: &Signature, generics: &mut Generics) -> Result<Vec<Arg>> {
    let mut args = Vec::new();
    for (index, input) in signature.inputs.iter().enumerate() {
        let input = match input {
            FnArg::Typed(input) => input,
            FnArg::Receiver(receiver) => {
                let say = "the receiver of a rule is an ordinary argument: write `this: &Type`";
                return Err(Error::new_spanned(receiver, say));
            }
        };
        let Pat::Ident(name) = &*input.pat else {
            return Err(Error::new_spanned(&input.pat, "an argument of a rule is a plain name"));
        };
        let inert = input.attrs.iter().any(|attribute| attribute.path().is_ident("inert"));
        let (ty, passing) = match ungrouped(&input.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                ((*reference.elem).clone(), Passing::Mut)
            }
            Type::Reference(reference) => ((*reference.elem).clone(), Passing::Ref),
            Type::ImplTrait(function) => {
                let function = function_argument(function, index, inert)?;
                add_residual(generics, &function);
                (parse_quote!(()), Passing::Function(Box::new(function)))
            }
            ty => (ty.clone(), Passing::Value),
        };
        args.push(Arg { name: name.ident.clone(), ty, passing, inert });
    }
    Ok(args)
}

fn function_argument(ty: &syn::TypeImplTrait, index: usize, inert: bool) -> Result<FunctionArg> {
    let say = "write a function-valued argument as `impl Fn(X) -> Y`, with the `Fn`, `FnMut` or `FnOnce` of the function itself";
    let Some(TypeParamBound::Trait(bound)) = ty.bounds.first() else {
        return Err(Error::new_spanned(ty, say));
    };
    let last = bound.path.segments.last().expect("a path has a segment");
    let syn::PathArguments::Parenthesized(types) = &last.arguments else {
        return Err(Error::new_spanned(ty, say));
    };
    let output: Type = match &types.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, output) => (**output).clone(),
    };
    let mut bound = bound.path.clone();
    bound.segments.last_mut().expect("a path has a segment").arguments = syn::PathArguments::None;
    let by_type = is_inert(&output) || plain(&output).is_some_and(|name| name == "Ordering");
    Ok(FunctionArg {
        bound,
        inputs: types.inputs.iter().map(|input| parse_quote!(#input)).collect(),
        output,
        residual: (!by_type).then(|| Ident::new(&format!("R{index}"), Span::mixed_site())),
        pulled: !(inert || by_type),
    })
}

fn add_residual(generics: &mut Generics, function: &FunctionArg) {
    let Some(residual) = &function.residual else { return };
    let parameter: GenericParam = parse_quote!(#residual);
    generics.params.push(parameter);
    let clause = generics.make_where_clause();
    clause.predicates.push(parse_quote!(#residual: ::core::clone::Clone));
}

/// The type of the result.
pub fn output(signature: &Signature) -> Type {
    match &signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => ungrouped(ty).clone(),
    }
}
