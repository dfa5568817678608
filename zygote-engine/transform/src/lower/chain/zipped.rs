//! `zip` with or after what drops or adds items: the other side is found by number.

use super::Body;
use super::item::Item;
use super::parts::Pipe;
use super::pipe::Plan;
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Place, Stmt, Ty, VarId, VarKind};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, parse_quote};

/// The other side of a `zip`.
#[derive(Clone)]
pub(in crate::lower) struct Side {
    pub pipe: Pipe,
    /// Whether its items come first.
    pub first: bool,
    /// The name of the method.
    pub name: Ident,
}

impl Lower {
    /// The side with names for what it goes over, as it is here.
    pub(super) fn settled_side(&mut self, side: &mut Side, out: &mut Vec<Stmt>) -> Result<()> {
        match self.by_number(&side.pipe, out)? {
            Some(pipe) => side.pipe = pipe,
            None => {
                return unsupported(
                    &side.name,
                    "this adaptor with or after a chain that drops or adds items",
                    "collect one side into a `Vec` first, or write a loop",
                );
            }
        }
        Ok(())
    }

    /// A pipe whose items are found by their numbers, if they are.
    fn by_number(&mut self, pipe: &Pipe, out: &mut Vec<Stmt>) -> Result<Option<Pipe>> {
        // It is evaluated before the chain is.
        let settled = |s: &mut Self, e: &Expr, out: &mut Vec<Stmt>| {
            let known = s.known(e).is_of(crate::ir::Collection::Map);
            match known || s.pure(e, Calls::Reading).is_none() {
                true => Ok(None),
                false => s.settled_source(e, false, false, out),
            }
        };
        Ok(match pipe {
            Pipe::Walk(e @ Expr::Range(_)) => {
                super::step::refuse_changes(e, e)?;
                let mut pipe = pipe.clone();
                self.begun(&mut pipe, out)?;
                Some(pipe)
            }
            Pipe::Walk(e) | Pipe::Owned(e) => match strip(e) {
                Expr::MethodCall(m) if m.method == "iter" => {
                    settled(self, &m.receiver, out)?.map(|of| Pipe::Elements(of, false))
                }
                Expr::MethodCall(m) if m.method == "copied" || m.method == "cloned" => {
                    let of = self.by_number(&Pipe::Walk((*m.receiver).clone()), out)?;
                    of.map(|of| {
                        if m.method == "copied" { Pipe::Copied(Box::new(of)) } else { cloned(of) }
                    })
                }
                Expr::Reference(r) if r.mutability.is_none() => {
                    settled(self, &r.expr, out)?.map(|of| Pipe::Elements(of, false))
                }
                e if self.is_place(e) => {
                    let place = self.place(e, out)?;
                    let by_value = self.refers(&place).is_none();
                    settled(self, e, out)?.map(|of| match by_value {
                        true => cloned(Pipe::Elements(of, false)),
                        false => Pipe::Elements(of, false),
                    })
                }
                _ => None,
            },
            Pipe::Listed(e) => match self.collected_argument(e, out)? {
                Some(Operand::Place(list, mode)) => {
                    let name = self.name_of_operand(Operand::Place(list, Mode::Value), out);
                    let of = Pipe::Elements(parse_quote!(#name), false);
                    Some(if mode == Mode::Shared { of } else { cloned(of) })
                }
                _ => None,
            },
            Pipe::Elements(e, false) => settled(self, e, out)?.map(|of| Pipe::Elements(of, false)),
            Pipe::Windows(e, size) => match settled(self, e, out)? {
                Some(of) => Some(Pipe::Windows(of, self.settled_number(size, out)?)),
                None => None,
            },
            Pipe::Chunks(e, size, sort) if !sort.exclusive => match settled(self, e, out)? {
                Some(of) => Some(Pipe::Chunks(of, self.settled_number(size, out)?, *sort)),
                None => None,
            },
            Pipe::Map(of, f) => {
                self.by_number(of, out)?.map(|of| Pipe::Map(Box::new(of), f.clone()))
            }
            Pipe::Copied(of) => self.by_number(of, out)?.map(|of| Pipe::Copied(Box::new(of))),
            Pipe::Order(of, name, args) if name == "skip" || name == "take" => {
                let n = self.settled_number(&args[0], out)?;
                match self.by_number(of, out)? {
                    Some(Pipe::Elements(of, _)) => Some(self.bounded(&of, name, &n, out)?),
                    Some(Pipe::Copied(of)) => match *of {
                        Pipe::Elements(of, _) => {
                            Some(Pipe::Copied(Box::new(self.bounded(&of, name, &n, out)?)))
                        }
                        _ => None,
                    },
                    _ => None,
                }
            }
            Pipe::Order(of, name, _) if name == "rev" => {
                let of = self.by_number(of, out)?;
                of.filter(|of| matches!(of, Pipe::Elements(..) | Pipe::Copied(_)))
                    .map(|of| Pipe::Order(Box::new(of), name.clone(), vec![]))
            }
            _ => None,
        })
    }

    /// The elements after so many, or so many of them.
    fn bounded(&mut self, of: &Expr, name: &Ident, n: &Expr, out: &mut Vec<Stmt>) -> Result<Pipe> {
        let n: Expr = parse_quote!((if #n < #of.len() { #n } else { #of.len() }));
        let n = self.settled_number(&n, out)?;
        let part: Expr = match name == "skip" {
            true => parse_quote!(#of[#n..]),
            false => parse_quote!(#of[..#n]),
        };
        let part = self.settled_source(&part, false, false, out)?;
        Ok(Pipe::Elements(part.expect("a shared part has a name"), false))
    }

    /// The number of the first item, or the first number itself.
    pub(super) fn first_of_side(&mut self, side: &Side, out: &mut Vec<Stmt>) -> Result<VarId> {
        let (declared, start) = match range(&side.pipe) {
            Some(r) => {
                let Some(start) = &r.start else {
                    return unsupported(r, "a range without a start", "write where it starts");
                };
                (None, self.op(start, out)?)
            }
            None => {
                let zero = Op::Use(Operand::Const(quote!(0)));
                (Some(quote!(::core::primitive::usize)), zero)
            }
        };
        Ok(self.state("number", Ty::Inert, declared, start, out))
    }

    /// The numbers of a side, how its items follow from them, and whether the last comes first.
    fn side(
        &mut self,
        side: &Side,
        bound: &mut Vec<VarId>,
        out: &mut Vec<Stmt>,
    ) -> Result<(syn::ExprRange, Plan, bool)> {
        let (reversed, pipe) = match &side.pipe {
            Pipe::Order(of, ..) => (true, &**of),
            pipe => (false, pipe),
        };
        let (walk, _, plan) = self.plan(pipe, bound, out)?;
        let Expr::Range(walk) = strip(&walk) else { unreachable!("its items have numbers") };
        Ok((walk.clone(), plan, reversed))
    }

    /// Whether there is an item of this number, and the number after the last.
    fn is_there(
        &mut self,
        walk: &syn::ExprRange,
        number: VarId,
        out: &mut Vec<Stmt>,
    ) -> Result<(Operand, Option<Operand>)> {
        let Some(end) = &walk.end else { return Ok((Operand::Const(quote!(true)), None)) };
        let end = self.inert(end, out)?;
        let end = self.pin(end, out);
        let closed = matches!(walk.limits, syn::RangeLimits::Closed(_));
        let less = if closed { quote!(<=) } else { quote!(<) };
        let is_less = |s: &[TokenStream]| {
            let (number, end) = (&s[0], &s[1]);
            quote!(#number #less #end)
        };
        let there = self.inert_value(&[&Operand::var(number), &end], is_less, out);
        Ok((there, Some(end)))
    }

    /// Whether a side that comes first has an item left, before that of the chain is asked for.
    pub(super) fn side_goes_on(
        &mut self,
        side: &Side,
        number: VarId,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        if !side.first {
            return Ok(None);
        }
        let (walk, ..) = self.side(side, &mut vec![], out)?;
        self.is_there(&walk, number, out).map(|(there, _)| Some(there))
    }

    /// Goes on with an item and that of the other side, or stops.
    pub(super) fn with_side(
        &mut self,
        side: &Side,
        number: VarId,
        item: Item,
        label: Option<&syn::Lifetime>,
        go: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let mut bound = vec![];
        let (walk, plan, reversed) = self.side(side, &mut bound, out)?;
        let (there, end) = self.is_there(&walk, number, out)?;
        let yes = self.region(false, |s, out| {
            for v in bound {
                let of = [Some(Operand::var(number)), end.clone()];
                let of: Vec<_> = of.iter().flatten().collect();
                let op = match reversed {
                    false => Op::Use(Operand::Place(Place::var(number), Mode::Value)),
                    true => Op::Use(s.inert_value(
                        &of,
                        |s| {
                            let (number, end) = (&s[0], &s[1]);
                            quote!(#end - 1 - #number)
                        },
                        out,
                    )),
                };
                let var = &mut s.func.vars[v.0];
                (var.kind, var.home) = (VarKind::Local, s.here);
                out.push(Stmt::Let(v, op));
            }
            s.step(number, out);
            let other = s.item_of(&plan, out)?;
            let both = if side.first { vec![other, item] } else { vec![item, other] };
            go(s, Item::Tuple(both), out).map(|()| None)
        })?;
        let no = self.next_or_stop(true, label)?;
        out.push(Stmt::If(there, yes, no, None));
        Ok(())
    }
}

/// Copies of the items.
fn cloned(pipe: Pipe) -> Pipe {
    Pipe::Map(Box::new(pipe), parse_quote!(|__item| __item.clone()))
}

/// The range that the numbers of a pipe are.
fn range(pipe: &Pipe) -> Option<&syn::ExprRange> {
    match pipe {
        Pipe::Walk(Expr::Range(r)) => Some(r),
        Pipe::Map(of, _) => range(of),
        _ => None,
    }
}
