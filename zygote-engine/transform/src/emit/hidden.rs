//! That a rule which method resolution finds behind `Deref` is that of the method which it finds: a type
//! that dereferences to one with rules may have a method of its own that hides the inner type's.

use super::twin::method_part;
use super::{Emit, TokenStream, private};
use crate::ir::{Call, Callee, Mode, Operand, Place, Proj, Ty};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident, quote_spanned};

/// What all types have, of a result that is found by its use.
const CONVERSIONS: [&str; 2] = ["into", "try_into"];

/// A method of which a type may have its own.
pub(super) struct Method {
    name: Ident,
    /// How many it takes beside the receiver.
    arguments: usize,
}

impl Emit<'_> {
    /// What comes before a call and after it, never runs, and does not compile where the method is one of
    /// the receiver and its rule one of what the receiver dereferences to.
    ///
    /// A trait has a method of either name for all that dereferences to write, by `&mut`: it comes after the
    /// receiver's own, and before those behind `Deref`. (What dereferences only to read has no cotangent
    /// there: its cotangent is of its own type, and written to.) `called` is what the rule gives.
    pub(super) fn not_hidden(&self, call: &Call, called: &Ident) -> (TokenStream, TokenStream) {
        self.probe(call, called).unwrap_or_default()
    }

    fn probe(&self, call: &Call, called: &Ident) -> Option<(TokenStream, TokenStream)> {
        let (Callee::Method(name), None) = (&call.callee, call.curried) else { return None };
        let Operand::Place(this, mode) = &call.args[0] else { return None };
        if !self.may_be_hidden(this, name) || call.args[1..].iter().any(|a| self.is_other(a)) {
            return None;
        }
        let private = quote_spanned!(name.span()=> ::zygote_engine::__private);
        let (values, like) = self.like(call, &private);
        let given = call.args.iter().zip(&like).map(|(a, like)| match a {
            Operand::Place(p, Mode::Exclusive) => {
                let place = self.shared(p);
                quote!(#private::place_like(#place))
            }
            Operand::Place(_, Mode::Shared | Mode::Receiver) => like.clone(),
            _ => quote!(#private::like(&#like)),
        });
        let mut given: Vec<_> = given.collect();
        // What may have no size is a place.
        let is_place = *mode != Mode::Value
            && (self.is_reference(this)
                || matches!(self.resolve(this).path.last(), Some(Proj::Slice(..) | Proj::AsSlice)));
        if *mode != Mode::Value {
            let (place, like) =
                (self.shared(this), if is_place { quote!(place_like) } else { quote!(like) });
            given[0] = quote!(#private::#like(#place));
        }
        let names = |of: &str| -> Vec<_> {
            (0..given.len()).map(|k| format_ident!("__{}_{}", of, k, span = name.span())).collect()
        };
        let receiver = |names: &[Ident]| {
            let this = &names[0];
            match is_place {
                true => quote_spanned!(name.span()=> (*#this)),
                false => this.to_token_stream(),
            }
        };
        let (rule, activities) = (method_part("rrule", name), self.activities(call));
        let (own, found) = (names("own"), names("found"));
        let (this, that) = (receiver(&own), receiver(&found));
        let (to_own, to_found) = (&own[1..], &found[1..]);
        let module = hiding(name, to_own.len());
        let method = Method { name: name.clone(), arguments: to_own.len() };
        self.hidden.borrow_mut().entry(module.clone()).or_insert(method);
        let given = quote!((#(#given,)*));
        let before = quote_spanned! {name.span()=>
            let __given = #private::never(|| { #values (#given, #given) });
        };
        let after = quote_spanned! {name.span()=>
            let _ = #private::never(|| {
                use #module::Hidden as _;
                let ((#(mut #own,)*), (#(mut #found,)*)) = #private::given_to(__given, &#called);
                #private::not_hidden(
                    &#this.#name(#(#to_own),*),
                    &#that.#rule(#(#to_found,)* #activities),
                );
            });
        };
        Some((before, after))
    }

    /// Whether a type of one's own may have the method, and has the place in the derivative, too.
    fn may_be_hidden(&self, this: &Place, method: &Ident) -> bool {
        let ty = self.func.ty(&self.resolve(this));
        // What holds closures has methods by what its own closures are.
        self.func.holding.is_empty()
            && matches!(ty.peeled(), Ty::Unknown)
            && !CONVERSIONS.iter().any(|conversion| method == conversion)
            && !self.lenders.contains(&this.root)
            // The compiler would not choose between it and the one for all that dereferences.
            && !self.func.of_traits.contains(&method.to_string())
    }

    /// Whether an argument has another type in the derivative, or none by itself.
    fn is_other(&self, argument: &Operand) -> bool {
        self.is_boxed(argument)
            || match argument {
                Operand::Lambda(_) => true,
                Operand::Const(_) => self.function(argument).is_some(),
                Operand::Place(p, mode) => {
                    let ty = self.func.ty(&self.resolve(p));
                    self.signature(p.root).is_some()
                        || matches!(ty.peeled(), Ty::Tuple(_))
                        || self.lenders.contains(&p.root)
                        || self.func.collected.contains(&p.root)
                        || *mode == Mode::Value && matches!(ty, Ty::Seq(_))
                }
            }
    }

    /// The traits that are asked for.
    pub(super) fn all_hidden(&self) -> TokenStream {
        self.hidden.borrow().iter().map(|(module, method)| method.hidden(module)).collect()
    }
}

/// The module of the trait for a method of so many arguments.
fn hiding(name: &Ident, arguments: usize) -> Ident {
    let bare = name.to_string();
    generated!("__hidden_{}_{}", bare.trim_start_matches("r#"), arguments)
}

impl Method {
    fn hidden(&self, module: &Ident) -> TokenStream {
        let (private, name, rule) = (private(), &self.name, method_part("rrule", &self.name));
        let types: Vec<_> = (0..self.arguments).map(|k| format_ident!("A{}", k)).collect();
        quote_spanned! {name.span()=>
            mod #module {
                pub trait Hidden {
                    fn #name<#(#types),*>(&mut self, #(_: #types),*) -> #private::BehindDeref {
                        ::core::unreachable!()
                    }
                    fn #rule<#(#types,)* A>(&mut self, #(_: #types,)* _: A) -> #private::BehindDeref {
                        ::core::unreachable!()
                    }
                }
                impl<T: ::core::ops::DerefMut<Target: Sized> + ?Sized> Hidden for T {}
            }
        }
    }
}
