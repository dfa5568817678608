//! Loops over the entries of a `BTreeMap`. The keys are constant.
//!
//! A `HashMap` has no such walk: its order may be another after a change that was undone. The
//! transformation keeps the keys of the forward sweep instead.

use crate::iter::{Loop, WalkIter};
use chainrules_core::{Absent, Tangent, ToWalk, Walk};
use std::collections::BTreeMap;
use std::marker::PhantomData;

const KEYS: &str = "the cotangent has the keys of the map";

/// The walk over `&BTreeMap<K, V>`: its items are pairs of references, found once for each loop.
pub struct EntryWalk<'a, K, V, M> {
    entries: Vec<(&'a K, &'a V)>,
    marker: PhantomData<fn() -> M>,
}

impl<'a, K, V, M> EntryWalk<'a, K, V, M> {
    fn new(map: &'a BTreeMap<K, V>) -> Self {
        Self { entries: map.iter().collect(), marker: PhantomData }
    }
}

impl<'a, K: Clone + Ord, V: Tangent<M>, M> Walk for EntryWalk<'a, K, V, M> {
    type Item = (&'a K, &'a V);
    type Cotangent = (K, V);
    type Shadows<'s>
        = Option<&'s mut BTreeMap<K, V>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.entries.len()
    }

    fn at(&self, k: usize) -> (&'a K, &'a V) {
        self.entries[k]
    }

    fn lend(&self, k: usize, shadow: Option<&mut BTreeMap<K, V>>, absent: Absent) -> (K, V) {
        let (key, value) = self.entries[k];
        let cotangent = match shadow {
            Some(shadow) => shadow.get_mut(key).expect(KEYS).lend(),
            None => absent.cotangent_of(value),
        };
        (key.clone(), cotangent)
    }

    fn give_back(&self, k: usize, (_, cotangent): (K, V), shadow: Option<&mut BTreeMap<K, V>>) {
        if let Some(shadow) = shadow {
            shadow.get_mut(self.entries[k].0).expect(KEYS).give_back(cotangent);
        }
    }
}

/// The walk over a `BTreeMap<K, V>` by value: its items are clones.
pub struct EntryValueWalk<'a, K, V, M>(EntryWalk<'a, K, V, M>);

impl<K: Clone + Ord, V: Tangent<M>, M> Walk for EntryValueWalk<'_, K, V, M> {
    type Item = (K, V);
    type Cotangent = (K, V);
    type Shadows<'s>
        = Option<&'s mut BTreeMap<K, V>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.0.count()
    }

    fn at(&self, k: usize) -> (K, V) {
        let (key, value) = self.0.at(k);
        (key.clone(), value.clone())
    }

    fn lend(&self, k: usize, shadow: Option<&mut BTreeMap<K, V>>, absent: Absent) -> (K, V) {
        self.0.lend(k, shadow, absent)
    }

    fn give_back(&self, k: usize, cotangent: (K, V), shadow: Option<&mut BTreeMap<K, V>>) {
        self.0.give_back(k, cotangent, shadow);
    }
}

impl<K: Clone + Ord, V: Tangent<M>, M> WalkIter<M> for BTreeMap<K, V> {
    type Walk<'a>
        = EntryWalk<'a, K, V, M>
    where
        Self: 'a;

    fn walk_iter(&self) -> EntryWalk<'_, K, V, M> {
        EntryWalk::new(self)
    }
}

impl<'b, K: Clone + Ord, V: Tangent<M>, M: 'b> ToWalk<'_, Loop<M>> for &'b BTreeMap<K, V> {
    type Walk = EntryWalk<'b, K, V, M>;

    fn to_walk(&self) -> EntryWalk<'b, K, V, M> {
        EntryWalk::new(self)
    }
}

impl<'a, K: Clone + Ord + 'a, V: Tangent<M> + 'a, M: 'a> ToWalk<'a, Loop<M>> for BTreeMap<K, V> {
    type Walk = EntryValueWalk<'a, K, V, M>;

    fn to_walk(&'a self) -> EntryValueWalk<'a, K, V, M> {
        EntryValueWalk(EntryWalk::new(self))
    }
}
