//! `impl Add for Type` and the like: the derivative of the method, and the rule of the operator made
//! of it.

use crate::emit::Host;
use crate::{Options, Planned, emit};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};

/// A trait of the language, as it is told from one of the user's own of its name.
struct Known {
    name: &'static str,
    method: &'static str,
    /// How the method takes `self`.
    receiver: Receiver,
    /// How many arguments it has beside.
    arguments: usize,
    /// Whether the trait or the method has a type as parameter.
    generic: bool,
    /// A type that an `impl` names.
    associated: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Receiver {
    None,
    Value,
    Shared,
    Exclusive,
}

macro_rules! known {
    ($($name:ident $method:ident $receiver:ident $arguments:literal $generic:literal $associated:expr;)+) => {
        &[$(Known {
            name: stringify!($name),
            method: stringify!($method),
            receiver: Receiver::$receiver,
            arguments: $arguments,
            generic: $generic,
            associated: $associated,
        }),+]
    };
}

macro_rules! without {
    ($($name:ident $method:ident $instead:ident;)+) => {
        &[$((stringify!($name), stringify!($method), $instead)),+]
    };
}

/// The traits of operators that have a rule.
const OPERATORS: &[Known] = known! {
    Add add Value 1 false Some("Output");
    Sub sub Value 1 false Some("Output");
    Mul mul Value 1 false Some("Output");
    Div div Value 1 false Some("Output");
    Rem rem Value 1 false Some("Output");
    Neg neg Value 0 false Some("Output");
    AddAssign add_assign Exclusive 1 false None;
    SubAssign sub_assign Exclusive 1 false None;
    MulAssign mul_assign Exclusive 1 false None;
    DivAssign div_assign Exclusive 1 false None;
    RemAssign rem_assign Exclusive 1 false None;
};
/// The traits whose method refers to a part of the value: the cotangent of the part is the part of the
/// cotangent.
const PROJECTIONS: &[Known] = known! {
    Index index Shared 1 true Some("Output");
    IndexMut index_mut Exclusive 1 true None;
    Deref deref Shared 0 false Some("Target");
    DerefMut deref_mut Exclusive 0 false None;
};
/// Traits of the language that know of no derivatives.
const FOREIGN: &[Known] = known! {
    From from None 1 true None;
    Into into Value 0 true None;
    TryFrom try_from None 1 true Some("Error");
    Default default None 0 false None;
    Clone clone Shared 0 false None;
    Sum sum None 1 true None;
    Product product None 1 true None;
    FromIterator from_iter None 1 true None;
    Extend extend Exclusive 1 true None;
    FromStr from_str None 1 false Some("Err");
    PartialEq eq Shared 1 false None;
    Not not Value 0 false Some("Output");
    BitAnd bitand Value 1 false Some("Output");
    BitOr bitor Value 1 false Some("Output");
    BitXor bitxor Value 1 false Some("Output");
    Shl shl Value 1 false Some("Output");
    Shr shr Value 1 false Some("Output");
    Iterator next Exclusive 0 false Some("Item");
};

/// Traits of the language of which an `impl` has no derivative, by name and method, and what to write.
const WITHOUT: &[(&str, &str, &str)] = without! {
    Display fmt NO_DERIVATIVE;
    Debug fmt NO_DERIVATIVE;
    PartialOrd partial_cmp NO_DERIVATIVE;
    Ord cmp NO_DERIVATIVE;
    Hash hash NO_DERIVATIVE;
    Drop drop NO_DERIVATIVE;
    AsRef as_ref LENDS;
    AsMut as_mut LENDS;
    Borrow borrow LENDS;
    BorrowMut borrow_mut LENDS;
    DoubleEndedIterator next_back ITERATES;
};
const NO_DERIVATIVE: &str = "leave out `#[differentiable]`: its functions carry no derivative";
const LENDS: &str =
    "leave out `#[differentiable]`, and in differentiable functions name the field: `&x.field`";
const ITERATES: &str =
    "leave out `#[differentiable]`, and write a method that gives the items in a `Vec`";

/// Refuses the attribute on an `impl` of a trait of the language that has no derivative.
pub fn refuse_without_derivative(block: &syn::ItemImpl) -> syn::Result<()> {
    let Some((path, _)) = &block.trait_ else { return Ok(()) };
    let Some(last) = path.segments.last() else { return Ok(()) };
    let has = |method: &str| {
        block.items.iter().any(|i| matches!(i, syn::ImplItem::Fn(f) if f.sig.ident == method))
    };
    match WITHOUT.iter().find(|(name, method, _)| last.ident == name && has(method)) {
        Some((name, _, instead)) => {
            crate::error::unsupported(path, &format!("an `impl` of `{name}`"), instead)
        }
        None => Ok(()),
    }
}

impl Known {
    fn is(
        &self,
        name: &Ident,
        generic: bool,
        methods: &[&syn::Signature],
        types: &[&Ident],
    ) -> bool {
        let is_method = |sig: &syn::Signature| {
            let receiver = match sig.inputs.first() {
                Some(syn::FnArg::Receiver(r)) => match &r.kind {
                    syn::ReceiverKind::Reference(_, _, None) => Receiver::Shared,
                    syn::ReceiverKind::Reference(_, _, Some(_)) => Receiver::Exclusive,
                    _ => Receiver::Value,
                },
                _ => Receiver::None,
            };
            let anonymous = sig.inputs.iter().any(|input| {
                matches!(input, syn::FnArg::Typed(p) if matches!(&*p.ty, syn::Type::ImplTrait(_)))
            });
            let generic = generic || anonymous || sig.generics.type_params().next().is_some();
            sig.ident == self.method
                && receiver == self.receiver
                && sig.inputs.len() == self.arguments + usize::from(receiver != Receiver::None)
                && (generic || !self.generic)
        };
        name == self.name
            && methods.iter().copied().any(is_method)
            && self.associated.is_none_or(|name| types.iter().any(|t| *t == name))
    }
}

/// Refuses a trait that can't be told from one of the language.
pub fn refuse_names_of_the_language(item: &syn::ItemTrait) -> syn::Result<()> {
    let methods = item.items.iter().filter_map(|item| match item {
        syn::TraitItem::Fn(f) => Some(&f.sig),
        _ => None,
    });
    let methods: Vec<_> = methods.collect();
    let types = item.items.iter().filter_map(|item| match item {
        syn::TraitItem::Type(t) => Some(&t.ident),
        _ => None,
    });
    let types: Vec<_> = types.collect();
    let generic = item.generics.type_params().next().is_some();
    let mut all = OPERATORS.iter().chain(PROJECTIONS).chain(FOREIGN);
    if all.any(|known| known.is(&item.ident, generic, &methods, &types)) {
        return crate::error::unsupported(
            &item.ident,
            "a trait of the name and method of one of the standard library",
            "give the trait another name",
        );
    }
    Ok(())
}

/// What the trait of an `impl` block is to the transformation.
pub enum Kind {
    /// The operator of this name.
    Operator(Ident),
    /// A projection, which finds the part of the cotangent as well.
    Projection,
    /// A trait that knows of no derivatives.
    Foreign,
    /// A trait with `#[differentiable]`.
    Trait,
}

/// What an `impl From<T>` converts, or refers to, if it is one without types of its own.
pub fn converted(block: &syn::ItemImpl) -> Option<syn::Type> {
    let (path, _) = block.trait_.as_ref()?;
    let last = path.segments.last().filter(|last| last.ident == "From")?;
    let plain = matches!(kind(block), Some(Kind::Foreign));
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(syn::Type::Reference(r))) if plain => {
            r.mutability.is_none().then(|| (*r.elem).clone())
        }
        Some(syn::GenericArgument::Type(from)) if plain => Some(from.clone()),
        _ => None,
    }
}

/// What says of an `impl Sum` or `impl Product` that it folds its items by the operator and does no more,
/// `items.fold(start, |a, b| a + b)`; sums in chains are lowered to that.
pub fn folded_by(block: &syn::ItemImpl) -> Option<TokenStream> {
    let (path, _) = block.trait_.as_ref()?;
    let last = path.segments.last()?;
    let (folds, operator) =
        if last.ident == "Sum" { (quote!(Sums), "+") } else { (quote!(Multiplies), "*") };
    let [syn::ImplItem::Fn(f)] = &block.items[..] else { return None };
    let (Some(syn::FnArg::Typed(items)), [syn::Stmt::Expr(syn::Expr::MethodCall(m), None)]) =
        (f.sig.inputs.first(), &f.block.stmts[..])
    else {
        return None;
    };
    let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string();
    let Some(syn::Expr::Closure(c)) = m.args.iter().nth(1) else { return None };
    let names: Vec<_> = c.inputs.iter().map(|p| text(p)).collect();
    let [sum, item] = &names[..] else { return None };
    let item = item.trim_start_matches(['&', ' ']);
    let is_fold = m.method == "fold" && text(&m.receiver) == text(&items.pat) && sum != item;
    let adds = [format!("{sum} {operator} {item}"), format!("{sum} {operator} * {item}")];
    if !is_fold || !adds.contains(&text(&c.body)) {
        return None;
    }
    let of_references = match &last.arguments {
        syn::PathArguments::AngleBracketed(of) => {
            of.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(syn::Type::Reference(_))))
        }
        _ => false,
    };
    if of_references {
        return Some(quote!());
    }
    let private = quote!(::zygote_engine::__private);
    let (ty, generics, clause) = (&block.self_ty, &block.generics, &block.generics.where_clause);
    Some(quote! {
        #[doc(hidden)]
        impl #generics #private::#folds<#private::Derived<()>> for #ty #clause {}
    })
}

/// What the trait of an `impl` block is, by its name and the shape of its method.
pub fn kind(block: &syn::ItemImpl) -> Option<Kind> {
    let (path, _) = block.trait_.as_ref()?;
    let last = path.segments.last()?;
    let name = &last.ident;
    let methods = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => Some(&f.sig),
        _ => None,
    });
    let methods: Vec<_> = methods.collect();
    let types = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Type(t) => Some(&t.ident),
        _ => None,
    });
    let types: Vec<_> = types.collect();
    let generic = !last.arguments.is_empty();
    let is_of = |all: &[Known]| all.iter().any(|known| known.is(name, generic, &methods, &types));
    Some(if is_of(OPERATORS) {
        Kind::Operator(name.clone())
    } else if is_of(PROJECTIONS) {
        Kind::Projection
    } else if is_of(FOREIGN) {
        Kind::Foreign
    } else {
        Kind::Trait
    })
}

/// The rule of an operator: its pullback runs the operator again on the operands, which it keeps.
pub fn rule(
    block: &syn::ItemImpl,
    method: &syn::ItemFn,
    operator: &Ident,
    options: &Options,
) -> syn::Result<TokenStream> {
    let private = quote!(::zygote_engine::__private);
    let function = freed(block, method);
    let planned = Planned::of(&function, Host::Module, options)?;
    let derivative = emit::derivative(&planned.derived(&function, Host::Module));
    let name = &function.sig.ident;
    let lhs = peeled(&block.self_ty);
    let rhs = match function.sig.inputs.iter().nth(1) {
        Some(syn::FnArg::Typed(p)) => peeled(&p.ty).clone(),
        _ => lhs.clone(),
    };
    let rhs_type = &rhs;
    let output = match (&function.sig.output, assigns(operator)) {
        (syn::ReturnType::Type(_, ty), false) => (**ty).clone(),
        _ => lhs.clone(),
    };
    let given = |k: usize| {
        let input = function.sig.inputs.iter().nth(k);
        matches!(input, Some(syn::FnArg::Typed(p)) if matches!(&*p.ty, syn::Type::Reference(_)))
    };
    // Operands by value are copied.
    let hand = |k: usize, name: TokenStream| {
        if given(k) { name } else { quote!(::core::clone::Clone::clone(#name)) }
    };
    let (clause, params) = (&block.generics.where_clause, &block.generics.params);
    let params: Vec<_> = params.iter().collect();
    let (generics, values) = ([&block.generics], [&*block.self_ty, rhs_type]);
    let body = function.block.to_token_stream();
    let (markers, wanted) = emit::tangents(&generics, &values, &body);
    let names = markers.iter().filter_map(emit::name_of);
    let marker = quote!(#private::Derived<(#(#names,)*)>);
    let head = quote!(impl<#(#params,)* #(#markers),*>);
    let clauses = clause.iter().flat_map(|c| &c.predicates).map(|p| quote!(#p));
    let clauses: Vec<_> = clauses.chain(wanted.iter().map(|p| quote!(#p))).collect();
    let of_names = emit::named_tangents(&generics, &values, &body).map(|(names, wanted)| {
        let clauses = clause.iter().flat_map(|c| &c.predicates).chain(&wanted);
        (quote!(#private::Derived<(#(#names,)*)>), quote!(where #(#clauses),*))
    });
    let clause = quote!(where #(#clauses),*);
    let (active, constant) = (quote!(#private::Active), quote!(#private::Constant));
    let form = |k: usize| match given(k) {
        true => quote!(#private::Borrowed),
        false => quote!(#private::Owned),
    };
    let op = format_ident!("{operator}");
    // What is assigned to is a place.
    let left = if assigns(operator) { quote!(#private::Owned) } else { form(0) };
    let forms = if operator == "Neg" {
        left
    } else {
        let right = form(1);
        quote!((#left, #right))
    };
    let named = of_names.map(|(marker, clause)| {
        quote! {
            impl<#(#params),*> ::chainrules::operator::NamesOperator<#private::#op, #rhs, #forms> for #lhs #clause {
                type Marker = #marker;
            }
        }
    });
    let rules = if operator == "Neg" {
        let this = hand(0, quote!(__lhs));
        quote! {
            #head #private::NegRule<#marker, #forms> for #lhs #clause {
                type Residual = Self;
                type Output = #output;
                fn residual(&self) -> Self {
                    ::core::clone::Clone::clone(self)
                }
                fn pull(__lhs: &Self, __dy: &#output) -> Self {
                    let (_, __back) = #name::rrule(#this, (#active,));
                    let mut __d = #private::zero_like(__lhs);
                    __back(__lhs, __dy, &mut __d);
                    __d
                }
            }
        }
    } else {
        let of = quote!(#private::#op);
        let (pull_lhs, pull_rhs) = if assigns(operator) {
            let other = hand(1, quote!(__rhs));
            // The operands are those before the assignment.
            let pull = |rhs: bool| {
                let act = if rhs { &active } else { &constant };
                let (shadow, result) = if rhs {
                    (quote!(&mut __other), quote!(__other))
                } else {
                    (quote!(()), quote!(__d))
                };
                let zero = rhs.then(|| quote!(let mut __other = #private::zero_like(__rhs);));
                quote! {{
                    let mut __this = ::core::clone::Clone::clone(__lhs);
                    let (_, __back) = #name::rrule(&mut __this, #other, (#active, #act));
                    let mut __d = ::core::clone::Clone::clone(__dy);
                    #zero
                    __back(&mut __this, __rhs, &(), &mut __d, #shadow);
                    #result
                }}
            };
            (pull(false), pull(true))
        } else {
            let (this, other) = (hand(0, quote!(__lhs)), hand(1, quote!(__rhs)));
            let lhs = quote! {{
                let (_, __back) = #name::rrule(#this, #other, (#active, #constant));
                let mut __d = #private::zero_like(__lhs);
                __back(__lhs, __rhs, __dy, &mut __d, ());
                __d
            }};
            let rhs = quote! {{
                let (_, __back) = #name::rrule(#this, #other, (#constant, #active));
                let mut __d = #private::zero_like(__rhs);
                __back(__lhs, __rhs, __dy, (), &mut __d);
                __d
            }};
            (lhs, rhs)
        };
        if ["Add", "Sub", "AddAssign", "SubAssign"].iter().any(|o| operator == o) {
            quote! {
                #head #private::SumRule<#of, #rhs, #marker, #forms> for #lhs #clause {
                    type Residual = (Self, #rhs);
                    type Output = #output;
                    fn residual(__lhs: &Self, __rhs: &#rhs) -> Self::Residual {
                        (::core::clone::Clone::clone(__lhs), ::core::clone::Clone::clone(__rhs))
                    }
                    fn pull_lhs((__lhs, __rhs): &Self::Residual, __dy: &#output) -> Self {
                        #pull_lhs
                    }
                    fn pull_rhs((__lhs, __rhs): &Self::Residual, __dy: &#output) -> #rhs {
                        #pull_rhs
                    }
                }
            }
        } else {
            quote! {
                #head #private::ProductRule<#of, #rhs, #marker, #forms> for #lhs #clause {
                    type Output = #output;
                    fn pull_lhs(&self, __rhs: &#rhs, __dy: &#output) -> Self {
                        let __lhs = self;
                        #pull_lhs
                    }
                    fn pull_rhs(&self, __rhs: &#rhs, __dy: &#output) -> #rhs {
                        let __lhs = self;
                        #pull_rhs
                    }
                    fn add_lhs(&self, __rhs: &#rhs, __dy: &#output, __shadow: &mut Self) {
                        let __lhs = self;
                        #private::accumulate(__shadow, #pull_lhs);
                    }
                    fn add_rhs(&self, __rhs: &#rhs, __dy: &#output, __shadow: &mut #rhs) {
                        let __lhs = self;
                        #private::accumulate(__shadow, #pull_rhs);
                    }
                }
            }
        }
    };
    let allowed = emit::allowed();
    Ok(quote! {
        #allowed
        const _: () = {
            #derivative
            #rules
            #named
        };
    })
}

fn assigns(operator: &Ident) -> bool {
    operator.to_string().ends_with("Assign")
}

/// The type without an outer reference: operands are peeled of theirs.
fn peeled(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(r) => peeled(&r.elem),
        syn::Type::Paren(p) => peeled(&p.elem),
        other => other,
    }
}

/// A method as a function of a module: `self` is its first parameter.
pub fn freed(block: &syn::ItemImpl, method: &syn::ItemFn) -> syn::ItemFn {
    let mut function = method.clone();
    function.attrs.clear();
    // No function that the body calls has this name.
    let name = &method.sig.ident;
    function.sig.ident = quote::format_ident!("__freed_{}", name, span = name.span());
    function.vis = syn::Visibility::Inherited;
    let ty = &block.self_ty;
    for input in &mut function.sig.inputs {
        let syn::FnArg::Receiver(r) = input else { continue };
        let mutability = &r.mutability;
        *input = match &r.kind {
            syn::ReceiverKind::Reference(and, lifetime, mutability) => {
                syn::parse_quote!(__self: #and #lifetime #mutability #ty)
            }
            _ => syn::parse_quote!(#mutability __self: #ty),
        };
    }
    let own = function.sig.generics.params.iter().cloned();
    let params = block.generics.params.iter().cloned().chain(own).collect();
    let mut generics = block.generics.clone();
    generics.params = params;
    if let Some(clause) = &function.sig.generics.where_clause {
        generics.make_where_clause().predicates.extend(clause.predicates.iter().cloned());
    }
    function.sig.generics = generics;
    visit_mut::visit_item_fn_mut(&mut Free { block }, &mut function);
    function
}

/// Writes the block's type for `Self`, and `__self` for `self`.
struct Free<'a> {
    block: &'a syn::ItemImpl,
}

impl VisitMut for Free<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(p) = ty {
            let segments: Vec<_> = p.path.segments.iter().map(|s| s.ident.clone()).collect();
            match &segments[..] {
                [own] if own == "Self" => *ty = (*self.block.self_ty).clone(),
                [own, name] if own == "Self" => {
                    if let Some(associated) = crate::associated::of(self.block, name) {
                        *ty = associated.clone();
                        self.visit_type_mut(ty);
                    }
                }
                _ => {}
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, e: &mut syn::ExprPath) {
        let segments: Vec<_> = e.path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let [own, name] = &segments[..]
            && own == "Self"
            && name.starts_with(char::is_lowercase)
        {
            let (ty, function) = (&self.block.self_ty, &e.path.segments[1]);
            *e = syn::parse_quote!(<#ty>::#function);
        }
        visit_mut::visit_expr_path_mut(self, e);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let Some(first) = path.segments.first()
            && first.ident == "Self"
            && let syn::Type::Path(p) = peeled(&self.block.self_ty)
        {
            let mut own = p.path.clone();
            own.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
            own.segments.extend(path.segments.iter().skip(1).cloned());
            *path = own;
        } else if path.is_ident("self") {
            *path = Ident::new("__self", path.segments[0].ident.span()).into();
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        use proc_macro2::TokenTree;
        let own = match peeled(&self.block.self_ty) {
            syn::Type::Path(p) => {
                let mut own = p.path.clone();
                own.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
                own.into_token_stream()
            }
            other => quote!(<#other>),
        };
        fn renamed(tokens: TokenStream, own: &TokenStream) -> TokenStream {
            let of = |t| match t {
                TokenTree::Ident(i) if i == "self" => {
                    TokenTree::Ident(Ident::new("__self", i.span())).into()
                }
                TokenTree::Ident(i) if i == "Self" => own.clone(),
                TokenTree::Group(g) => {
                    let group = proc_macro2::Group::new(g.delimiter(), renamed(g.stream(), own));
                    TokenTree::Group(group).into()
                }
                other => TokenStream::from(other),
            };
            tokens.into_iter().flat_map(of).collect()
        }
        mac.tokens = renamed(mac.tokens.clone(), &own);
    }
}
