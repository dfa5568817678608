//! Sorting of slices: the permutation is what is recorded.
//!
//! A sort that need not be stable gives one of the orders that it may give: that of the stable one.

use chainrules_core::{Tangent, inert, list_of, rrule};
use std::cmp::Ordering;

inert! {
    impl<T: Tangent<M>, M> [T], check(T = f64) {
        #[check(compare = |x: &f64| x.total_cmp(&0.5))]
        fn binary_search_by(&self, compare: impl FnMut(&T) -> Ordering) -> Result<usize, usize>;
        #[check(pred = |x: &f64| *x < 0.5)]
        fn partition_point(&self, pred: impl FnMut(&T) -> bool) -> usize;
    }

    impl<T: Tangent<M> + PartialOrd, M> [T], check(T = f64) {
        fn is_sorted(&self) -> bool;
    }
}

/// The positions, in the order of the elements.
fn order_by<T>(list: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|a, b| compare(&list[*a], &list[*b]));
    order
}

/// The positions, in the order of the elements' keys.
fn order_by_key<T, K: Ord>(list: &[T], key: impl FnMut(&T) -> K) -> Vec<usize> {
    let keys: Vec<K> = list.iter().map(key).collect();
    order_by(&keys, K::cmp)
}

/// Moves each element to its position.
fn send<T>(list: &mut [T], mut to: Vec<usize>) {
    for i in 0..to.len() {
        while to[i] != i {
            let j = to[i];
            list.swap(i, j);
            to.swap(i, j);
        }
    }
}

/// Puts the elements into an order.
fn arrange<T>(list: &mut [T], order: &[usize]) {
    let mut to = vec![0; order.len()];
    order.iter().enumerate().for_each(|(i, from)| to[*from] = i);
    send(list, to);
}

#[rrule(slice::sort, slice::sort_unstable, check(T = i32, T = bool))]
fn sort<T: Tangent<M> + Ord, M>(this: &mut [T]) {
    let order = order_by(this, T::cmp);
    arrange(this, &order);
    Mutation { undo: || send(this, order.clone()), pull: |d| send(d.this, order) }
}

#[rrule(
    slice::sort_by,
    slice::sort_unstable_by,
    check(T = f64, compare = |a: &f64, b: &f64| a.total_cmp(b)),
)]
fn sort_by<T: Tangent<M>, M>(this: &mut [T], compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order_by(this, compare);
    arrange(this, &order);
    Mutation { undo: || send(this, order.clone()), pull: |d| send(d.this, order) }
}

// The key carries no derivative, and is computed once for each element.
#[rrule(
    slice::sort_by_key,
    slice::sort_unstable_by_key,
    slice::sort_by_cached_key,
    check(T = (f64, f64), K = i64, this = list_of(0..6), f = |x: &(f64, f64)| x.0 as i64)
)]
fn sort_by_key<T: Tangent<M>, K: Ord, M>(this: &mut [T], #[inert] f: impl FnMut(&T) -> K) {
    let order = order_by_key(this, |x| f(x).0);
    arrange(this, &order);
    Mutation { undo: || send(this, order.clone()), pull: |d| send(d.this, order) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant, Draw, draw_by_type};

    #[test]
    fn cotangents_go_back_where_the_elements_came_from() {
        let mut v: Vec<f64> = vec![3.0, 1.0, 2.0];
        let ((), back) = v.rrule_sort_by(&mut |a, b| a.total_cmp(b), (Active, Constant));
        assert_eq!(v, [1.0, 2.0, 3.0]);
        let mut dv = vec![10.0, 20.0, 30.0];
        back(&mut v, &(), &(), &mut dv, ());
        assert_eq!((v, dv), (vec![3.0, 1.0, 2.0], vec![30.0, 10.0, 20.0]));
    }

    #[test]
    fn a_long_permutation_comes_back() {
        let mut draw = Draw::new(Vec::new());
        let list: Vec<f64> = (0..200).map(|_| draw_by_type(&mut draw)).collect();
        let (mut sorted, mut expected) = (list.clone(), list.clone());
        let order = order_by(&sorted, f64::total_cmp);
        arrange(&mut sorted, &order);
        expected.sort_by(f64::total_cmp);
        let bits = |list: &[f64]| list.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&sorted), bits(&expected));
        send(&mut sorted, order);
        assert_eq!(bits(&sorted), bits(&list));
    }
}
