//! Pullbacks behind pointers, for functions that call themselves.

use super::lifetimes::Pulled;
use super::twin::Twin;
use super::{TokenStream, private};
use proc_macro2::Ident;
use quote::format_ident;

impl Twin<'_> {
    /// The trait of the boxed pullbacks of a function that calls itself.
    fn pull_trait(&self) -> Ident {
        format_ident!("__Pull_{}", self.item.sig.ident)
    }

    /// The function that puts such a pullback into a box.
    pub fn boxed(&self) -> Ident {
        format_ident!("__boxed_{}", self.item.sig.ident)
    }

    /// A pullback behind a pointer, for a function that calls itself.
    pub fn dynamic(&self, acts: &[Ident], args: &[Ident], pulled: &Pulled) -> TokenStream {
        let private = private();
        let generic = self.generic();
        let (pull, boxed) = (self.pull_trait(), self.boxed());
        let names = self.arguments_of_generic();
        let Pulled { lifetimes, of_call, each, given, .. } = pulled;
        let (types, given) =
            (each.iter().map(|t| self.named(t.clone())), self.named(given.clone()));
        let types: Vec<_> = types.collect();
        quote! {
            trait #pull<#(#generic,)* #(#acts: #private::Activity),*> {
                fn pull<#(#lifetimes),*>(self: ::std::boxed::Box<Self>, #(#args: #types),*);
                fn copy(&self) -> ::std::boxed::Box<dyn #pull<#(#names,)* #(#acts),*>>;
            }
            fn #boxed<#(#generic,)* __F: #of_call FnOnce(#given) + Clone + 'static, #(#acts: #private::Activity),*>(
                back: __F,
            ) -> ::std::boxed::Box<dyn #pull<#(#names,)* #(#acts),*>> {
                ::std::boxed::Box::new(back)
            }
            impl<#(#generic,)* __F: #of_call FnOnce(#given) + Clone + 'static, #(#acts: #private::Activity),*> #pull<#(#names,)* #(#acts),*> for __F {
                fn pull<#(#lifetimes),*>(self: ::std::boxed::Box<Self>, #(#args: #types),*) {
                    (*self)(#(#args),*)
                }
                fn copy(&self) -> ::std::boxed::Box<dyn #pull<#(#names,)* #(#acts),*>> {
                    ::std::boxed::Box::new(::core::clone::Clone::clone(self))
                }
            }
            impl<#(#generic,)* #(#acts: #private::Activity),*> ::core::clone::Clone for ::std::boxed::Box<dyn #pull<#(#names,)* #(#acts),*>> {
                fn clone(&self) -> Self {
                    (**self).copy()
                }
            }
        }
    }
}
