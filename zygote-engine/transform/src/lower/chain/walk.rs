//! What a loop runs over: a range, or a chain of methods that has a walk.

use crate::error::{Result, unsupported};
use crate::ir::{Chain, Mode, Op, Operand, Source, Stmt, Ty};
use crate::lower::Lower;
use crate::lower::place::{slice_mode, strip};
use crate::lower::pure::Calls;
use proc_macro2::{TokenStream, TokenTree};
use syn::Expr;
use syn::spanned::Spanned;

/// In the place of a method: what it is called on may be a map, and is gone over in this order.
pub(super) const IN_ORDER: &str = "__in_order";

impl Lower {
    pub(in crate::lower) fn source(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Source> {
        if let Expr::Range(_) = strip(e) {
            return match self.chain(e, false, out)? {
                chain @ Chain::Range(..) if !has_end(e) => Ok(Source::Walk(chain)),
                Chain::Range(lo, hi, inclusive) => Ok(Source::Range(lo, hi, inclusive)),
                _ => unreachable!("a range is a range"),
            };
        }
        Ok(Source::Walk(self.chain(e, false, out)?))
    }

    pub(in crate::lower) fn chain(
        &mut self,
        e: &Expr,
        receives: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Chain> {
        match strip(e) {
            Expr::Range(r) => {
                let Some(lo) = &r.start else {
                    return unsupported(r, "a range without a start", "write where it starts");
                };
                let lo = self.inert(lo, out)?;
                let hi = match &r.end {
                    Some(hi) => self.inert(hi, out)?,
                    None => Operand::Const(quote::quote!()),
                };
                let (mut lo, hi) = (self.pin(lo, out), self.pin(hi, out));
                if let (Operand::Const(_), Operand::Const(_)) = (&lo, &hi) {
                    // Of a range of literals, use alone tells the type: once for both sweeps.
                    lo = self.temp(r.span(), Ty::Inert, Op::Use(lo), out);
                }
                Ok(Chain::Range(lo, hi, matches!(r.limits, syn::RangeLimits::Closed(_))))
            }
            e if slice_mode(e) == Some(Mode::Shared) && self.is_place(e) => {
                let place = self.place(e, out)?;
                let place = self.pinned(place, out);
                Ok(Chain::Root(Operand::Place(place, Mode::Shared), None))
            }
            Expr::MethodCall(m) if m.method == IN_ORDER => {
                let order = self.place(&m.args[0], out)?.root;
                match self.chain(&m.receiver, receives, out)? {
                    Chain::Root(root, None) => Ok(Chain::Root(root, Some(order))),
                    other => Ok(other),
                }
            }
            Expr::MethodCall(m)
                if m.method == "clone" && m.args.is_empty() && self.is_place(&m.receiver) =>
            {
                Ok(Chain::Root(self.operand(e, out)?, None))
            }
            Expr::MethodCall(m) if gives_a_list(m) => {
                let list = self.operand(&self.listed(e), out)?;
                Ok(Chain::Root(list, None))
            }
            Expr::MethodCall(m) => {
                if let Some(t) = &m.turbofish {
                    return unsupported(t, "a turbofish here", "leave it out");
                }
                // By the convention of the language, such a method lends exclusively. One of another
                // name does not compile, as the receiver is handed over by shared reference.
                if m.method.to_string().ends_with("_mut") {
                    return unsupported(
                        &m.method,
                        "a loop over exclusive references",
                        "loop over the indices and write `v[i]`",
                    );
                }
                let receiver = self.chain(&m.receiver, true, out)?;
                let counts = m.method == "skip" || m.method == "take" || m.method == "step_by";
                let mut args = vec![];
                for a in &m.args {
                    if counts && self.is_place(a) {
                        let count = self.inert(a, out)?;
                        args.push(Chain::Plain(self.pin(count, out)));
                        continue;
                    }
                    if let Expr::Closure(c) = strip(a) {
                        return unsupported(
                            c,
                            "a closure in the chain of a loop",
                            "do its work in the body of the loop",
                        );
                    }
                    args.push(self.chain(a, false, out)?);
                }
                Ok(Chain::Method(Box::new(receiver), m.method.clone(), args))
            }
            e if self.is_place(e) => match self.read(e, out)? {
                Op::Use(Operand::Place(p, mode)) => {
                    if mode == Mode::Exclusive && !receives {
                        return unsupported(
                            e,
                            "a loop over exclusive references",
                            "loop over the indices and write `v[i]`",
                        );
                    }
                    let p = self.pinned(p, out);
                    let operand = Operand::Place(p, mode);
                    let operand = if receives { operand } else { self.pin(operand, out) };
                    if mode == Mode::Value && self.ty(&operand) == Ty::Inert {
                        return Ok(Chain::Plain(operand));
                    }
                    Ok(Chain::Root(operand, None))
                }
                _ => unreachable!("a place is read as a place"),
            },
            Expr::Reference(r) => {
                if let Some(m) = &r.mutability {
                    return unsupported(
                        m,
                        "a loop over exclusive references",
                        "loop over the indices and write `v[i]`",
                    );
                }
                let place = self.place(&r.expr, out)?;
                let place = self.pinned(place, out);
                Ok(Chain::Root(Operand::Place(place, Mode::Shared), None))
            }
            Expr::Lit(_) => Ok(Chain::Plain(self.inert(e, out)?)),
            Expr::Array(_)
            | Expr::Macro(_)
            | Expr::Call(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Path(_) => {
                let value = self.operand(e, out)?;
                Ok(Chain::Root(value, None))
            }
            Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => {
                let place = self.place(e, out)?;
                let place = self.pinned(place, out);
                Ok(Chain::Root(Operand::Place(place, Mode::Value), None))
            }
            _ if receives => Ok(Chain::Root(self.operand(e, out)?, None)),
            // A number, such as a step; the compiler checks that it is one.
            _ => {
                let value = self.inert(e, out)?;
                Ok(Chain::Plain(self.pin(value, out)))
            }
        }
    }

    /// A range of integers as a value.
    pub(in crate::lower) fn range_value(
        &mut self,
        r: &syn::ExprRange,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let mut r = r.clone();
        for bound in [&mut r.start, &mut r.end].into_iter().flatten() {
            **bound = self.settled_number(bound, out)?;
        }
        self.integers(&r, out);
        match self.pure(&Expr::Range(r.clone()), Calls::Reading) {
            Some((tokens, reads)) => Ok(Op::Verbatim(quote::quote!((#tokens)), reads, Ty::Unknown)),
            None => unsupported(&r, "this range as a value", "bind its bounds with `let` first"),
        }
    }

    /// The compiler checks that the bounds of a range are integers.
    pub(super) fn integers(&mut self, r: &syn::ExprRange, out: &mut Vec<Stmt>) {
        let bounds = [&r.start, &r.end].into_iter().flatten();
        let bounds = bounds.filter_map(|e| self.pure(e, Calls::Reading));
        let bounds: Vec<_> = bounds.map(|(tokens, _)| tokens).collect();
        if let [start, end] = &bounds[..] {
            let span = r.span();
            let private = quote::quote_spanned!(span=> ::zygote_engine::__private);
            out.push(Stmt::Macro(quote::quote_spanned!(span=> #private::bounds(#start, #end))));
        }
    }

    /// What a call gives as a list: the iterator of what is constant, such as that of a text, has no
    /// reverse.
    pub(super) fn listed(&self, e: &Expr) -> Expr {
        match self.pure(e, Calls::Forbidden) {
            Some((_, reads)) if self.all_constant(&reads) => {
                let owned = crate::lower::view::owned(e, e.span());
                syn::parse_quote_spanned!(e.span()=> ::std::vec::Vec::from_iter(#owned))
            }
            _ => e.clone(),
        }
    }

    pub(in crate::lower) fn chain_constant(&self, chain: &Chain) -> bool {
        match chain {
            Chain::Root(Operand::Place(p, _), _) => self.all_constant(std::slice::from_ref(p)),
            Chain::Root(..) | Chain::Range(..) | Chain::Plain(_) => true,
            Chain::Method(receiver, _, args) => {
                self.chain_constant(receiver) && args.iter().all(|a| self.chain_constant(a))
            }
        }
    }

    /// Notes which of the variables that a pattern binds are items of constants alone.
    pub(in crate::lower) fn constant_items(&mut self, pattern: &TokenStream, chain: &Chain) {
        if self.chain_constant(chain) {
            for v in crate::lower::placeholders(pattern) {
                let var = &mut self.func.vars[v.0];
                var.constant |= !var.mutable;
            }
            return;
        }
        let Chain::Method(receiver, name, args) = chain else { return };
        match (name.to_string().as_str(), &args[..], &pair(pattern)) {
            ("zip", [other], Some([a, b])) => {
                self.constant_items(a, receiver);
                self.constant_items(b, other);
            }
            ("enumerate", [], Some([_, item])) => self.constant_items(item, receiver),
            ("rev" | "skip" | "take" | "step_by" | "copied" | "cloned" | "iter", ..) => {
                self.constant_items(pattern, receiver);
            }
            _ => {}
        }
    }

    /// What is known of the type of the items.
    pub(in crate::lower) fn chain_item(&self, chain: &Chain) -> Ty {
        match chain {
            Chain::Root(operand, _) => {
                let of = match self.ty(operand).peeled() {
                    Ty::Seq(of) => (**of).clone(),
                    _ => Ty::Unknown,
                };
                let by_value = matches!(operand, Operand::Place(_, Mode::Value));
                if by_value { of } else { Ty::Ref(Box::new(of)) }
            }
            Chain::Method(..) if self.only_ranges(chain) => Ty::Inert,
            Chain::Method(receiver, name, args) => {
                let item = self.chain_item(receiver);
                match name.to_string().as_str() {
                    "iter" => Ty::Ref(Box::new(item.peeled().clone())),
                    "copied" | "cloned" => item.peeled().clone(),
                    "rev" | "skip" | "take" | "step_by" => item,
                    "enumerate" => Ty::Tuple(vec![Ty::Inert, item]),
                    "zip" => Ty::Tuple(vec![item, self.chain_item(&args[0])]),
                    _ => Ty::Unknown,
                }
            }
            _ => Ty::Unknown,
        }
    }

    fn only_ranges(&self, chain: &Chain) -> bool {
        match chain {
            Chain::Range(..) | Chain::Plain(_) => true,
            Chain::Root(..) => false,
            Chain::Method(receiver, _, args) => {
                self.only_ranges(receiver) && args.iter().all(|a| self.only_ranges(a))
            }
        }
    }
}

/// The parts of a pattern that takes a pair apart.
fn pair(pattern: &TokenStream) -> Option<[TokenStream; 2]> {
    let mut tokens = pattern.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else { return None };
    let mut parts = vec![TokenStream::new()];
    for token in group.stream() {
        match &token {
            TokenTree::Punct(p) if p.as_char() == ',' => parts.push(TokenStream::new()),
            _ => parts.last_mut()?.extend([token]),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.try_into().ok()
}

fn has_end(e: &Expr) -> bool {
    !matches!(strip(e), Expr::Range(r) if r.end.is_none())
}

/// Whether a method gives what is walked over: by the convention of the language, one that walks over
/// its receiver is called `iter`, or ends in it.
fn gives_a_list(m: &syn::ExprMethodCall) -> bool {
    let name = m.method.to_string();
    !super::is_iterating(&m.method)
        && !super::makes_iterator(&m.method)
        && !name.ends_with("iter")
        && !name.ends_with("_mut")
        && !m.args.iter().any(|a| matches!(strip(a), Expr::Closure(_)))
}
