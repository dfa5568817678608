//! Lowering, analysis and differentiation of Rust functions.
//!
//! A plain library without a compiler in it: [`expand`] takes a function's source and gives the
//! source of the function and of its derivative. In reading order: `ir`, `lower`, `activity`,
//! `adjoint`, `record`, `emit`. It knows no function by name; what a call does comes from its rule.
#![forbid(unsafe_code)]

mod activity;
mod adjoint;
mod again;
mod asserted;
mod associated;
mod bare;
mod block;
mod by_type;
mod call_site;
mod circles;
mod conditional;
mod curried;
mod dynamic;
mod emit;
mod error;
mod explain;
mod generator;
mod handed;
mod heaps;
mod hygiene;
mod ir;
mod iterated;
mod lent;
mod looked_at;
mod looked_through;
mod lower;
mod makers;
mod objects;
mod opaque;
mod operator;
mod parts;
mod payload;
mod pointer;
mod projection;
mod record;
mod rule;
mod scalars;
mod sized;
mod stored;
mod tuples;

pub use call_site::{Asked, CallSite};
pub use chainrules_core_fragments::Circles;
pub use circles::closes_circle;
pub use rule::expand_rule;
pub use stored::Known;

use emit::{Changing, Host};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut as _;

/// What stands in the parentheses of `#[differentiable(..)]`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the pullback is kept behind a pointer, as for functions that call each other.
    pub recursive: bool,
    /// Whether a trait, or a type that has it, is used behind `dyn`.
    pub dynamic: bool,
    /// Whether a trait is for types of no known size, such as slices, too.
    pub of_any_size: Option<syn::Token![unsized]>,
    /// Whether `fn` pointers to the function are called, which find its derivative in the registry.
    pub pointer: Option<syn::Ident>,
    /// Which functions of the crate keep closures.
    pub known: Known,
}

impl syn::parse::Parse for Options {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            if input.parse::<Option<syn::Token![dyn]>>()?.is_some() {
                options.dynamic = true;
            } else if let Some(word) = input.parse::<Option<syn::Token![unsized]>>()? {
                options.of_any_size = Some(word);
            } else {
                let word: syn::Ident = input.parse()?;
                match word.to_string().as_str() {
                    "recursive" => options.recursive = true,
                    "pointer" => options.pointer = Some(word),
                    _ => {
                        let message = "the options are `recursive`, `pointer`, `dyn` and `unsized`";
                        return Err(syn::Error::new(word.span(), message));
                    }
                }
            }
            input.parse::<Option<syn::Token![,]>>()?;
        }
        Ok(options)
    }
}

/// The function or `impl` block as written, and beside it its derivative; or the errors at the user's
/// own tokens.
pub fn expand(item: &syn::Item, options: &Options) -> TokenStream {
    let mut item = item.clone();
    bare::BareTypes.visit_item_mut(&mut item);
    if let syn::Item::Fn(f) = &mut item {
        lower::name_output(&mut f.sig);
    }
    let item = &item;
    if let Err(error) = check(item).and_then(|()| check_size(item, options)) {
        let error = error.to_compile_error();
        return quote!(#item #error);
    }
    match item {
        syn::Item::Fn(f) => {
            let derivative = or_error(derive(f, options));
            let mut original = f.clone();
            lower::remove_markers(&mut original.sig);
            lower::as_it_runs(&mut original.block);
            allow_unused(&mut original.attrs);
            let registered =
                options.pointer.as_ref().map(|at| or_error(pointer::registered(f, at)));
            if registered.is_some() {
                pointer::make_unique(&mut original);
            }
            let (one, used) = (rule::one_derivative(&f.sig.ident, &f.attrs), prelude_used());
            quote!(#original #derivative #registered #one #used)
        }
        syn::Item::Impl(_) | syn::Item::Trait(_) if let Some(at) = &options.pointer => {
            let error = error::error(at, "this option here", "write it on a function of a module");
            let error = error.to_compile_error();
            quote!(#item #error)
        }
        syn::Item::Impl(block) => {
            if let Err(error) = operator::refuse_without_derivative(block) {
                let error = error.to_compile_error();
                return quote!(#block #error);
            }
            let derivatives = match iterated::beside(block) {
                Some(own) => {
                    let own = own.and_then(|own| block::implementation(&own, options));
                    let own = or_error(own);
                    quote!(#block #own)
                }
                None => or_error(block::implementation(block, options)),
            };
            let used = prelude_used();
            quote!(#derivatives #used)
        }
        syn::Item::Trait(item) => or_error(block::declaration(item, options)),
        other => {
            let error = misplaced(other);
            let error = error.to_compile_error();
            quote!(#other #error)
        }
    }
}

/// Whether a function gives a value whose type its signature names.
fn named_types(sig: &syn::Signature) -> bool {
    struct Find(bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_return_type(&mut find, &sig.output);
    !find.0
}

/// What is refused before anything is lowered.
fn check(item: &syn::Item) -> syn::Result<()> {
    if let Some(error) = bound_without_name(item).or_else(|| method_alone(item)) {
        return Err(error);
    }
    conditional::refuse(item)?;
    hygiene::refuse(item)
}

/// `unsized` on what is no trait, or one behind `dyn`.
fn check_size(item: &syn::Item, options: &Options) -> syn::Result<()> {
    match &options.of_any_size {
        Some(at) if options.dynamic => {
            error::unsupported(at, "`unsized` beside `dyn`", "write two traits")
        }
        Some(at) if !matches!(item, syn::Item::Trait(_)) => {
            let error = error::error(at, "this option here", "write it on the trait");
            Err(error)
        }
        _ => Ok(()),
    }
}

/// The bound `T: Tangent`, which lacks the marker: with a name for that it is `HasTangent`.
fn bound_without_name(item: &syn::Item) -> Option<syn::Error> {
    struct Find(Option<syn::Error>);
    impl syn::visit::Visit<'_> for Find {
        fn visit_trait_bound(&mut self, bound: &syn::TraitBound) {
            let last = bound.path.segments.last();
            if last.is_some_and(|s| s.ident == "Tangent" && s.arguments.is_empty()) {
                let message = "`Tangent` takes a parameter\nhelp: write the bound `HasTangent`";
                self.0 = Some(syn::Error::new_spanned(&bound.path, message));
            }
            syn::visit::visit_trait_bound(self, bound);
        }
    }
    let mut find = Find(None);
    syn::visit::Visit::visit_item(&mut find, item);
    find.0
}

/// The attribute on one function of an `impl` block, which does not see the type.
fn method_alone(item: &syn::Item) -> Option<syn::Error> {
    let syn::Item::Fn(f) = item else { return None };
    let own = proc_macro2::Ident::new("Self", f.sig.ident.span());
    if f.sig.receiver().is_none() && !emit::mentions(&f.sig.to_token_stream(), &own) {
        return None;
    }
    let message = "`#[differentiable]` on one function of an `impl` block or a trait does not see the \
                   type\nhelp: write it on the block, with its options: `#[differentiable] impl Type \
                   { .. }`, `#[differentiable(recursive)] impl Type { .. }`";
    Some(syn::Error::new(f.sig.ident.span(), message))
}

/// The mention of a name that the prelude of rules has, too, which is imported whether a function needs
/// one of them or not.
fn prelude_used() -> TokenStream {
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use Send as _;
        };
    }
}

/// The attribute on what is no function and holds none.
fn misplaced(item: &syn::Item) -> syn::Error {
    let (at, what) = match item {
        syn::Item::Struct(s) => (&s.ident, "type"),
        syn::Item::Enum(e) => (&e.ident, "type"),
        syn::Item::Union(u) => (&u.ident, "type"),
        other => {
            let message = "`#[differentiable]` stands on functions, `impl` blocks and traits\nhelp: \
                           move it to the function, or leave it out";
            return syn::Error::new_spanned(other, message);
        }
    };
    let message = format!(
        "`#[differentiable]` stands on functions, `impl` blocks and traits, and `{at}` is a {what}\n\
         help: write `#[derive(Clone, Tangent)]` on it, with `Tangent` of the prelude of `chainrules`"
    );
    syn::Error::new(at.span(), message)
}

/// A function may be there for its derivative alone.
fn allow_unused(attrs: &mut Vec<syn::Attribute>) {
    attrs.insert(0, syn::parse_quote!(#[allow(dead_code)]));
}

fn or_error(derivative: syn::Result<TokenStream>) -> TokenStream {
    derivative.unwrap_or_else(|error| error.to_compile_error())
}

/// What is known of a function before it is written.
struct Planned {
    primal: ir::Func,
    activity: activity::Activity,
    adjoint: adjoint::Adjoint,
    record: record::Record,
}

impl Planned {
    fn of(item: &syn::ItemFn, host: Host<'_>, options: &Options) -> syn::Result<Self> {
        let item = heaps::with_places(item);
        let item = looked_through::with_copies(&item, host, &options.known.given);
        let item = handed::with_calls(&item, &options.known.given);
        let item = &options.known.marked(&item, host);
        let item = objects::with_casts(&curried::with_closures(item, host, &options.known));
        let (mut primal, mut activity) =
            Self::lowered(&item, host, Changing::new(), &options.known)?;
        if let Some((item, changing)) = generator::marked(&item, &primal, &activity)
            && let Ok(lowered) = Self::lowered(&item, host, changing, &options.known)
        {
            (primal, activity) = lowered;
        }
        primal.recursive |= options.recursive;
        primal.of_traits.clone_from(&options.known.of_traits);
        let mut adjoint = adjoint::of(&primal, &activity);
        let record = record::plan(&primal, &activity, &mut adjoint);
        Ok(Self { primal, activity, adjoint, record })
    }

    /// The same of a closure; the flags say which arguments are declared constant.
    fn of_closure(c: &syn::ExprClosure, constant: &[bool]) -> syn::Result<Self> {
        let primal = lower::closure(&objects::closure_with_casts(c), constant)?;
        let mut activity = activity::of(&primal);
        activity::check(&primal, &mut activity)?;
        let mut adjoint = adjoint::of(&primal, &activity);
        let record = record::plan(&primal, &activity, &mut adjoint);
        Ok(Self { primal, activity, adjoint, record })
    }

    /// The same; of a function that is refused the error, and what is known of one that has its signature and
    /// ends at once, so that its callers get no further error.
    fn or_refused(
        item: syn::ItemFn,
        host: Host<'_>,
        options: &Options,
    ) -> syn::Result<(Self, syn::ItemFn, TokenStream)> {
        let error = match Self::of(&item, host, options) {
            Ok(planned) => return Ok((planned, item, TokenStream::new())),
            Err(error) => error,
        };
        if !named_types(&item.sig) {
            return Err(error);
        }
        let stub = syn::ItemFn { block: syn::parse_quote!({ ::core::unreachable!() }), ..item };
        match Self::of(&stub, host, options) {
            Ok(planned) => Ok((planned, stub, error.to_compile_error())),
            Err(_) => Err(error),
        }
    }

    fn lowered(
        item: &syn::ItemFn,
        host: Host<'_>,
        changing: Changing,
        known: &Known,
    ) -> syn::Result<(ir::Func, activity::Activity)> {
        let primal = lower::function(item, host, changing, known)?;
        let mut activity = activity::of(&primal);
        activity::check(&primal, &mut activity)?;
        Ok((primal, activity))
    }

    fn derived<'a>(&'a self, item: &'a syn::ItemFn, host: Host<'a>) -> emit::Derived<'a> {
        let Self { primal, activity, adjoint, record } = self;
        emit::Derived { item, written: None, host, primal, activity, adjoint, record }
    }
}

fn derive(item: &syn::ItemFn, options: &Options) -> syn::Result<TokenStream> {
    if options.dynamic {
        let instead = "write it on the trait and on its `impl`s";
        return error::unsupported(&item.sig.ident, "`dyn` for a function", instead);
    }
    let written = item;
    let (uncurried, gives_closure) = curried::uncurried(item);
    let mut uncurried = options.known.by_type.called(&uncurried, Host::Module);
    options.known.sizes.only().visit_item_fn_mut(&mut uncurried);
    let mut item =
        lent::with_copies(&objects::erased(&lower::named_impls(&opaque::concrete(&uncurried)?)));
    stored::of_function(&mut item, &options.known);
    options.known.scalars.bound(&mut item.sig.generics);
    let (mut planned, item, error) = Planned::or_refused(item, Host::Module, options)?;
    planned.primal.gives_closure = gives_closure;
    let derived = emit::Derived { written: Some(written), ..planned.derived(&item, Host::Module) };
    let (derivative, called) = (emit::derivative(&derived), pointer_called(&item, options));
    let again = options.known.makers.again(written, None).map(|again| {
        let name = &written.sig.ident;
        let cfgs = written.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        quote!(#(#cfgs)* const _: () = { impl #name { #again } };)
    });
    Ok(quote!(#error #derivative #called #again))
}

/// The rule of a call of the `fn` pointer that a function gives.
fn pointer_called(item: &syn::ItemFn, options: &Options) -> Option<TokenStream> {
    let whole = curried::with_pointer_called(item)?;
    let mut planned = Planned::of(&whole, Host::Module, options).ok()?;
    planned.primal.gives_closure = true;
    let derived = planned.derived(&whole, Host::Module);
    Some(emit::of_closure(&emit::Derived { written: Some(item), ..derived }))
}

/// The function's IR and its adjoint as text, with what is kept, replayed and restored, and why.
pub fn explain(item: &syn::ItemFn) -> syn::Result<(String, String)> {
    let whole = syn::Item::Fn(item.clone());
    conditional::refuse(&whole)?;
    hygiene::refuse(&whole)?;
    let (uncurried, _) = curried::uncurried(item);
    let item =
        &lent::with_copies(&objects::erased(&lower::named_impls(&opaque::concrete(&uncurried)?)));
    let Planned { primal, activity, adjoint, record } =
        Planned::of(item, Host::Module, &Options::default())?;
    Ok((explain::primal(&primal, &activity), explain::adjoint(&primal, &adjoint, &record)))
}

/// The same of a closure.
fn explain_closure(c: &syn::ExprClosure) -> syn::Result<(String, String)> {
    let Planned { primal, activity, adjoint, record } =
        Planned::of_closure(&curried::closure_with_closures(c), &vec![false; c.inputs.len()])?;
    Ok((explain::primal(&primal, &activity), explain::adjoint(&primal, &adjoint, &record)))
}
