//! Fields whose type has no cotangent: those that are `#[constant]`, which are carried along, and texts.

use super::{Emit, TokenStream, private};
use crate::ir::{Construct, Mode, Op, Operand, Place, Proj, Region, Stmt, Ty, VarId, VarKind};
use crate::lower::constant_field;
use proc_macro2::{Ident, Span, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;

impl Emit<'_> {
    /// The place that a place is a field of, if the field may be one without cotangent. In generic code a
    /// type has the cotangents that its bounds say, which is no reason to leave one out.
    fn holder(&self, place: &Place) -> Option<Place> {
        let mut holder = place.clone();
        let unknown = *self.func.ty(&holder).peeled() == Ty::Unknown;
        let field = match holder.path.pop()? {
            Proj::Field(_) => true,
            Proj::Variant(path, _) => !crate::ir::is_error(&path),
            _ => false,
        };
        (self.func.concrete && unknown && field).then_some(holder)
    }

    /// Adds a copy of a cotangent to that of a field.
    pub(super) fn added_to_field(
        &self,
        place: &Place,
        target: &TokenStream,
        op: &Op,
    ) -> Option<TokenStream> {
        let (Op::Use(_) | Op::Same(_)) = op else { return None };
        let holder = self.shadow(&self.holder(place)?).0;
        let (private, op) = (private(), self.pulled(op));
        Some(quote!({
            use #private::{AddsTo as _, LeavesOut as _};
            let __holder = #private::Holder::new();
            // What is never reached borrows nothing.
            loop {
                break;
                __holder.is(&#holder);
            }
            (&mut #private::FieldShadow(__holder, &mut #target)).add(#op);
        }))
    }

    /// The shadow of a part that may be a text that is never freed, `&'static str`: nothing is added to it, and
    /// the reference to it gives none by which one could.
    pub(super) fn of_text(
        &self,
        arg: &Operand,
        alone: bool,
        place: &Place,
        lent: TokenStream,
    ) -> TokenStream {
        let Operand::Place(primal, mode) = arg else { return lent };
        if *mode == Mode::Exclusive {
            return lent;
        }
        let primal = self.func.resolve(primal);
        let unknown = *self.func.ty(&primal).peeled() == Ty::Unknown;
        let part = matches!(place.path.last(), Some(Proj::Field(_) | Proj::Variant(..)));
        // What has methods is often no text: a whole is looked at where a method has no more arguments.
        let whole = place.path.is_empty()
            && self.parameter(place.root).is_none()
            && (*mode != Mode::Receiver || alone);
        if !unknown || !(part || whole) {
            return lent;
        }
        let private = private();
        quote!({
            use #private::{IsAnything as _, IsText as _};
            let __shadow = #lent;
            let __kind = (&#private::ShadowOf(&*__shadow)).kind();
            #private::Lend::lend(__kind, __shadow)
        })
    }

    /// Lets the compiler check that what varies is written to no part of a field without cotangent, of
    /// which the cotangent has the value, and no zero. What is written by a reference is checked twice: the
    /// part that it refers to where it is made, what is inside of that by its name, as the rest of the value
    /// may be lent to it.
    pub(super) fn written_parts(&self, stmt: &Stmt) -> TokenStream {
        let holders = |(p, n): (&Place, usize)| -> Vec<Place> {
            let of = |k: usize| Place { path: p.path[..k].to_vec(), ..p.clone() };
            (1..n).map(of).collect()
        };
        let private = private();
        let unknown = |holder: &Place| *self.func.ty(holder).peeled() == Ty::Unknown;
        let is_field =
            |holder: &Place| matches!(holder.path.last(), Some(Proj::Field(_) | Proj::Variant(..)));
        let written = self.written(stmt).into_iter().flat_map(holders);
        let checks: Vec<_> = written
            .filter(|holder| unknown(holder) && is_field(holder))
            .map(|holder| self.shared(&holder))
            .map(|holder| quote!(#private::with_cotangent(#holder);))
            .collect();
        if checks.is_empty() {
            return quote!();
        }
        // What is never reached borrows nothing.
        quote!(loop { break; #(#checks)* })
    }

    /// The places that a statement writes what varies to, with the number of steps behind which it is written:
    /// those of a reference that it makes, if something is written by it.
    pub(super) fn written<'s>(&'s self, stmt: &'s Stmt) -> Vec<(&'s Place, usize)> {
        match stmt {
            Stmt::Alias(..) | Stmt::Destructure(..) | Stmt::Match(..) | Stmt::Macro(_) => {
                let made = self.made_by(stmt).into_iter();
                let written = made.filter_map(|(v, place)| {
                    let inside = self.written_inside(&self.func.body, v)?;
                    Some((place, place.path.len() + usize::from(inside)))
                });
                written.collect()
            }
            _ => self.written_by(stmt).into_iter().map(|p| (p, p.path.len())).collect(),
        }
    }

    /// The names of exclusive references that a statement makes, with what they refer to.
    fn made_by(&self, stmt: &Stmt) -> Vec<(VarId, &Place)> {
        let mut names = vec![];
        match stmt {
            Stmt::Alias(v, ..) => names.push(*v),
            Stmt::Destructure(pattern, ..) => names.extend(bound_by(pattern)),
            // Two halves of a place.
            Stmt::Macro(tokens) if starts_with_let(tokens) => names.extend(bound_by(tokens)),
            Stmt::Match(_, arms, ..) => {
                names.extend(arms.iter().flat_map(|(pattern, _)| bound_by(pattern)));
            }
            _ => {}
        }
        let made = names.into_iter().filter_map(|v| match &self.func.var(v).kind {
            VarKind::Alias(place, true) => Some((v, place)),
            _ => None,
        });
        made.collect()
    }

    /// The places that a statement writes what varies to.
    fn written_by<'s>(&self, stmt: &'s Stmt) -> Vec<&'s Place> {
        let varies = |operand: &Operand| {
            operand.place().is_some_and(|p| self.activity.active(self.func.root(p)))
        };
        match stmt {
            Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) if varies(value) => {
                vec![place]
            }
            Stmt::Let(v, Op::Call(call)) if self.adjoint.ruled.contains(&call.back) => {
                // A method whose value is not used is called for its effect.
                let changes = !self.adjoint.cotangents.contains_key(v)
                    && call.args.iter().skip(1).any(varies);
                let lent = call.args.iter().filter_map(|arg| match arg {
                    Operand::Place(p, Mode::Exclusive) => Some(p),
                    Operand::Place(p, Mode::Receiver) if changes && self.func.changeable(p) => {
                        Some(p)
                    }
                    _ => None,
                });
                lent.filter(|p| self.activity.active(self.func.root(p))).collect()
            }
            _ => vec![],
        }
    }

    /// Whether something in a region is written by the reference, or by one that is made of it, and
    /// whether that is a part of what it refers to.
    fn written_inside(&self, region: &Region, by: VarId) -> Option<bool> {
        let mut found: Option<bool> = None;
        for stmt in &region.stmts {
            let written = self.written_by(stmt).into_iter().filter(|p| p.root == by);
            let mut inside: Vec<bool> = written.map(is_inside).collect();
            for (v, place) in self.made_by(stmt).into_iter().filter(|(_, p)| p.root == by) {
                let through = self.written_inside(&self.func.body, v);
                inside.extend(through.map(|further| further || is_inside(place)));
            }
            inside.extend(
                stmt.regions().into_iter().filter_map(|inner| self.written_inside(inner, by)),
            );
            found = inside.into_iter().chain(found).reduce(|a, b| a || b);
        }
        found
    }

    /// Takes the shape of an operand.
    pub(super) fn taken_shape(&self, name: &Ident, operand: &Operand) -> TokenStream {
        if let Some(shape) = self.shape_of_lent(operand) {
            return quote!(let #name = #shape;);
        }
        let (private, borrowed) = (private(), self.borrowed(operand));
        if operand.place().is_none_or(|place| self.holder(place).is_none()) {
            return quote!(let #name = #private::shape(#borrowed););
        }
        quote!(let #name = {
            use #private::{HasShape as _, IsCarried as _};
            (&#private::FieldValue(#borrowed)).shape()
        };)
    }

    /// What a cotangent becomes that is taken out of its place.
    pub(super) fn left_in(&self, place: &Place, shape: VarId) -> TokenStream {
        let (private, shape) = (private(), self.name(shape));
        let Some(holder) = self.holder(place) else { return quote!(#shape.zero()) };
        let holder = self.shadow(&holder).0;
        quote!({
            let __holder = #private::Holder::new();
            loop {
                break;
                __holder.is(&#holder);
            }
            #private::ZeroOfField::zero_of_field(&#shape, &__holder)
        })
    }
}

impl Emit<'_> {
    /// What is made of parts, and the check that none of its `#[constant]` fields holds a closure that varies: a
    /// call of one adds to what it captures.
    pub(super) fn with_closures(&self, c: &Construct, made: TokenStream) -> TokenStream {
        let varies = |a: &Operand| {
            a.place().map(|p| self.func.root(p)).is_some_and(|root| {
                self.func.holding.contains(&root) && self.activity.varied[root.0]
            })
        };
        let held = c.parts.iter().filter(|(_, a)| varies(a));
        let variant = c.path.segments.last().map(|s| &s.ident);
        let checks = held.flat_map(|(member, _)| {
            let span = Span::call_site().located_at(at_member(c, member));
            [None, variant].map(|variant| {
                let is_constant =
                    constant_field(quote_spanned!(span=> __made), variant, member, span);
                quote_spanned!(span=> ::zygote_engine::__private::holds_closures(#is_constant);)
            })
        });
        let checks: Vec<_> = checks.collect();
        let reals = self.reals_held(c);
        if checks.is_empty() && reals.is_empty() {
            return made;
        }
        let private = private();
        let held = Ident::new("__made", Span::call_site());
        let checks =
            (!checks.is_empty()).then(|| quote!(let _ = #private::never(|| { #(#checks)* });));
        let reals = (!reals.is_empty()).then(|| quote!(if #private::is_run() { #reals }));
        quote! {{
            let __whole = #made;
            { let #held = &__whole; #checks #reals }
            __whole
        }}
    }
}

/// Where the user wrote a part of what is made.
pub(super) fn at_member(c: &Construct, member: &syn::Member) -> Span {
    match member {
        syn::Member::Named(name) => name.span(),
        syn::Member::Unnamed(_) => c.path.span(),
    }
}

/// Whether a place is a part of what its root refers to.
fn is_inside(place: &Place) -> bool {
    place.path.iter().any(|p| *p != Proj::Deref)
}

/// The variables that a pattern binds, which a condition or a value may follow.
pub(super) fn bound_by(pattern: &TokenStream) -> Vec<VarId> {
    let is_of_pattern = |t: &TokenTree| match t {
        TokenTree::Ident(i) => i != "if",
        TokenTree::Punct(p) => p.as_char() != '=',
        _ => true,
    };
    let pattern = pattern.clone().into_iter().take_while(is_of_pattern).collect();
    let mut names = vec![];
    crate::ir::mentioned_in(&pattern, &mut names);
    names.into_iter().map(|p| p.root).collect()
}

fn starts_with_let(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Ident(i)) if i == "let")
}
