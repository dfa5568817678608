//! Walks: what a reversed loop visits, and where the cotangents of its items lie.

use super::missing::Asked;
use super::{Access, Emit, TokenStream, activity_type, private};
use crate::ir::{Chain, For, Lent, Mode, Operand, Place, Source, Ty, VarId, VarKind};
use proc_macro2::{Group, TokenTree};
use quote::{format_ident, quote_spanned};

impl Emit<'_> {
    /// Taking the items' cotangents out of the roots' shadows, and giving them back.
    pub(super) fn items(&self, f: &For, lent: &[Lent]) -> (TokenStream, TokenStream) {
        let Source::Walk(chain) = &f.source else { return (quote!(), quote!()) };
        if lent.is_empty() {
            return (quote!(), quote!());
        }
        let private = private();
        let (walk, position) = (self.name(f.names.0), self.name(f.names.1));
        let mut wild = 0;
        let cotangents = self.cotangents(f.pattern.clone(), &f.bound, &mut wild, true);
        let mut wild = 0;
        let value = self.cotangents(f.pattern.clone(), &f.bound, &mut wild, false);
        let lends: Vec<_> = lent.iter().filter(|l| l.lend).collect();
        let shadows = self.shadows(chain, &lends, &mut 0);
        let absent = self.absent(f);
        let take = quote! {
            let #cotangents = #private::Walk::lend(&#walk, #position, #shadows, #absent);
        };
        let distinct = lent
            .iter()
            .all(|a| lent.iter().filter(|b| b.shadow.root == a.shadow.root).count() == 1);
        let give = if distinct {
            let all: Vec<_> = lent.iter().collect();
            let shadows = self.shadows(chain, &all, &mut 0);
            quote!(#private::Walk::give_back(&#walk, #position, #value, #shadows);)
        } else {
            let each = lent.iter().map(|l| {
                let shadows = self.shadows(chain, &[l], &mut 0);
                quote!(#private::Walk::give_back(&#walk, #position, ::core::clone::Clone::clone(&__item), #shadows);)
            });
            quote!(let __item = #value; #(#each)*)
        };
        (take, give)
    }

    /// Items that are views become copies, so that they have rules: those of a method of a crate's own,
    /// `a.outer_iter()`.
    pub(super) fn owned_items(&self, f: &For) -> TokenStream {
        let Source::Walk(chain) = &f.source else { return quote!() };
        if !has_own_method(chain) {
            return quote!();
        }
        let items = crate::lower::placeholders(&f.pattern).into_iter().map(|v| {
            let (private, name) = (private(), self.name(v));
            quote!(let #name = #private::seen!(#name);)
        });
        quote!(#(#items)*)
    }

    /// The pattern of the items' cotangents, or the same as a value.
    fn cotangents(
        &self,
        tokens: TokenStream,
        bound: &[VarId],
        wild: &mut usize,
        pattern: bool,
    ) -> TokenStream {
        let mutable = pattern.then(|| quote!(mut));
        let mut out = TokenStream::new();
        for t in tokens {
            match t {
                TokenTree::Ident(i) if i == "_" => {
                    let name = generated!("__unnamed_{}", *wild);
                    *wild += 1;
                    out.extend(quote!(#mutable #name));
                }
                TokenTree::Punct(p) if p.as_char() == '_' => {
                    let name = generated!("__unnamed_{}", *wild);
                    *wild += 1;
                    out.extend(quote!(#mutable #name));
                }
                TokenTree::Ident(i) => match crate::lower::placeholder_id(&i) {
                    Some(v) => {
                        let d =
                            bound.iter().find(|d| self.func.var(**d).kind == VarKind::Cotangent(v));
                        let d = self.name(*d.expect("each item has a cotangent"));
                        out.extend(quote!(#mutable #d));
                    }
                    None => out.extend([TokenTree::Ident(i)]),
                },
                TokenTree::Punct(p) if p.as_char() == '&' => {}
                TokenTree::Group(g) => {
                    let inner = self.cotangents(g.stream(), bound, wild, pattern);
                    out.extend([TokenTree::Group(Group::new(g.delimiter(), inner))]);
                }
                other => out.extend([other]),
            }
        }
        out
    }

    /// Whether the source says that a chain's items have tangents.
    pub(super) fn has_known_items(&self, chain: &Chain) -> bool {
        let mut roots = vec![];
        crate::activity::chain_roots(chain, &mut roots);
        roots.iter().all(|p| {
            let operand = Operand::Place((*p).clone(), Mode::Shared);
            matches!(self.operand_ty(&operand), Ty::Seq(of) if of.is_known())
        })
    }

    /// The user's own iterator.
    pub(super) fn iterator(&self, chain: &Chain, outermost: bool) -> TokenStream {
        match chain {
            Chain::Root(operand, _) if let Some(v) = self.may_be_copy(operand) => {
                let (private, name) = (private(), self.slot_of(v));
                quote!({ use #private::GivesValue as _; #name.given() })
            }
            Chain::Root(operand, _) if outermost => self.operand(operand),
            Chain::Root(operand @ Operand::Place(_, Mode::Value), _) => self.operand(operand),
            Chain::Plain(operand @ Operand::Place(..)) => {
                let (private, operand) = (private(), self.operand(operand));
                quote!(#private::number(#operand))
            }
            Chain::Root(operand, _) | Chain::Plain(operand) => self.operand(operand),
            Chain::Range(lo, hi, inclusive) => self.range(lo, hi, *inclusive),
            Chain::Method(receiver, name, args) => {
                let receiver = match &**receiver {
                    // What may change is lent by shared reference, so that the loop only reads.
                    Chain::Root(Operand::Place(p, mode), _)
                        if *mode != Mode::Value || self.func.changeable(p) =>
                    {
                        let tokens = self.shared(p);
                        quote!((#tokens))
                    }
                    Chain::Root(Operand::Place(p, _), _) => self.place(p),
                    other => self.iterator(other, false),
                };
                let args = args.iter().map(|a| self.iterator(a, true));
                quote!(#receiver.#name(#(#args),*))
            }
        }
    }

    /// Whether what a walk goes over is constant, and may be a sequence of what has no cotangent.
    fn is_unvaried(&self, place: &Place) -> bool {
        let known = matches!(self.func.ty(place).peeled(), Ty::Seq(of) if of.is_known());
        !known && !self.activity.active(self.func.root(place))
    }

    /// The walk of a chain.
    pub(super) fn walk(&self, chain: &Chain, outermost: bool) -> TokenStream {
        let private = private();
        match chain {
            Chain::Root(operand, _) if let Some(v) = self.may_be_copy(operand) => {
                let name = self.name(v);
                quote!(#private::ToWalk::to_walk(&*{
                    use #private::OverValue as _;
                    #private::Over(&#name).over()
                }))
            }
            Chain::Root(Operand::Place(p, Mode::Value), None) if self.is_unvaried(p) => {
                let value = self.place(p);
                quote!(#private::ToWalk::to_walk(&*#private::constant_root!(#value)))
            }
            Chain::Root(Operand::Place(p, mode), order) if self.is_unvaried(p) => {
                let value = self.operand(&Operand::Place(p.clone(), *mode));
                let root = self.in_order(*order, quote!(#private::UnvariedBehind(#value)));
                quote!(#private::ToWalk::to_walk(&*#private::constant_root!(@ #root)))
            }
            Chain::Root(operand, order) => {
                let value = match operand {
                    Operand::Place(p, Mode::Value) => self.place(p),
                    other => self.operand(other),
                };
                let value = self.in_order(*order, value);
                quote!(#private::ToWalk::to_walk(&#value))
            }
            Chain::Plain(operand) if outermost => {
                let value = self.operand(operand);
                quote!(#private::ToWalk::to_walk(&#value))
            }
            Chain::Plain(operand) => self.operand(operand),
            Chain::Range(lo, hi, inclusive) => {
                let range = self.range(lo, hi, *inclusive);
                quote!(#private::ToWalk::to_walk(&#range))
            }
            Chain::Method(receiver, name, args) => {
                let receiver = match &**receiver {
                    Chain::Root(Operand::Place(p, _), order) => {
                        let value = self.place(p);
                        if self.is_unvaried(p) {
                            let root = self.in_order(*order, quote!(#private::Unvaried(&#value)));
                            quote!(#private::constant_root!(@ #root))
                        } else if order.is_some() {
                            self.in_order(*order, quote!(&#value))
                        } else {
                            value
                        }
                    }
                    Chain::Root(Operand::Const(t), _) => t.clone(),
                    other => self.walk(other, false),
                };
                let args = args.iter().map(|a| match a {
                    Chain::Plain(Operand::Const(t)) if crate::lower::is_literal(t) => t.clone(),
                    other => self.walk(other, true),
                });
                let args: Vec<_> = args.collect();
                self.looked_up(Asked::Walk, name);
                let walk = format_ident!("walk_{}", name, span = name.span());
                quote_spanned!(name.span()=> #receiver.#walk(#(#args),*))
            }
        }
    }

    /// What a walk goes over: that of a map without an order of its own are the entries in this one.
    fn in_order(&self, order: Option<VarId>, root: TokenStream) -> TokenStream {
        match order.map(|v| self.name(v)) {
            Some(order) => quote!(#order.of(#root)),
            None => root,
        }
    }

    /// The shadow of a chain's root in what its variable's shadow is, or the method that finds it in an optional
    /// one.
    fn walked(&self, whole: TokenStream, shadow: &Place, is_there: bool) -> TokenStream {
        let private = private();
        let part = self.path(whole.clone(), &shadow.path, Access::Walked);
        let part = quote!({ use #private::Walked as _; #part.walked_shadow() });
        match (self.varies(&whole, &shadow.path, Access::Walked), is_there) {
            (None, true) => quote!(::core::option::Option::Some(#part)),
            (None, false) => quote!(map(|__whole| #part)),
            (Some(varies), true) => {
                quote!(if #varies { ::core::option::Option::Some(#part) } else { ::core::option::Option::None })
            }
            (Some(varies), false) => quote! {
                and_then(|__whole| if #varies { ::core::option::Option::Some(#part) } else { ::core::option::Option::None })
            },
        }
    }

    /// The shadows of a chain's roots, in the shape of the chain.
    fn shadows(&self, chain: &Chain, lent: &[&Lent], next: &mut usize) -> TokenStream {
        let private = private();
        match chain {
            Chain::Root(Operand::Place(..), _) => {
                let k = *next;
                *next += 1;
                let Some(l) = lent.iter().find(|l| l.root == k) else {
                    return quote!(::core::default::Default::default());
                };
                let d = self.name(l.shadow.root);
                match self.parameter(l.shadow.root) {
                    Some((k, of)) if self.func.var(of).kind == VarKind::Shared => {
                        let act = activity_type(k);
                        let part = self.walked(quote!(__whole), &l.shadow, false);
                        quote!(<#act as #private::Activity>::get(&mut #d).#part)
                    }
                    _ => {
                        let part = self.walked(quote!(#d), &l.shadow, true);
                        match self.is_there(l.shadow.root) {
                            Some(is_there) => {
                                quote!(if #is_there { #part } else { ::core::option::Option::None })
                            }
                            None => part,
                        }
                    }
                }
            }
            Chain::Root(..) => quote!(::core::default::Default::default()),
            Chain::Range(..) | Chain::Plain(_) => quote!(::core::default::Default::default()),
            Chain::Method(receiver, _, args) => {
                let mut all = vec![self.shadows(receiver, lent, next)];
                all.extend(args.iter().map(|a| self.shadows(a, lent, next)));
                match &all[..] {
                    [one] => one.clone(),
                    _ => quote!((#(#all),*)),
                }
            }
        }
    }
}

/// Whether a chain has a method that is none of iterators.
fn has_own_method(chain: &Chain) -> bool {
    let Chain::Method(receiver, name, args) = chain else { return false };
    !crate::lower::is_iterating(name) && !crate::lower::makes_iterator(name)
        || has_own_method(receiver)
        || args.iter().any(has_own_method)
}
