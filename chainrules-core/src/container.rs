//! Cotangents of `Result`, of maps, of boxed slices, and of further types without derivative.

use crate::tangent::{Std, Tangent};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::marker::PhantomData;

impl<T: ?Sized> Tangent<Std> for PhantomData<T> {
    type Shape = ();
    const EPSILON: f64 = 0.0;
    type Kept = ();

    #[inline(always)]
    fn keep(&self) {}

    #[inline(always)]
    fn recall((): (), _: impl FnOnce() -> Self) -> Self {
        PhantomData
    }

    #[inline(always)]
    fn shape(&self) {}

    #[inline(always)]
    fn zero_of((): &()) -> Self {
        PhantomData
    }

    #[inline(always)]
    fn accumulate(&mut self, _: &Self) {}

    fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
}

/// The error is constant: it is carried along, and needs no cotangent of its own.
impl<T: Tangent<M>, E: Clone, M> Tangent<Std<M>> for Result<T, E> {
    type Shape = Result<T::Shape, E>;
    const EPSILON: f64 = T::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    #[inline]
    fn shape(&self) -> Self::Shape {
        self.as_ref().map(T::shape).map_err(E::clone)
    }

    #[inline]
    fn zero_of(shape: &Self::Shape) -> Self {
        shape.as_ref().map(T::zero_of).map_err(E::clone)
    }

    #[inline]
    fn accumulate(&mut self, rhs: &Self) {
        match (self, rhs) {
            (Ok(a), Ok(b)) => a.accumulate(b),
            (Err(_), Err(_)) => {}
            (a, b) => {
                let name = |x: &Self| if x.is_ok() { "Ok" } else { "Err" };
                crate::derived::variants_differ(name(b), name(a))
            }
        }
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        if let Ok(x) = self {
            x.map_scalars(f);
        }
    }

    fn clear_constants(&mut self) {
        if let Ok(x) = self {
            x.clear_constants();
        }
    }
}

#[cold]
fn keys_differ() -> ! {
    panic!(
        "a cotangent whose keys are not those of the value: pass a cotangent of the value's own shape"
    )
}

macro_rules! map {
    ($Map:ident<$K:ident, $V:ident $(, $S:ident)?>, [$($bound:tt)+], $empty:expr, $ordered:expr) => {
        /// The keys are constant: the cotangent has those of the value.
        impl<$K: Clone + $($bound)+, $V: Tangent<M>, M $(, $S: BuildHasher + Clone)?> Tangent<Std<M>>
            for $Map<$K, $V $(, $S)?>
        {
            type Shape = $Map<$K, $V::Shape $(, $S)?>;
            const EPSILON: f64 = $V::EPSILON;
            type Kept = Self;

            fn keep(&self) -> Self {
                self.clone()
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }

            fn shape(&self) -> Self::Shape {
                let mut shape = $empty(self);
                shape.extend(self.iter().map(|(key, value)| (key.clone(), value.shape())));
                shape
            }

            fn zero_of(shape: &Self::Shape) -> Self {
                let mut zero = $empty(shape);
                zero.extend(shape.iter().map(|(key, shape)| (key.clone(), $V::zero_of(shape))));
                zero
            }

            fn accumulate(&mut self, rhs: &Self) {
                if self.len() != rhs.len() {
                    keys_differ();
                }
                for (key, b) in rhs {
                    self.get_mut(key).unwrap_or_else(|| keys_differ()).accumulate(b);
                }
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $ordered(self).for_each(|x| x.map_scalars(f));
            }

            fn clear_constants(&mut self) {
                self.values_mut().for_each($V::clear_constants);
            }

            fn lend(&mut self) -> Self {
                let empty = $empty(&*self);
                std::mem::replace(self, empty)
            }

            fn give_back(&mut self, cotangent: Self) {
                if self.is_empty() {
                    *self = cotangent;
                } else {
                    self.accumulate(&cotangent);
                }
            }
        }
    };
}
map!(BTreeMap<K, V>, [Ord], |_| BTreeMap::new(), BTreeMap::values_mut);
map!(HashMap<K, V, S>, [Eq + Hash], like, ordered);

/// An empty map with the hasher of another.
fn like<K, V, W, S: Clone>(map: &HashMap<K, V, S>) -> HashMap<K, W, S> {
    HashMap::with_hasher(map.hasher().clone())
}

/// The values in an order that depends on the keys alone: a map's own order is that of its hasher
/// and of its history.
fn ordered<K: Hash, V, S>(map: &mut HashMap<K, V, S>) -> impl Iterator<Item = &mut V> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut entries: Vec<_> = map.iter_mut().collect();
    entries.sort_by_cached_key(|(key, _)| hasher.hash_one(key));
    entries.into_iter().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zero_like<T: Tangent<M>, M>(x: &T) -> T {
        T::zero_of(&x.shape())
    }

    fn scalars<T: Tangent<M>, M>(x: &T) -> Vec<f64> {
        let mut found = Vec::new();
        x.clone().map_scalars(&mut |x| {
            found.push(x);
            x
        });
        found
    }

    #[test]
    fn the_error_of_a_result_is_carried_along() {
        let mut x: Result<f64, String> = Ok(2.0);
        assert_eq!(zero_like(&x), Ok(0.0));
        x.accumulate(&Ok(3.0));
        assert_eq!((scalars(&x), x), (vec![5.0], Ok(5.0)));
        let mut e: Result<f64, String> = Err("bad".into());
        e.accumulate(&Err("other".into()));
        assert_eq!((zero_like(&e), scalars(&e)), (Err("bad".into()), vec![]));
    }

    #[test]
    #[should_panic(expected = "cotangent `Ok` where the value is `Err`")]
    fn an_error_has_no_cotangent_of_a_value() {
        let mut e: Result<f64, ()> = Err(());
        e.accumulate(&Ok(1.0));
    }

    #[test]
    fn maps_have_the_keys_of_the_value() {
        let map = BTreeMap::from([("b", vec![1.0]), ("a", vec![2.0, 3.0])]);
        let mut sum = zero_like(&map);
        sum.accumulate(&map);
        sum.accumulate(&map);
        assert_eq!(sum, BTreeMap::from([("a", vec![4.0, 6.0]), ("b", vec![2.0])]));
        assert_eq!(scalars(&map), [2.0, 3.0, 1.0]);
        let lent = sum.lend();
        assert!(sum.is_empty());
        sum.give_back(lent);
        sum.give_back(map);
        assert_eq!(sum["a"], [6.0, 9.0]);
    }

    // Two maps of the same keys with other hashers and histories.
    #[test]
    fn the_order_of_a_hash_map_is_that_of_its_keys() {
        let map: HashMap<i32, f64> = (0..50).map(|i| (i, f64::from(i))).collect();
        let mut other: HashMap<i32, f64> = (0..500).rev().map(|i| (i, f64::from(i))).collect();
        other.retain(|key, _| *key < 50);
        assert_eq!(scalars(&map), scalars(&other));
        let mut sum = zero_like(&other);
        sum.accumulate(&map);
        sum.accumulate(&other);
        assert_eq!(sum[&7], 14.0);
    }

    #[test]
    #[should_panic(expected = "a cotangent whose keys are not those of the value")]
    fn another_key_is_refused() {
        HashMap::from([(1, 1.0)]).accumulate(&HashMap::from([(2, 1.0)]));
    }

    #[test]
    fn orderings_are_carried_like_integers() {
        let x = (PhantomData::<str>, 1.0, std::cmp::Ordering::Less);
        assert_eq!(zero_like(&x), (PhantomData, 0.0, std::cmp::Ordering::Less));
        assert_eq!(scalars(&x), [1.0]);
    }
}
