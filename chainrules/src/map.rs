//! Methods of maps. The keys are constant.

use crate::slice::zero_of;
use chainrules_core::{Draw, Tangent, draw_by_type, inert, rrule};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// A hasher for checks, which gives the same in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

inert! {
    impl<K: Clone + Ord, V: Tangent<M>, M> BTreeMap<K, V>, check(K = usize, V = f64, this = tree()) {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
    }

    impl<K: Clone + Eq + Hash, V: Tangent<M>, S: BuildHasher + Clone, M> HashMap<K, V, S>,
        check(K = usize, V = f64, S = Fixed, this = table())
    {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
    }

    impl<K: Clone + Ord + Borrow<Q>, Q: Ord + ?Sized, V: Tangent<M>, M> BTreeMap<K, V>,
        check(K = usize, Q = usize, V = f64, this = tree(), key = 0..4)
    {
        fn contains_key(&self, key: &Q) -> bool;
    }

    impl<
        K: Clone + Eq + Hash + Borrow<Q>,
        Q: Eq + Hash + ?Sized,
        V: Tangent<M>,
        S: BuildHasher + Clone,
        M,
    > HashMap<K, V, S>,
        check(K = usize, Q = usize, V = f64, S = Fixed, this = table(), key = 0..4)
    {
        fn contains_key(&self, key: &Q) -> bool;
    }
}

const SHAPE: &str = "the cotangent has the keys of the map";

#[rrule(BTreeMap::insert, check(K = usize, V = f64, V = Vec<f64>, this = tree(), key = 0..4))]
fn insert<K: Clone + Ord, V: Tangent<M>, M>(
    this: &mut BTreeMap<K, V>,
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

#[rrule(
    HashMap::insert,
    check(K = usize, V = f64, V = Vec<f64>, S = Fixed, this = table(), k = 0..4)
)]
fn insert_hashed<K: Clone + Eq + Hash, V: Tangent<M>, S: BuildHasher + Clone, M>(
    this: &mut HashMap<K, V, S>,
    k: K,
    v: V,
) -> Option<V> {
    let y = this.insert(k, v);
    (
        y.clone(),
        Mutation {
            undo: || match y {
                Some(old) => this.insert(k.clone(), old),
                None => this.remove(k),
            },
            pull: |d, dy| {
                let of_value = match dy {
                    Some(old) => d.this.insert(k.clone(), old.clone()),
                    None => d.this.remove(k),
                };
                Grad { k: inert, v: of_value.expect(SHAPE) }
            },
        },
    )
}

#[rrule(BTreeMap::remove, check(K = usize, Q = usize, V = f64, this = tree(), key = 0..4))]
fn remove<K: Clone + Ord + Borrow<Q>, Q: Ord + ?Sized, V: Tangent<M>, M>(
    this: &mut BTreeMap<K, V>,
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
    HashMap::remove,
    check(K = usize, Q = usize, V = f64, S = Fixed, this = table(), k = 0..4)
)]
fn remove_hashed<
    K: Clone + Eq + Hash + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    V: Tangent<M>,
    S: BuildHasher + Clone,
    M,
>(
    this: &mut HashMap<K, V, S>,
    k: &Q,
) -> Option<V> {
    let entry = this.remove_entry(k);
    (
        entry.as_ref().map(|(_, value)| value.clone()),
        Mutation {
            undo: || this.extend(entry),
            pull: |d, dy| {
                let key = this.get_key_value(k).map(|(key, _)| key.clone());
                d.this.extend(key.zip(dy.clone()));
                Grad { k: inert }
            },
        },
    )
}

// The cotangents of the removed values are zero.
#[rrule(BTreeMap::clear, check(K = usize, V = f64, this = tree()))]
fn clear<K: Clone + Ord, V: Tangent<M>, M>(this: &mut BTreeMap<K, V>) {
    let old = std::mem::take(this);
    Mutation {
        undo: || *this = old,
        pull: |d| d.this.extend(this.iter().map(|(key, value)| (key.clone(), zero_of(value)))),
    }
}

#[rrule(HashMap::clear, check(K = usize, V = f64, S = Fixed, this = table()))]
fn clear_hashed<K: Clone + Eq + Hash, V: Tangent<M>, S: BuildHasher + Clone, M>(
    this: &mut HashMap<K, V, S>,
) {
    let empty = HashMap::with_hasher(this.hasher().clone());
    let old = std::mem::replace(this, empty);
    Mutation {
        undo: || *this = old,
        pull: |d| d.this.extend(this.iter().map(|(key, value)| (key.clone(), zero_of(value)))),
    }
}

/// A domain: some entries with keys from 0 to 3.
fn tree<V: 'static>() -> impl FnOnce(&mut Draw) -> BTreeMap<usize, V> {
    |draw| (0..draw.index(4)).map(|_| (draw.index(4), draw_by_type(draw))).collect()
}

/// A domain: the same with room for more, so that it keeps its order.
fn table<V: 'static>() -> impl FnOnce(&mut Draw) -> HashMap<usize, V, Fixed> {
    |draw| {
        let mut table = HashMap::with_capacity_and_hasher(16, Fixed::default());
        table.extend(tree()(draw));
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
