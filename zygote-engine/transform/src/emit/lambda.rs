//! Closures as arguments of calls, and functions that are parameters.

use super::{Emit, TokenStream, private, tape};
use crate::ir::{
    Lambda, Pull, Region, RegionId, ReverseLambda, Signature, Stmt, Ty, VarId, VarKind,
};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident, quote_spanned};
use std::collections::BTreeMap;

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
        let args: Vec<_> = (0..inputs).map(|k| generated!("__given_{}", k)).collect();
        // A closure, which is a `Fn` or a `FnMut` as the other function asks.
        quote!(&mut |#(#args),*| #name(#(#args),*))
    }

    /// The pull of a parameter that is a function, to be called.
    pub(super) fn shadow_of_function(&self, v: VarId) -> TokenStream {
        if self.shared.borrow().contains(&v) {
            let cell = self.cell_of_function(v);
            return quote!((*#cell.borrow_mut()));
        }
        self.shadow_name(v).into_token_stream()
    }

    /// The same, to be handed on.
    pub(super) fn handed_on_shadow(&self, v: VarId) -> TokenStream {
        let pull = self.shadow_of_function(v);
        if !self.shared.borrow().contains(&v) {
            return quote!(&mut *#pull);
        }
        let inputs = self.signature(v).map_or(0, |s| s.inputs.len());
        let args: Vec<_> = (0..2 * inputs + 2).map(|k| generated!("__given_{}", k)).collect();
        quote!(&mut |#(#args),*| #pull(#(#args),*))
    }

    /// Lets several closures use the pull of one function, one after the other, while `emit` runs.
    /// Gives what is to stand before.
    pub(super) fn share_functions<T>(
        &self,
        pull: &Pull,
        emit: impl FnOnce() -> T,
    ) -> (TokenStream, T) {
        let mut uses = BTreeMap::new();
        functions_handed_on(self, pull, &mut uses);
        for lambda in pull.lambdas.iter().flatten() {
            functions_pulled(self, &lambda.body, &mut uses);
        }
        let outer = self.shared.borrow().len();
        let several = uses.into_iter().filter(|(v, n)| *n > 1 && !self.shared.borrow().contains(v));
        let several: Vec<_> = several.map(|(v, _)| v).collect();
        let cells = several.iter().map(|v| {
            let (cell, pull) = (self.cell_of_function(*v), self.shadow_name(*v));
            quote!(let #cell = ::core::cell::RefCell::new(&mut *#pull);)
        });
        let cells = cells.collect();
        self.shared.borrow_mut().extend(several);
        let emitted = emit();
        self.shared.borrow_mut().truncate(outer);
        (cells, emitted)
    }

    fn shadow_name(&self, v: VarId) -> Ident {
        let k = self.func.params.iter().position(|p| p.var == v);
        generated!("__shadow_{}", k.expect("a function is a parameter"))
    }

    fn cell_of_function(&self, v: VarId) -> Ident {
        format_ident!("__shared{}", self.shadow_name(v))
    }

    pub(super) fn is_argument(&self, d: VarId) -> bool {
        self.adjoint.arguments.contains(&d)
    }

    /// Whether a variable is a part of what a closure is given, whose type it does not say.
    pub(super) fn is_of_argument(&self, v: VarId) -> bool {
        let func = self.func;
        let mut stmts = func.lambdas.iter().flat_map(|id| &self.regions[id].stmts);
        stmts.any(|s| match s {
            Stmt::Destructure(_, from, bindings) => {
                let from = from.place().map(|p| func.var(p.root));
                from.is_some_and(|of| of.kind == VarKind::Argument && of.ty == Ty::Unknown)
                    && bindings.iter().any(|(bound, _)| *bound == v)
            }
            _ => false,
        })
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
            let lent = &lambda.lent;
            return if ruled { quote!(&mut #closure) } else { quote!(#lent #closure) };
        }
        let params = lambda.params.iter().map(|(v, ty, _)| {
            let (name, ty) = (self.name(*v), ty.as_ref().map(|t| quote!(: #t)));
            quote!(#name #ty)
        });
        let id = lambda.body.id;
        let tapes = super::item::tapes(self, id);
        let passing = lambda.params.iter().filter(|_| ruled).map(|(v, ty, passing)| {
            let (passing, name) = (self.name(*passing), self.name(*v));
            if self.func.var(*v).kind == VarKind::Exclusive {
                return quote!(let #passing = (););
            }
            let given = ty.is_none().then(|| quote!(let #name = #private::untyped(#name);));
            quote_spanned!(name.span()=> let #passing = #private::passing(&#name); #given)
        });
        let stmts = self.forward_stmts(&lambda.body);
        let result = lambda.body.result.as_ref().expect("a closure has a value");
        let result = self.operand(result);
        if !ruled {
            let lent = &lambda.lent;
            return quote!(#lent |#(#params),*| { #tapes #stmts #result });
        }
        let kept = self.kept_values(id).unwrap_or_default();
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

/// How often the closures and arguments of a region's pulls use each parameter that is a function.
fn functions_pulled(emit: &Emit<'_>, region: &Region, uses: &mut BTreeMap<VarId, usize>) {
    for stmt in &region.stmts {
        if let Stmt::Pull(pull) = stmt {
            functions_handed_on(emit, pull, uses);
            if let Some(f) = pull.function {
                *uses.entry(f).or_default() += 1;
            }
        }
        stmt.regions().into_iter().for_each(|r| functions_pulled(emit, r, uses));
    }
}

fn functions_handed_on(emit: &Emit<'_>, pull: &Pull, uses: &mut BTreeMap<VarId, usize>) {
    let functions = pull.args.iter().filter_map(|a| a.place().map(|p| p.root));
    for f in functions.filter(|v| emit.signature(*v).is_some()) {
        *uses.entry(f).or_default() += 1;
    }
}
