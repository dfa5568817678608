//! Arguments that hold boxes, which become what the parameter says: the call keeps copies of them.

use super::{Emit, TokenStream, private};
use crate::ir::{Call, VarId};
use proc_macro2::Ident;
use quote::format_ident;

impl Emit<'_> {
    /// The place for a copy of an argument that holds boxes, if the reverse sweep reads it: its type is
    /// that of the parameter.
    pub(super) fn handed(&self, v: VarId) -> Option<Ident> {
        let kept = self.func.handed.contains(&v) && self.record.shared.contains(&v);
        kept.then(|| format_ident!("__handed_{}", self.name(v)))
    }

    /// A call, and the copies of such arguments.
    pub(super) fn forward_call(&self, v: VarId, call: &Call) -> TokenStream {
        let private = private();
        let handed = call.args.iter().filter_map(|a| a.place()).map(|p| p.root);
        let handed = handed.filter_map(|v| Some((self.name(v), self.handed(v)?)));
        let (names, slots): (Vec<_>, Vec<_>) = handed.unzip();
        let made = self.call_made(v, call);
        quote! {
            #(let mut #slots = ::core::option::Option::None;)*
            #made
            #(let #names = #private::handed_over(#slots);)*
        }
    }
}
