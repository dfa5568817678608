//! Closures as arguments of calls, and functions that are parameters.

use super::{Emit, TokenStream, private, tape};
use crate::ir::{Lambda, RegionId, ReverseLambda, Signature, VarId, VarKind};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident, quote};

impl Emit<'_> {
    /// The types of a parameter that is a function.
    pub(super) fn signature(&self, v: VarId) -> Option<&Signature> {
        match &self.func.var(v).kind {
            VarKind::Function(signature) => Some(signature),
            _ => None,
        }
    }

    /// A parameter that is a function, as an argument of another call.
    pub(super) fn handed_on(&self, v: VarId) -> TokenStream {
        let name = self.name(v);
        let inputs = self.signature(v).map_or(0, |s| s.inputs.len());
        let args: Vec<_> = (0..inputs).map(|k| format_ident!("__given_{}", k)).collect();
        // A closure, which is a `Fn` or a `FnMut` as the other function asks.
        quote!(&mut |#(#args),*| #name(#(#args),*))
    }

    /// The pull of a parameter that is a function.
    pub(super) fn shadow_of_function(&self, v: VarId) -> Ident {
        let k = self.func.params.iter().position(|p| p.var == v);
        format_ident!("__shadow_{}", k.expect("a function is a parameter"))
    }

    pub(super) fn is_argument(&self, d: VarId) -> bool {
        self.adjoint.arguments.contains(&d)
    }

    /// The names of the tapes of the regions inside a body.
    fn tapes_of(&self, owner: RegionId) -> Vec<Ident> {
        let regions = self.record.keep.keys().copied();
        regions.filter(|r| *r != owner && self.func.owner(*r) == owner).map(tape).collect()
    }

    /// A closure as the user wrote it, or, if the call goes through a rule, one that gives its value and
    /// what is kept of the run.
    pub(super) fn forward_lambda(&self, lambda: &Lambda, ruled: bool) -> TokenStream {
        let private = private();
        if let Some((tokens, _)) = &lambda.inert {
            let closure = self.fill(tokens.clone());
            return if ruled { quote!(&mut #closure) } else { closure };
        }
        let params = lambda.params.iter().map(|(v, ty, _)| {
            let (name, ty) = (self.name(*v), ty.as_ref().map(|t| quote!(: #t)));
            quote!(#name #ty)
        });
        let id = lambda.body.id;
        let tapes = super::item::tapes(self, id);
        let passing = lambda.params.iter().filter(|_| ruled).map(|(v, _, passing)| {
            let (passing, name) = (self.name(*passing), self.name(*v));
            quote!(let #passing = #private::passing(&#name);)
        });
        let stmts = self.forward_stmts(&lambda.body);
        let result = lambda.body.result.as_ref().expect("a closure has a value");
        let result = self.operand(result);
        if !ruled {
            return quote!(|#(#params),*| { #tapes #stmts #result });
        }
        let kept = self.kept(id).unwrap_or_default();
        let late = self.late_witnesses(id);
        let tape_names = self.tapes_of(id);
        quote! {
            &mut |#(#params),*| {
                #tapes
                #(#passing)*
                #stmts
                let __value = #result;
                #late
                (__value, (#(#kept,)* #(#tape_names,)*))
            }
        }
    }

    /// The pull of one run of a closure.
    pub(super) fn reverse_lambda(&self, lambda: &ReverseLambda) -> TokenStream {
        let id = lambda.body.id;
        let kept = self.kept(id).unwrap_or_default();
        let tapes = self.tapes_of(id);
        let (mut names, mut again, mut shadows) = (vec![], quote!(), vec![]);
        for (param, passing, d) in &lambda.params {
            let name = self.name(*param);
            if self.func.var(*param).kind != VarKind::Exclusive {
                let passing = self.name(*passing);
                again.extend(quote!(let #name = #passing.argument(#name);));
            }
            names.push(name);
            shadows.push(self.name(*d).to_token_stream());
        }
        let dy = self.name(lambda.result);
        let body = self.reverse_from(&lambda.body, true);
        quote! {
            &mut |__residual, #(#names,)* #dy, #(#shadows),*| {
                let (#(mut #kept,)* #(mut #tapes,)*) = __residual;
                #again
                let mut #dy = ::core::clone::Clone::clone(#dy);
                #body
            }
        }
    }
}
