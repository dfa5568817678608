//! Arguments that are behind a field which may be a reference: what such a field refers to is constant. The compiler
//! finds whether it is one, in both sweeps.

use super::{Emit, TokenStream};
use crate::ir::{Call, Callee, Operand, Place, Pull, VarId};
use proc_macro2::Span;
use quote::{format_ident, quote_spanned};

impl Emit<'_> {
    /// Whether a variable is a copy of a field that may be a reference.
    pub(super) fn copies_field(&self, v: VarId) -> bool {
        self.adjoint.copied.contains_key(&v) || self.adjoint.taken.contains(&v)
    }

    /// The fields on the way to an argument that may be references, and a copy of one.
    fn fields_before(&self, operand: &Operand) -> Vec<Place> {
        let Some(place) = operand.place() else { return vec![] };
        let until = |k: usize| Place { path: place.path[..k].to_vec(), ..place.clone() };
        let fields = (1..=place.path.len()).map(until);
        let may_refer =
            |p: &Place| crate::adjoint::is_named(p) && crate::adjoint::may_refer(self.func, p);
        let fields = fields.filter(may_refer);
        self.copies_field(place.root).then(|| until(0)).into_iter().chain(fields).collect()
    }

    /// Whether an argument may be behind a reference.
    fn may_be_behind(&self, operand: &Operand) -> bool {
        !self.fields_before(operand).is_empty()
    }

    /// Whether a call may be given the shadow of an argument by its activity. One behind a field that may be a
    /// reference is given by the type of that, and becomes what is taken: a slice, where it is a list.
    pub(super) fn is_lent_by_activity(&self, operand: &Operand) -> bool {
        !self.may_be_behind(operand)
            || operand.place().is_some_and(|place| self.is_handed_on(&self.func.resolve(place)))
    }

    /// What holds the types of fields, and their names.
    fn types_of(&self, fields: &[Place], span: Span) -> (TokenStream, Vec<TokenStream>) {
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let types = fields.iter().enumerate().map(|(k, field)| {
            let (name, field) = (format_ident!("__field_{}", k), self.shared(field));
            let declared = quote! {
                let #name = #private::TypeOf::unknown();
                // What is never reached borrows nothing.
                loop {
                    break;
                    #name.is(#field);
                }
            };
            (declared, quote!(#name))
        });
        let (declared, names): (Vec<_>, Vec<_>) = types.unzip();
        (quote!(use #private::BehindNoReference as _; #(#declared)*), names)
    }

    /// The activity of an argument that may be one, given that of one that is not.
    pub(super) fn activity_behind(
        &self,
        operand: &Operand,
        call: &Call,
        callee: Span,
        otherwise: TokenStream,
    ) -> TokenStream {
        let fields = self.fields_before(operand);
        // What a pointer refers to takes all arguments for ones that vary.
        if fields.is_empty() || matches!(call.callee, Callee::Pointer(_)) {
            return otherwise;
        }
        let (types, names) = self.types_of(&fields, callee);
        let activity = names.iter().rfold(otherwise, |of, name| quote!(#name.activity_behind(#of)));
        quote!({ #types #activity })
    }

    /// The shadow of an argument that may be one.
    pub(super) fn shadow_behind(&self, pull: &Pull, n: usize, lent: TokenStream) -> TokenStream {
        let fields = self.fields_before(&pull.args[n]);
        let of_pointer =
            pull.again.as_ref().is_some_and(|call| matches!(call.callee, Callee::Pointer(_)));
        if fields.is_empty()
            || pull.shadows[n].is_none()
            || pull.function.is_some()
            || of_pointer
            || self.has_own_cotangent(pull.back, &pull.args, n)
        {
            return lent;
        }
        let (types, names) = self.types_of(&fields, Span::call_site());
        let shadow = names.iter().rfold(lent, |of, name| quote!(#name.shadow_behind(|| #of)));
        quote!({ #types #shadow })
    }
}
