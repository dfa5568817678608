//! Several parts of one value that a pullback takes at once: one pattern, or one split, finds them all,
//! so that the compiler sees that they are different ones.

use super::{Access, Emit, TokenStream, private};
use crate::ir::{Operand, Place, Proj, Pull, VarId};
use proc_macro2::Ident;
use std::collections::BTreeMap;

/// What a part is of: a primal value, or its cotangent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Argument,
    Shadow,
}

/// The parts of values of which a pullback takes several.
#[derive(Default)]
pub(super) struct Disjoint {
    /// What finds them.
    pub(super) lets: TokenStream,
    /// The parts as places, by the positions of the arguments.
    pub(super) places: BTreeMap<(Of, usize), TokenStream>,
    names: usize,
}

impl Disjoint {
    fn name(&mut self) -> Ident {
        self.names += 1;
        generated!("__part_{}", self.names)
    }
}

/// Where a part is needed, and the steps that are left to it.
type Part<'a> = ((Of, usize), &'a [Proj]);

/// A place on the way to parts, and whether it can be written twice.
struct Way {
    place: TokenStream,
    simple: bool,
}

impl Emit<'_> {
    /// The parts of a pullback's arguments and shadows that are to be found together.
    pub(super) fn disjoint(&self, pull: &Pull) -> Disjoint {
        let mut found = Disjoint::default();
        let mut arguments: BTreeMap<VarId, Vec<(usize, Place, bool)>> = BTreeMap::new();
        let mut shadows: BTreeMap<VarId, Vec<Part<'_>>> = BTreeMap::new();
        for (n, (arg, shadow)) in pull.args.iter().zip(&pull.shadows).enumerate() {
            let Operand::Place(p, _) = arg else { continue };
            if self.signature(p.root).is_some() || self.is_boxed(arg) {
                continue;
            }
            let place = self.resolve(p);
            let part = (n, place.clone(), self.is_exclusive(arg));
            arguments.entry(place.root).or_default().push(part);
            if let Some(shadow) = shadow
                && self.shared_parameter(shadow.root).is_none()
            {
                shadows.entry(shadow.root).or_default().push(((Of::Shadow, n), &shadow.path));
            }
        }
        for (root, parts) in &arguments {
            if parts.iter().any(|(.., exclusive)| *exclusive)
                && parts.iter().all(|(_, p, _)| self.replaced(p, false).is_none())
            {
                let parts = parts.iter().map(|(n, p, _)| ((Of::Argument, *n), &p.path[..]));
                self.separate_all(self.root(*root), parts.collect(), &mut found);
            }
        }
        for (root, parts) in shadows {
            let name = self.name(root);
            self.separate_all(quote!(#name), parts, &mut found);
        }
        found
    }

    /// Finds the parts of a value, unless that takes no more than their own paths.
    fn separate_all(&self, root: TokenStream, parts: Vec<Part<'_>>, found: &mut Disjoint) {
        let mut these = Disjoint { names: found.names, ..Disjoint::default() };
        self.separate(Way { place: root, simple: true }, parts, &mut these);
        if !these.lets.is_empty() {
            found.lets.extend(these.lets);
            found.places.extend(these.places);
            found.names = these.names;
        }
    }

    fn separate(&self, at: Way, parts: Vec<Part<'_>>, found: &mut Disjoint) {
        // Of a whole beside its parts none is separate.
        if parts.len() < 2 || parts.iter().any(|(_, path)| path.is_empty()) {
            let place = |path| self.path(at.place.clone(), path, Access::Write);
            found.places.extend(parts.into_iter().map(|(key, path)| (key, place(path))));
            return;
        }
        let mut groups: Vec<(&Proj, Vec<Part<'_>>)> = vec![];
        for (key, path) in parts {
            let (first, rest) = path.split_first().expect("no part is the whole");
            match groups.iter_mut().find(|(proj, _)| *proj == first) {
                Some((_, group)) => group.push((key, rest)),
                None => groups.push((first, vec![(key, rest)])),
            }
        }
        let steps: Vec<_> = groups.iter().map(|(proj, _)| *proj).collect();
        let ways = self.ways(at, &steps, found);
        for (way, (_, parts)) in ways.into_iter().zip(groups) {
            self.separate(way, parts, found);
        }
    }

    /// The places one step further.
    fn ways(&self, at: Way, steps: &[&Proj], found: &mut Disjoint) -> Vec<Way> {
        let private = private();
        let fields = steps.iter().all(|s| matches!(s, Proj::Field(_) | Proj::Deref));
        let several = steps.len() > 1;
        if several && let Some(ways) = self.split(&at, steps, found) {
            return ways;
        }
        if several && let Some((pattern, names)) = pattern(steps, found) {
            let place = &at.place;
            let whole = match steps[0] {
                Proj::Variant(..) => quote!(#place),
                _ => quote!(#place[..]),
            };
            found.lets.extend(quote! {
                let (#(#names),*) = match &mut #whole {
                    #pattern => (#(#names),*),
                    _ => #private::other_variant(),
                };
            });
            return names.iter().map(|n| Way { place: quote!((*#n)), simple: true }).collect();
        }
        let mut from = at.place;
        let mut simple = at.simple;
        if several && fields && !simple {
            let name = found.name();
            found.lets.extend(quote!(let #name = &mut #from;));
            (from, simple) = (quote!((*#name)), true);
        }
        let way = |step: &&Proj| Way {
            place: self.path(from.clone(), std::slice::from_ref(*step), Access::Write),
            simple: simple && fields,
        };
        steps.iter().map(way).collect()
    }

    /// The places before and from an index on.
    fn split(&self, at: &Way, steps: &[&Proj], found: &mut Disjoint) -> Option<Vec<Way>> {
        let [a, b] = steps else { return None };
        let bound = [a, b].into_iter().find_map(|s| match s {
            Proj::Slice(None, Some(bound), false) => Some(bound),
            _ => None,
        })?;
        let (before, after) = (found.name(), found.name());
        let way = |step: &Proj| match step {
            Proj::Slice(None, Some(n), false) if n == bound => Some((quote!((*#before)), false)),
            Proj::Slice(Some(n), None, _) if n == bound => Some((quote!((*#after)), true)),
            Proj::Index(n) if n == bound => Some((quote!(#after[0]), true)),
            _ => None,
        };
        let ((a, a_after), (b, b_after)) = (way(a)?, way(b)?);
        if a_after == b_after {
            return None;
        }
        let (place, bound) = (&at.place, self.index(bound));
        found.lets.extend(quote!(let (#before, #after) = #place.split_at_mut(#bound);));
        Some([a, b].map(|place| Way { place, simple: true }).into())
    }
}

/// The pattern that finds parts of one variant, or items of a slice, and their names.
fn pattern(steps: &[&Proj], found: &mut Disjoint) -> Option<(TokenStream, Vec<Ident>)> {
    let names: Vec<_> = steps.iter().map(|_| found.name()).collect();
    if let Proj::Variant(path, _) = steps[0] {
        let mut parts = quote!();
        for (step, name) in steps.iter().zip(&names) {
            match step {
                Proj::Variant(other, member) if other == path => {
                    parts.extend(quote!(#member: #name,))
                }
                _ => return None,
            }
        }
        return Some((quote!(#path { #parts .. }), names));
    }
    let number = |operand: &Operand| match operand {
        Operand::Const(t) => t.to_string().parse::<usize>().ok(),
        _ => None,
    };
    let (mut front, mut back, mut rest) = (BTreeMap::new(), BTreeMap::new(), None);
    for (step, name) in steps.iter().zip(&names) {
        let taken = match step {
            Proj::Index(k) => front.insert(number(k)?, name).is_some(),
            Proj::FromEnd(k) => back.insert(*k, name).is_some(),
            Proj::Slice(Some(k), None, _) => rest.replace((number(k)?, name)).is_some(),
            _ => return None,
        };
        if taken {
            return None;
        }
    }
    let first = front.keys().last().map_or(0, |k| k + 1);
    let item = |name: Option<&&Ident>| name.map_or(quote!(_,), |name| quote!(#name,));
    let (middle, first) = match rest {
        Some((k, _)) if k < first || !back.is_empty() => return None,
        Some((k, name)) => (quote!(#name @ ..,), k),
        None => (quote!(..,), first),
    };
    let front: TokenStream = (0..first).map(|k| item(front.get(&k))).collect();
    let last = back.keys().last().copied().unwrap_or(0);
    let back: TokenStream = (1..=last).rev().map(|k| item(back.get(&k))).collect();
    Some((quote!([#front #middle #back]), names))
}
