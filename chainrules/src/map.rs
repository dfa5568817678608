//! Methods of maps. The keys are constant.

use crate::slice::zero_of;
use chainrules_core::{Draw, Tangent, draw_by_type, inert, rrule};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// A hasher for checks, which gives the same in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

const SHAPE: &str = "the cotangent has the keys of the map";

/// The rules that both maps have. A `HashMap` is put back as a copy, so that its order is the same.
macro_rules! rules {
    ($map:ident, $domain:ident, [$($bound:tt)+] $(, $s:ident)?) => {
        inert! {
            impl<K: Clone + $($bound)+, V: Tangent<M>, $($s: BuildHasher + Clone,)? M>
                $map<K, V $(, $s)?>,
                check(K = usize, V = f64, $($s = Fixed,)? this = $domain())
            {
                fn len(&self) -> usize;
                fn is_empty(&self) -> bool;
            }

            impl<
                K: Clone + $($bound)+ + Borrow<Q>,
                Q: $($bound)+ + ?Sized,
                V: Tangent<M>,
                $($s: BuildHasher + Clone,)?
                M,
            > $map<K, V $(, $s)?>,
                check(K = usize, Q = usize, V = f64, $($s = Fixed,)? this = $domain(), key = 0..4)
            {
                fn contains_key(&self, key: &Q) -> bool;
            }
        }

        #[rrule(
            $map::insert,
            check(K = usize, V = f64, V = Vec<f64>, $($s = Fixed,)? this = $domain(), key = 0..4)
        )]
        fn insert<K: Clone + $($bound)+, V: Tangent<M>, $($s: BuildHasher + Clone,)? M>(
            this: &mut $map<K, V $(, $s)?>,
            key: K,
            value: V,
        ) -> Option<V> {
            let y = this.insert(key, value);
            (
                y.clone(),
                Mutation {
                    undo: || match y {
                        Some(old) => this.insert(key.clone(), old),
                        None => this.remove(key),
                    },
                    pull: |d, dy| {
                        let of_value = match dy {
                            Some(old) => d.this.insert(key.clone(), old.clone()),
                            None => d.this.remove(key),
                        };
                        Grad { key: inert, value: of_value.expect(SHAPE) }
                    },
                },
            )
        }

        // In the derivative an iterator is the list of its items. Of pairs with one key, the last one counts.
        #[rrule($map::from_iter, check(K = usize, V = f64, $($s = Fixed,)? list = entries()))]
        fn from_iter<
            K: Tangent<N> + $($bound)+,
            V: Tangent<M>,
            $($s: BuildHasher + Default + Clone,)?
            M,
            N,
        >(
            list: Vec<(K, V)>,
        ) -> $map<K, V $(, $s)?> {
            ($map::from_iter(list), |dy| Grad { list: |d| to_the_last!(list, d, dy.clone()) })
        }

        #[rrule(
            $map::remove,
            check(K = usize, Q = usize, V = f64, $($s = Fixed,)? this = $domain(), key = 0..4)
        )]
        fn remove<
            K: Clone + $($bound)+ + Borrow<Q>,
            Q: $($bound)+ + ?Sized,
            V: Tangent<M>,
            $($s: BuildHasher + Clone,)?
            M,
        >(
            this: &mut $map<K, V $(, $s)?>,
            key: &Q,
        ) -> Option<V> {
            let entry = this.remove_entry(key);
            (
                entry.as_ref().map(|(_, value)| value.clone()),
                Mutation {
                    undo: || this.extend(entry),
                    pull: |d, dy| {
                        let key = this.get_key_value(key).map(|(key, _)| key.clone());
                        d.this.extend(key.zip(dy.clone()));
                        Grad { key: inert }
                    },
                },
            )
        }

        #[rrule(
            $map::remove_entry,
            check(K = usize, Q = usize, V = f64, $($s = Fixed,)? this = $domain(), key = 0..4)
        )]
        fn remove_entry<
            K: Tangent<N> + $($bound)+ + Borrow<Q>,
            Q: $($bound)+ + ?Sized,
            V: Tangent<M>,
            $($s: BuildHasher + Clone,)?
            M,
            N,
        >(
            this: &mut $map<K, V $(, $s)?>,
            key: &Q,
        ) -> Option<(K, V)> {
            let entry = this.remove_entry(key);
            (
                entry.clone(),
                Mutation {
                    undo: || this.extend(entry),
                    pull: |d, dy| {
                        let key = this.get_key_value(key).map(|(key, _)| key.clone());
                        d.this.extend(key.zip(dy.as_ref().map(|(_, dy)| dy.clone())));
                        Grad { key: inert }
                    },
                },
            )
        }

        // The cotangents of the removed values are zero.
        #[rrule($map::clear, check(K = usize, V = f64, $($s = Fixed,)? this = $domain()))]
        fn clear<K: Clone + $($bound)+, V: Tangent<M>, $($s: BuildHasher + Clone,)? M>(
            this: &mut $map<K, V $(, $s)?>,
        ) {
            let old = this.clone();
            this.clear();
            Mutation { undo: || *this = old, pull: |d| complete!(d.this, this) }
        }

        // The function only reads: what it would change had no derivative.
        #[rrule(
            $map::retain,
            check(
                K = usize,
                V = f64,
                $($s = Fixed,)?
                this = $domain(),
                f = |key: &usize, value: &mut f64| *key > 1 || *value > 0.5
            )
        )]
        fn retain<K: Clone + $($bound)+, V: Tangent<M>, $($s: BuildHasher + Clone,)? M>(
            this: &mut $map<K, V $(, $s)?>,
            f: impl FnMut(&K, &mut V) -> bool,
        ) {
            let old = this.clone();
            this.retain(f);
            Mutation { undo: || *this = old, pull: |d| complete!(d.this, this) }
        }

        // Of entries with one key, the last one counts.
        #[rrule(
            $map::extend,
            check(
                K = usize,
                V = f64,
                I = Vec<(usize, f64)>,
                $($s = Fixed,)?
                this = $domain(),
                iter = entries()
            )
        )]
        fn extend<
            K: Clone + $($bound)+,
            V: Tangent<M>,
            I: IntoIterator<Item = (K, V)> + Tangent<N>,
            $($s: BuildHasher + Clone,)?
            M,
            N,
        >(
            this: &mut $map<K, V $(, $s)?>,
            iter: I,
        ) where
            for<'a> &'a I: IntoIterator<Item = &'a (K, V)>,
            for<'a> &'a mut I: IntoIterator<Item = &'a mut (K, V)>,
        {
            let old = this.clone();
            this.extend(iter);
            Mutation {
                undo: || *this = old,
                pull: |d| {
                    let keys: Vec<&K> = iter.into_iter().map(|(key, _)| key).collect();
                    let last_first: Vec<Option<V>> =
                        keys.into_iter().rev().map(|key| d.this.remove(key)).collect();
                    complete!(d.this, this);
                    Grad {
                        iter: |d| {
                            for ((_, d), dy) in d.into_iter().zip(last_first.iter().rev()) {
                                dy.iter().for_each(|dy| d.accumulate(dy));
                            }
                        },
                    }
                },
            }
        }
    };
}

/// Adds cotangents to those of the pairs that have the keys, to the last of each.
macro_rules! to_the_last {
    ($list:expr, $d:expr, $dy:expr) => {{
        let mut left = $dy;
        for ((key, _), (_, d)) in $list.iter().zip($d).rev() {
            left.remove(key).iter().for_each(|dy| d.accumulate(dy));
        }
    }};
}

/// Adds the keys that the cotangent lacks, with zeros.
macro_rules! complete {
    ($shadow:expr, $map:expr) => {
        for (key, value) in $map.iter() {
            $shadow.entry(key.clone()).or_insert_with(|| zero_of(value));
        }
    };
}

mod tree {
    use super::*;
    rules!(BTreeMap, tree, [Ord]);
}

mod table {
    use super::*;
    rules!(HashMap, table, [Eq + Hash], S);
}

pub use table::*;
pub use tree::*;

#[rrule(BTreeMap::pop_first, check(K = usize, V = f64, this = tree()))]
fn pop_first<K: Tangent<N> + Ord, V: Tangent<M>, M, N>(
    this: &mut BTreeMap<K, V>,
) -> Option<(K, V)> {
    let entry = this.pop_first();
    (
        entry.clone(),
        Mutation {
            undo: || this.extend(entry),
            pull: |d, dy| {
                let key = this.first_key_value().map(|(key, _)| key.clone());
                d.this.extend(key.zip(dy.as_ref().map(|(_, dy)| dy.clone())));
            },
        },
    )
}

#[rrule(BTreeMap::pop_last, check(K = usize, V = f64, this = tree()))]
fn pop_last<K: Tangent<N> + Ord, V: Tangent<M>, M, N>(this: &mut BTreeMap<K, V>) -> Option<(K, V)> {
    let entry = this.pop_last();
    (
        entry.clone(),
        Mutation {
            undo: || this.extend(entry),
            pull: |d, dy| {
                let key = this.last_key_value().map(|(key, _)| key.clone());
                d.this.extend(key.zip(dy.as_ref().map(|(_, dy)| dy.clone())));
            },
        },
    )
}

#[rrule(
    BTreeMap::split_off,
    check(K = usize, Q = usize, V = f64, this = tree(), key = 0..4)
)]
fn split_off<K: Clone + Ord + Borrow<Q>, Q: Ord + ?Sized, V: Tangent<M>, M>(
    this: &mut BTreeMap<K, V>,
    key: &Q,
) -> BTreeMap<K, V> {
    let y = this.split_off(key);
    (
        y.clone(),
        Mutation {
            undo: || this.extend(y),
            pull: |d, dy| {
                d.this.extend(dy.clone());
                Grad { key: inert }
            },
        },
    )
}

// What has a key of the other map is overwritten.
#[rrule(BTreeMap::append, check(K = usize, V = f64, this = tree(), other = tree()))]
fn append<K: Clone + Ord, V: Tangent<M>, M>(this: &mut BTreeMap<K, V>, other: &mut BTreeMap<K, V>) {
    let (old, added) = (this.clone(), other.clone());
    this.append(other);
    Mutation {
        undo: || {
            *this = old;
            *other = added;
        },
        pull: |d| {
            for key in other.keys() {
                d.other.insert(key.clone(), d.this.remove(key).expect(SHAPE));
            }
            complete!(d.this, this);
        },
    }
}

/// A domain: some entries with keys from 0 to 3.
fn entries<V: 'static>() -> impl FnOnce(&mut Draw) -> Vec<(usize, V)> {
    |draw| (0..draw.index(4)).map(|_| (draw.index(4), draw_by_type(draw))).collect()
}

/// A domain: a map of such entries.
fn tree<V: 'static>() -> impl FnOnce(&mut Draw) -> BTreeMap<usize, V> {
    |draw| entries()(draw).into_iter().collect()
}

/// A domain: the same with room for more, so that it keeps its order.
fn table<V: 'static>() -> impl FnOnce(&mut Draw) -> HashMap<usize, V, Fixed> {
    |draw| {
        let mut table = HashMap::with_capacity_and_hasher(16, Fixed::default());
        table.extend(entries()(draw));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn a_key_may_be_looked_up_by_what_it_borrows_as() {
        let mut map = HashMap::from([(String::from("a"), 1.0), (String::from("b"), 2.0)]);
        let (y, back) = map.rrule_remove("a", (Active, Constant));
        assert_eq!((y, map.len()), (Some(1.0), 1));
        let mut d = HashMap::from([(String::from("b"), 5.0)]);
        back(&mut map, "a", &Some(3.0), &mut d, ());
        assert_eq!((map["a"], d["a"], d["b"]), (1.0, 3.0, 5.0));
    }

    #[test]
    fn what_is_overwritten_has_the_cotangent_of_the_result() {
        let mut map = BTreeMap::from([(1, 2.0)]);
        let (y, back) = map.rrule_insert(1, 7.0, (Active, Constant, Active));
        assert_eq!((y, map[&1]), (Some(2.0), 7.0));
        let (mut d, mut dvalue) = (BTreeMap::from([(1, 5.0)]), 1.0);
        back(&mut map, &1, &7.0, &Some(3.0), &mut d, (), &mut dvalue);
        assert_eq!((map[&1], d[&1], dvalue), (2.0, 3.0, 6.0));
    }
}
