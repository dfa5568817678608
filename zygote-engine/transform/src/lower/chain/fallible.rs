//! Chains that end at the first item without a value: `try_fold`, and `sum` and `collect` of items that
//! are options or results.

use super::item::Item;
use super::parts::{Flow, Pipeline};
use super::{Body, Labels};
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Op, Operand, Place, Stmt, Ty, VarId};
use crate::lower::Lower;
use crate::lower::question::{Fallible, fallible_type, kind_of};
use crate::lower::subject::{Binds, Subject};
use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

/// What a type is an option or a result of.
pub(super) fn payload_of(ty: &syn::Type) -> Option<(Fallible, syn::Type)> {
    let kind = fallible_type(ty)?;
    let syn::Type::Path(p) = ty else { return None };
    let of = match &p.path.segments.last()?.arguments {
        syn::PathArguments::AngleBracketed(all) => match all.args.first()? {
            syn::GenericArgument::Type(t) => t.clone(),
            _ => return None,
        },
        _ => syn::parse_quote!(_),
    };
    Some((kind, of))
}

impl Lower {
    /// What holds how a chain ended: a flag, or the error.
    pub(super) fn ending(&mut self, kind: Fallible, out: &mut Vec<Stmt>) -> VarId {
        match kind {
            Fallible::Option => {
                let start = Op::Use(Operand::Const(quote!(false)));
                self.state("ended", Ty::Inert, None, start, out)
            }
            Fallible::Result => {
                let start = Op::Use(Operand::Const(quote!(::core::option::Option::None)));
                self.state("error", Ty::Unknown, None, start, out)
            }
        }
    }

    /// Goes on with the payload of an option or result; without one notes that, and stops.
    pub(super) fn payload_or_end(
        &mut self,
        (kind, ending): (Fallible, VarId),
        value: Operand,
        label: Option<&syn::Lifetime>,
        go: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let number = self.func.record("arm", self.line, self.here);
        let some: syn::Path = match kind {
            Fallible::Option => syn::parse_quote!(::core::option::Option::Some),
            Fallible::Result => syn::parse_quote!(::core::result::Result::Ok),
        };
        let (some, go_on) = self.arm(&some, &value, &mut |s, payload, out| go(s, payload, out))?;
        let (none, end) = match kind {
            Fallible::Option => {
                let region = self.region(false, |s, out| {
                    let old = s.func.record("old", s.line, s.here);
                    let yes = Operand::Const(quote!(true));
                    out.push(Stmt::Store(Place::var(ending), yes, old));
                    out.push(Stmt::Exit(Exit::Break(label.cloned())));
                    Ok(None)
                })?;
                (quote!(_), region)
            }
            Fallible::Result => {
                let err = syn::parse_quote!(::core::result::Result::Err);
                self.arm(&err, &value, &mut |s, error, out| {
                    let error = s.whole_item(error, out)?;
                    let error = s.name_of_operand(error, out);
                    let ending = s.name_of_operand(Operand::var(ending), out);
                    let store = syn::parse_quote!(#ending = ::core::option::Option::Some(#error));
                    s.expression(&store, out)?;
                    out.push(Stmt::Exit(Exit::Break(label.cloned())));
                    Ok(())
                })?
            }
        };
        out.push(Stmt::Match(vec![value], vec![(some, go_on), (none, end)], None, number));
        Ok(())
    }

    /// The arm of a variant with one part.
    fn arm(
        &mut self,
        variant: &syn::Path,
        value: &Operand,
        body: &mut Body<'_>,
    ) -> Result<(proc_macro2::TokenStream, crate::ir::Region)> {
        let name = Ident::new("__payload", Span::call_site());
        let elems = Pat::Ident(syn::PatIdent {
            attrs: vec![],
            by_ref: None,
            mutability: None,
            ident: name.clone(),
            subpat: None,
        });
        let pattern = Pat::TupleStruct(syn::PatTupleStruct {
            attrs: vec![],
            qself: None,
            path: variant.clone(),
            paren_token: syn::token::Paren::default(),
            elems: std::iter::once(elems).collect(),
        });
        let mut tokens = quote!();
        let place = value.place().cloned();
        let region = self.region(false, |s, out| {
            s.scopes.push(HashMap::new());
            let mut bindings = vec![];
            let subject = Subject { place: place.as_ref(), binds: Binds::Locals, refutable: true };
            tokens = s.pattern(&pattern, &Ty::Unknown, vec![], subject, &mut bindings)?;
            if !bindings.is_empty() {
                out.push(Stmt::Destructure(quote!(), value.clone(), bindings));
            }
            let v = s.lookup(&name).expect("the pattern binds the name");
            let done = body(s, Item::One(Operand::var(v)), out);
            s.scopes.pop();
            done.map(|()| None)
        })?;
        Ok((tokens, region))
    }

    /// The value of a chain that may have ended early.
    pub(super) fn ended(
        &mut self,
        (kind, ending): (Fallible, VarId),
        value: Op,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let value = match value {
            Op::Use(value) => value,
            op => {
                let ty = self.op_ty(&op);
                self.temp(self.line, ty, op, out)
            }
        };
        let value: Expr = match value {
            Operand::Const(tokens) => syn::parse_quote!(#tokens),
            value => {
                let name = self.name_of_operand(value, out);
                syn::parse_quote!(#name)
            }
        };
        let ending = self.name_of_operand(Operand::var(ending), out);
        let whole: Expr = match kind {
            Fallible::Option => syn::parse_quote!(if #ending {
                ::core::option::Option::None
            } else {
                ::core::option::Option::Some(#value)
            }),
            Fallible::Result => syn::parse_quote!(match #ending {
                ::core::option::Option::Some(__error) => ::core::result::Result::Err(__error),
                ::core::option::Option::None => ::core::result::Result::Ok(#value),
            }),
        };
        self.op(&whole, out)
    }

    /// `sum`, `product` and `collect` of options or results: those of their payloads, up to the first
    /// without one.
    pub(super) fn of_payloads(
        &mut self,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        expected: Option<&syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        if !["sum", "product", "collect"].iter().any(|name| consumer.method == name) {
            return Ok(None);
        }
        let written = Self::written(consumer);
        let Some((kind, of)) = written.as_ref().or(expected).and_then(payload_of) else {
            return Ok(None);
        };
        let ending = self.ending(kind, out);
        let mut pipeline = pipeline.clone();
        pipeline.flow.push(Flow::Payload(kind, ending));
        let mut consumer = consumer.clone();
        consumer.turbofish = None;
        let of = (!matches!(of, syn::Type::Infer(_))).then_some(of);
        let value = self.consumed_by(&consumer, pipeline, of, out)?;
        self.ended((kind, ending), value, out).map(Some)
    }

    /// `try_fold` and, without a state, `try_for_each`.
    pub(super) fn tried_fold(
        &mut self,
        init: Option<&Expr>,
        f: &Expr,
        pipeline: &Pipeline,
        expected: Option<&syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let known = expected.and_then(payload_of);
        let by_closure = self.closure_of(f)?.and_then(|local| kind_of(local.body()));
        let Some(kind) = by_closure.or(known.as_ref().map(|(kind, _)| *kind)).or(self.fallible)
        else {
            return unsupported(
                f,
                "a closure here that does not say whether it gives an `Option` or a `Result`,",
                "bind the value with its type: `let sum: Option<f64> = ..`",
            );
        };
        let ending = self.ending(kind, out);
        let acc = match init {
            None => None,
            Some(init) => {
                let init = self.op(init, out)?;
                let ty = self.op_ty(&init);
                let declared = known.map(|(_, of)| of);
                let ty = declared.as_ref().map_or(ty, crate::lower::ty_of);
                let declared = declared.map(|t| t.to_token_stream());
                Some(self.state("folded", ty, declared, init, out))
            }
        };
        let span = f.span();
        let exit = self.exit_label(pipeline);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let value = match acc {
                Some(acc) => s.step_of_fold(f, acc, item, out)?,
                None => {
                    let value = s.applied(f, vec![item], out)?;
                    s.whole_item(value, out)?
                }
            };
            let mut store = |s: &mut Self, payload: Item, out: &mut Vec<Stmt>| {
                if let Some(acc) = acc {
                    let payload = s.whole_item(payload, out)?;
                    let old = s.func.record("old", span, s.here);
                    out.push(Stmt::Store(Place::var(acc), payload, old));
                }
                Ok(())
            };
            s.payload_or_end((kind, ending), value, exit.as_ref(), &mut store, out)
        };
        let labels = Labels { exit: exit.as_ref(), ..Labels::default() };
        self.run(pipeline, labels, true, &mut body, out)?;
        let value = match acc {
            Some(acc) => Op::Use(Operand::var(acc)),
            None => Op::Use(Operand::Const(quote!(()))),
        };
        self.ended((kind, ending), value, out)
    }
}
