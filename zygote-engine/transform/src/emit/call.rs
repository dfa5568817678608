//! Calls in the forward sweep.

use super::found::CLOSURE_OF_METHOD;
use super::missing::Asked;
use super::twin::method_part;
use super::{Emit, TokenStream, private};
use crate::ir::{Call, Callee, Mode, Operand, VarId, VarKind};
use crate::makers::{is_clone, named_again};
use proc_macro2::{Ident, Span};
use quote::quote_spanned;

impl Emit<'_> {
    pub(super) fn call_made(&self, v: VarId, call: &Call) -> TokenStream {
        let private = private();
        let ruled = self.adjoint.ruled.contains(&call.back) && !call.again;
        if !ruled {
            let saves = call.changes(self.func).filter_map(|(k, place)| {
                let old = call.olds[k].filter(|o| self.record.saved.contains(o))?;
                let (old, place) = (self.name(old), self.shared(place));
                Some(quote!(let #old = #private::save(#place);))
            });
            let saves: TokenStream = saves.collect();
            let args: Vec<_> = (0..call.args.len()).map(|k| self.without_rule(k, call)).collect();
            let value = self.plain_call(call, &args);
            let (slots, declare) = (self.slots(call), self.declare(v, value));
            return quote!(#saves #slots #declare);
        }
        let (mut slots, value) = (self.slots(call), self.ruled_call(call));
        slots.extend(self.key_is_constant(call));
        let var = self.func.var(v);
        let mutable = var.mutable.then(|| quote!(mut));
        let (name, back, keep) = (self.name(v), self.name(call.back), self.keep(v));
        match &var.declared {
            Some(ty) => {
                quote!(#slots let (#mutable #name, #back): (#ty, _) = #value; #keep)
            }
            // Where the call has no rule the compiler takes no part of a tuple, and says nothing more of what
            // is done with them.
            None => {
                let called = generated!("__called");
                let (before, after) = self.not_hidden(call, &called);
                quote! {
                    #slots
                    #before
                    let #called = #value;
                    #after
                    let (#mutable #name, #back) = (#called.0, #called.1);
                    #keep
                }
            }
        }
    }

    /// The check that the key of what comes into a map carries no derivative, if the call may be one that does so.
    fn key_is_constant(&self, call: &Call) -> Option<TokenStream> {
        let Callee::Method(name) = &call.callee else { return None };
        let [Operand::Place(map, _), Operand::Place(key, Mode::Value), _] = &call.args[..] else {
            return None;
        };
        let varies = self.activity.active(self.func.root(key)) && self.func.carries(key);
        let is_there = !self.inlined.contains_key(&key.root);
        if name != "insert" || !varies || !is_there {
            return None;
        }
        let (private, map, key) = (private(), self.shared(map), self.shared(key));
        Some(quote_spanned! {name.span()=> {
            use #private::in_maps::{AnyKey as _, NoMap as _, RealKey as _};
            #private::in_maps::Receiver(#map).keys().of(&(&#private::in_maps::Key(#key)).kind());
        }})
    }

    /// A call of a function itself.
    fn plain_call(&self, call: &Call, args: &[TokenStream]) -> TokenStream {
        match &call.callee {
            Callee::Method(name) => {
                let (this, rest) = (&args[0], &args[1..]);
                let shared = matches!(&call.args[0], Operand::Place(_, Mode::Shared));
                let this = if shared { quote!((#this)) } else { this.clone() };
                let (first, called) = at_once(rest, call.curried.map(|n| n - 1));
                quote_spanned!(name.span()=> #this.#name(#(#first),*) #called)
            }
            Callee::Value(_) => unreachable!("a parameter is called through its rule"),
            Callee::Pointer(f) => {
                let f = self.pointer(*f);
                quote!(#f(#(#args),*))
            }
            Callee::Function(path, name) => {
                let path = path.as_ref().map(|path| quote!(#path::));
                let (first, called) = at_once(args, call.curried);
                quote_spanned!(name.ident.span()=> #path #name(#(#first),*) #called)
            }
            Callee::Associated(path, name) => {
                let (first, called) = at_once(args, call.curried);
                quote_spanned!(name.ident.span()=> #path::#name(#(#first),*) #called)
            }
        }
    }

    /// The struct that a function makes, once more: by the function beside that one.
    pub(super) fn made_again(&self, call: &Call) -> TokenStream {
        let mut args: Vec<_> = call.args.iter().map(|a| self.operand(a)).collect();
        if self.func.makers.made_by(call, self.func).is_some_and(|made| made.takes_itself) {
            let this = &args[0];
            args[0] = quote!(::core::clone::Clone::clone(&#this));
        }
        let callee = match call.callee.clone() {
            Callee::Method(name) if !is_clone(call) => {
                Callee::Method(named_again(Some(&name), &name))
            }
            Callee::Associated(ty, mut name) => {
                name.ident = named_again(Some(&name.ident), &name.ident);
                Callee::Associated(ty, name)
            }
            Callee::Function(_, mut name) => {
                let function = name.ident.clone();
                name.ident = named_again(None, &function);
                Callee::Function(Some(function.into()), name)
            }
            other => other,
        };
        self.plain_call(&Call { callee, ..call.clone() }, &args)
    }

    /// An argument of a call without a rule: what varies may not come into what changes behind `&`.
    fn without_rule(&self, k: usize, call: &Call) -> TokenStream {
        let given = self.given(&call.args[k], call, false);
        let Operand::Place(p, Mode::Value | Mode::Shared) = &call.args[k] else { return given };
        if !self.activity.varied[self.func.root(p).0] || !self.func.carries(p) {
            return given;
        }
        let beside = call.args.iter().enumerate().filter_map(|(j, a)| match a {
            Operand::Place(q, Mode::Shared | Mode::Receiver) if j != k => Some(q),
            _ => None,
        });
        let span = match &call.callee {
            Callee::Value(f) | Callee::Pointer(f) => self.name(*f).span(),
            _ => call.name().map_or_else(Span::call_site, Ident::span),
        };
        beside
            .filter(|q| self.func.may_be_a_cell(q) && !self.func.changeable(q))
            .fold(given, |given, q| crate::lower::beside_a_cell(given, self.shared(q), span))
    }

    /// A call that goes through its rule: the value and the pullback.
    pub(super) fn ruled_call(&self, call: &Call) -> TokenStream {
        let activities = self.activities(call);
        let args: Vec<_> = call.args.iter().map(|a| self.given(a, call, true)).collect();
        match &call.callee {
            Callee::Method(name) => {
                let rule = self.rule_of_method(call, name);
                let (this, rest) = (&args[0], &args[1..]);
                // What a reference refers to, so that the compiler names its type.
                let this = match &call.args[0] {
                    Operand::Place(p, mode)
                        if *mode == Mode::Receiver
                            && p.path.is_empty()
                            && matches!(
                                self.func.var(p.root).kind,
                                VarKind::Shared | VarKind::Exclusive
                            ) =>
                    {
                        quote!((*#this))
                    }
                    Operand::Place(_, Mode::Shared) => quote!((#this)),
                    _ => this.clone(),
                };
                quote_spanned!(name.span()=> #this.#rule(#(#rest,)* #activities))
            }
            Callee::Value(f) => {
                let f = self.name(*f);
                quote_spanned!(f.span()=> #f(#(#args),*))
            }
            Callee::Pointer(f) => {
                let by_reference = |a: &Operand| matches!(a, Operand::Place(_, Mode::Shared));
                let modes: Vec<_> = call.args.iter().map(by_reference).collect();
                let (rule, f) = (crate::pointer::rule(&modes), self.pointer(*f));
                quote!({ #rule __rule(#f, #(#args,)* #activities) })
            }
            Callee::Function(path, name) => self.function_call(path.as_ref(), name, call, &args),
            Callee::Associated(path, name) => {
                let rule = self.rule_of_method(call, &name.ident);
                let first = match &call.args[0] {
                    Operand::Place(p, Mode::Value) if self.func.handed.contains(&p.root) => {
                        let value = &args[0];
                        quote!(&#value)
                    }
                    // The box becomes what is expected.
                    arg if self.is_boxed(arg) => {
                        let value = self.operand(arg);
                        quote!(&{ #value })
                    }
                    Operand::Place(_, Mode::Value) | Operand::Const(_) => {
                        self.borrowed(&call.args[0])
                    }
                    _ => args[0].clone(),
                };
                let rest = &args[1..];
                quote_spanned!(name.ident.span()=> #path::#rule(#first, #(#rest,)* #activities))
            }
        }
    }

    /// The name of the rule of a method, or of that and a call of what it gives.
    fn rule_of_method(&self, call: &Call, name: &Ident) -> Ident {
        let (asked, part) = match call.curried {
            Some(_) => (Asked::Closure, CLOSURE_OF_METHOD),
            None => (Asked::Call, "rrule"),
        };
        self.looked_up(asked, name);
        method_part(part, name)
    }

    /// The value of an `fn` pointer, which may stand behind a reference.
    fn pointer(&self, v: VarId) -> TokenStream {
        let (private, f) = (private(), self.name(v));
        quote_spanned!(f.span()=> { use #private::FunctionPointer as _; #f.function_pointer() })
    }

    /// An argument of a call.
    fn given(&self, operand: &Operand, call: &Call, ruled: bool) -> TokenStream {
        match operand {
            Operand::Lambda(k) if call.again && !ruled => {
                let (adjoint, record) = (self.adjoint.without_rules(), self.record.without_keeps());
                let plain = self.plain(&adjoint, &record);
                plain.forward_lambda(&call.lambdas[*k], false)
            }
            Operand::Lambda(k) => self.forward_lambda(&call.lambdas[*k], ruled),
            operand if ruled => match self.function(operand) {
                Some((called, _)) => called,
                None => self.slot(operand, call).unwrap_or_else(|| self.operand(operand)),
            },
            Operand::Const(t) if !matches!(call.callee, Callee::Method(_)) => {
                crate::pointer::kept(t)
            }
            operand => self.slot(operand, call).unwrap_or_else(|| self.operand(operand)),
        }
    }
}

/// The arguments of a function, and those of the call of what it gives, if it is called at once.
fn at_once(args: &[TokenStream], curried: Option<usize>) -> (&[TokenStream], Option<TokenStream>) {
    let Some(n) = curried else { return (args, None) };
    let (first, rest) = args.split_at(n);
    (first, Some(quote!((#(#rest),*))))
}
