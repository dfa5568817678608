//! The pullbacks of calls.

use super::disjoint::Of;
use super::{Emit, TokenStream, private};
use crate::ir::{Mode, Operand, Place, Pull, Ty, VarId, VarKind, mention};
use quote::quote_spanned;
use std::collections::BTreeSet;

impl Emit<'_> {
    pub(super) fn pull(&self, pull: &Pull) -> TokenStream {
        let outer = self.read_only.borrow().len();
        self.read_only.borrow_mut().extend(self.used_at_once(pull).into_iter().map(Place::var));
        let (cells, call) = self.share_functions(pull, || self.pull_with(pull));
        self.read_only.borrow_mut().truncate(outer);
        let call = if cells.is_empty() { call } else { quote!({ #cells #call }) };
        if self.needed_for(pull.back).is_none() {
            return call;
        }
        let back = self.name(pull.back);
        quote!(if let ::core::option::Option::Some(#back) = #back.pullback() { #call })
    }

    fn pull_with(&self, pull: &Pull) -> TokenStream {
        let disjoint = self.disjoint(pull);
        let args = pull.args.iter().enumerate().map(|(n, arg)| match arg {
            Operand::Place(..) if disjoint.places.contains_key(&(Of::Argument, n)) => {
                let place = &disjoint.places[&(Of::Argument, n)];
                if self.is_exclusive(arg) { quote!(&mut #place) } else { quote!(&#place) }
            }
            Operand::Place(p, _) if self.is_boxed(arg) => {
                let (private, place, slot) = (private(), self.shared(p), given(n));
                quote!(#private::given(#place, &mut #slot))
            }
            Operand::Const(_) if self.function(arg).is_some() => quote!(&()),
            // A reference to an array, which becomes one to a slice.
            Operand::Const(t) if syn::parse2::<syn::LitByteStr>(t.clone()).is_ok() => t.clone(),
            Operand::Const(t) => quote!(&(#t)),
            Operand::Lambda(_) => quote!(&()),
            Operand::Place(p, _) if self.signature(p.root).is_some() => quote!(&()),
            Operand::Place(p, _) if self.is_exclusive(arg) => self.exclusive(p),
            // A copy, since closures among the arguments may change the number.
            Operand::Place(p, Mode::Value)
                if !pull.lambdas.is_empty()
                    && matches!(self.operand_ty(arg), Ty::Real | Ty::Inert) =>
            {
                let number = self.place(p);
                quote!(&::core::clone::Clone::clone(&#number))
            }
            // An item is a reference or a value, which only the compiler knows.
            Operand::Place(p, Mode::Receiver)
                if self.is_item(p) && self.func.var(p.root).ty == Ty::Unknown =>
            {
                let (private, place) = (private(), self.place(p));
                quote!({ use #private::Referent as _; #place.__referent() })
            }
            Operand::Place(p, Mode::Value)
                if self.is_item(p)
                    && matches!(self.func.var(p.root).ty, Ty::Unknown | Ty::Seq(_)) =>
            {
                let (private, place) = (private(), self.place(p));
                quote!({ use #private::LentItem as _; #private::Item(&#place).lent() })
            }
            // A reference to the reference, which becomes one to the text where that is expected.
            Operand::Place(p, _) if self.func.is_reference_to_text(p) => {
                let place = self.place(p);
                quote!(&#place)
            }
            // What the variable refers to, so that a box becomes `&dyn Trait`.
            Operand::Place(p, _)
                if p.path.is_empty() && matches!(self.func.var(p.root).ty, Ty::Ref(_)) =>
            {
                let place = self.place(p);
                if self.is_reference(p) { self.shared(p) } else { quote!(&*#place) }
            }
            Operand::Place(p, _) => self.shared(p),
        });
        let shadows =
            pull.args.iter().zip(&pull.shadows).enumerate().map(|(n, (arg, s))| match s {
                Some(_) if disjoint.places.contains_key(&(Of::Shadow, n)) => {
                    let place = &disjoint.places[&(Of::Shadow, n)];
                    quote!(&mut #place)
                }
                Some(place) if self.is_boxed(arg) => {
                    let (private, slot) = (private(), given_shadow(n));
                    let shadow = self.lent_shadow(pull, place, n);
                    let p = self.shared(arg.place().expect("a box is a place"));
                    quote!(#private::given_shadow(#p, #shadow, &mut #slot))
                }
                Some(place) => self.shadow_of_lent(arg, self.lent_shadow(pull, place, n)),
                None if matches!(arg, Operand::Lambda(_)) => {
                    let Operand::Lambda(k) = arg else { unreachable!("checked") };
                    match &pull.lambdas[*k] {
                        Some(lambda) => self.reverse_lambda(lambda),
                        None => quote!(()),
                    }
                }
                None if arg.place().is_some_and(|p| self.signature(p.root).is_some()) => {
                    let p = arg.place().expect("checked");
                    self.handed_on_shadow(p.root)
                }
                // The pull of a function that is a parameter adds to each argument's cotangent.
                None if pull.function.is_some() => match arg {
                    Operand::Const(t) => {
                        let private = private();
                        quote!(&mut #private::zero_like(&(#t)))
                    }
                    _ => quote!(()),
                },
                None => self.function(arg).map_or_else(|| quote!(()), |(_, pull)| pull),
            });
        let shadows = shadows.enumerate().map(|(n, shadow)| {
            let lent = match self.of_lent(pull, n) {
                Some(act) => self.lent_by(&act, pull.shadows[n].as_ref(), shadow),
                None => shadow,
            };
            self.shadow_behind(pull, n, lent)
        });
        let (back, d) = (self.name(pull.back), self.name(pull.cotangent));
        let span = back.span();
        // Places for cotangents of parts of parameters that may be constant.
        let parts = pull.shadows.iter().enumerate().filter(|(n, s)| {
            s.as_ref().is_some_and(|s| match self.parameter(s.root) {
                Some(_) => {
                    self.shared_parameter(s.root).is_some()
                        && (pull.function.is_some() || !self.is_lent_by_activity(&pull.args[*n]))
                }
                None => false,
            })
        });
        let slots = parts.map(|(n, _)| {
            let slot = generated!("__unwanted_{}", n);
            quote!(let mut #slot = ::core::option::Option::None;)
        });
        let slots: TokenStream = slots.collect();
        let lent = pull.shadows.iter().enumerate();
        let lent = lent.filter(|(n, _)| !disjoint.places.contains_key(&(Of::Shadow, *n)));
        let behind = lent.filter_map(|(n, s)| Some(self.places_behind(&s.as_ref()?.path, n)));
        let behind: TokenStream = behind.collect();
        let call = match pull.function {
            // The residual of a function that is a parameter goes to the pull that the caller gave.
            Some(f) => {
                let pull = self.shadow_of_function(f);
                quote_spanned!(span=> #pull(#back, #(#args,)* &#d, #(#shadows),*);)
            }
            None => quote_spanned!(span=> #back(#(#args,)* &#d, #(#shadows),*);),
        };
        let run = pull.again.as_ref().map(|call| {
            let (slots, value) = (self.slots(call), self.ruled_call(call));
            quote!(#slots let (_, #back) = #value;)
        });
        let (boxes, added) = self.boxes(pull);
        let lets = &disjoint.lets;
        if slots.is_empty()
            && behind.is_empty()
            && run.is_none()
            && boxes.is_empty()
            && lets.is_empty()
        {
            call
        } else {
            quote!({ #slots #behind #boxes #run #lets #call #added })
        }
    }

    /// The places for boxes as they were handed over and for their cotangents, and how these are added
    /// to the cotangents of the boxes.
    fn boxes(&self, pull: &Pull) -> (TokenStream, TokenStream) {
        let private = private();
        let (mut slots, mut added) = (quote!(), quote!());
        for (n, (arg, shadow)) in pull.args.iter().zip(&pull.shadows).enumerate() {
            if !self.is_boxed(arg) {
                continue;
            }
            let slot = given(n);
            slots.extend(quote!(let mut #slot = ::core::option::Option::None;));
            if let Some(place) = shadow {
                let (slot, shadow) = (given_shadow(n), self.lent_shadow(pull, place, n));
                slots.extend(quote!(let mut #slot = ::core::option::Option::None;));
                added.extend(quote!(#private::added(#shadow, #slot);));
            }
        }
        (slots, added)
    }

    /// Whether a place is the whole item of a loop.
    fn is_item(&self, place: &Place) -> bool {
        place.path.is_empty() && self.func.var(place.root).kind == VarKind::Item
    }

    /// Whether an argument is lent by exclusive reference.
    pub(super) fn is_exclusive(&self, arg: &Operand) -> bool {
        match arg {
            Operand::Place(_, Mode::Exclusive) => true,
            Operand::Place(p, Mode::Receiver) => self.func.changeable(p) && !self.is_shared(p),
            _ => false,
        }
    }

    /// Whether a receiver is lent by shared reference, whatever the method takes.
    fn is_shared(&self, place: &Place) -> bool {
        let place = self.func.resolve(place);
        self.read_only.borrow().iter().any(|read| read.overlaps(&place))
    }

    /// The variables that a closure of a call uses beside another one, or beside a reference among the
    /// arguments: neither changes them, or the user's call would not compile.
    fn used_at_once(&self, pull: &Pull) -> Vec<VarId> {
        let mut all: Vec<VarId> = vec![];
        for lambda in pull.lambdas.iter().flatten() {
            let body = self.regions[&lambda.body.id];
            let mut mentioned = BTreeSet::new();
            body.stmts.iter().for_each(|s| mention(s, &mut mentioned));
            mentioned.extend(body.result.as_ref().and_then(Operand::place).map(|p| p.root));
            let roots: BTreeSet<_> =
                mentioned.into_iter().map(|v| self.func.root(&Place::var(v))).collect();
            let outside = |v: &VarId| !self.func.within(self.func.var(*v).home, body.id);
            all.extend(roots.into_iter().filter(outside));
        }
        let lent = pull.args.iter().filter_map(|a| match a {
            Operand::Place(p, Mode::Shared) => Some(self.func.root(p)),
            _ => None,
        });
        all.extend(lent);
        all.sort_unstable();
        all.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| same[0]).collect()
    }

    /// Whether an argument is a box that may become one of a trait object in the call.
    pub(super) fn is_boxed(&self, arg: &Operand) -> bool {
        match arg {
            Operand::Place(p, Mode::Value) if p.path.is_empty() => {
                let var = self.func.var(p.root);
                var.ty == Ty::Boxed && var.kind == VarKind::Local
            }
            _ => false,
        }
    }
}

/// The name of the place for a box as it was handed over.
fn given(n: usize) -> proc_macro2::Ident {
    generated!("__given_{}", n)
}

/// The name of the place for its cotangent.
fn given_shadow(n: usize) -> proc_macro2::Ident {
    generated!("__given_shadow_{}", n)
}
