//! Methods of `VecDeque`, and loops over it.

use crate::iter::{Loop, WalkIter};
use crate::slice::zero_of;
use crate::vec::merged;
use chainrules_core::{Tangent, ToWalk, Walk, inert, rrule};
use std::collections::VecDeque;
use std::marker::PhantomData;

inert! {
    impl<T: Tangent<M>, M> VecDeque<T>, check(T = f64) {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
        #[check(capacity = 0..4)]
        fn with_capacity(capacity: usize) -> Self;
    }
}

#[rrule(VecDeque::from, check(T = f64, S = Vec<f64>, S = [f64; 2]))]
fn from<T: Tangent<M>, S: IntoIterator<Item = T> + Tangent<N>, M, N>(list: S) -> VecDeque<T>
where
    VecDeque<T>: From<S>,
    for<'a> &'a mut S: IntoIterator<Item = &'a mut T>,
{
    (VecDeque::from(list), |dy| Grad {
        list: |d| d.into_iter().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(VecDeque::push_back, check(T = f64))]
fn push_back<T: Tangent<M>, M>(this: &mut VecDeque<T>, value: T) {
    this.push_back(value);
    Mutation {
        undo: || this.pop_back(),
        pull: |d| Grad {
            value: d.this.pop_back().expect("the cotangent has the shape of the deque"),
        },
    }
}

#[rrule(VecDeque::push_front, check(T = f64))]
fn push_front<T: Tangent<M>, M>(this: &mut VecDeque<T>, value: T) {
    this.push_front(value);
    Mutation {
        undo: || this.pop_front(),
        pull: |d| Grad {
            value: d.this.pop_front().expect("the cotangent has the shape of the deque"),
        },
    }
}

#[rrule(VecDeque::pop_back, check(T = f64))]
fn pop_back<T: Tangent<M>, M>(this: &mut VecDeque<T>) -> Option<T> {
    let y = this.pop_back();
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
}

#[rrule(VecDeque::pop_front, check(T = f64))]
fn pop_front<T: Tangent<M>, M>(this: &mut VecDeque<T>) -> Option<T> {
    let y = this.pop_front();
    (
        y.clone(),
        Mutation {
            undo: || y.into_iter().for_each(|y| this.push_front(y)),
            pull: |d, dy| dy.iter().for_each(|dy| d.this.push_front(dy.clone())),
        },
    )
}

#[rrule(
    VecDeque::extend,
    check(T = f64, I = Vec<f64>, I = [f64; 2], I = Option<f64>, I = VecDeque<f64>)
)]
fn extend<T: Tangent<M>, I: IntoIterator<Item = T> + Tangent<N>, M, N>(
    this: &mut VecDeque<T>,
    iter: I,
) where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    let len = this.len();
    this.extend(iter);
    Mutation {
        undo: || this.truncate(len),
        pull: |d| {
            let added = d.this.split_off(len);
            Grad { iter: |d| d.into_iter().zip(&added).for_each(|(d, added)| d.accumulate(added)) }
        },
    }
}

#[rrule(VecDeque::insert, check(T = f64, index = 0..this.len() + 1))]
fn insert<T: Tangent<M>, M>(this: &mut VecDeque<T>, index: usize, value: T) {
    this.insert(index, value);
    Mutation {
        undo: || this.remove(index),
        pull: |d| Grad {
            value: d.this.remove(index).expect("the cotangent has the shape of the deque"),
        },
    }
}

#[rrule(VecDeque::remove, check(T = f64, index = 0..this.len() + 1))]
fn remove<T: Tangent<M>, M>(this: &mut VecDeque<T>, index: usize) -> Option<T> {
    let y = this.remove(index);
    (
        y.clone(),
        Mutation {
            undo: || y.into_iter().for_each(|y| this.insert(index, y)),
            pull: |d, dy| dy.iter().for_each(|dy| d.this.insert(index, dy.clone())),
        },
    )
}

// The cotangents of the removed elements are zero.
#[rrule(VecDeque::truncate, check(T = f64, len = 0..5))]
fn truncate<T: Tangent<M>, M>(this: &mut VecDeque<T>, len: usize) {
    let tail = this.split_off(len.min(this.len()));
    Mutation {
        undo: || this.extend(tail),
        pull: |d| d.this.extend(this.iter().skip(len).map(zero_of)),
    }
}

#[rrule(VecDeque::resize, check(T = f64, new_len = 0..6))]
fn resize<T: Tangent<M>, M>(this: &mut VecDeque<T>, new_len: usize, value: T) {
    let (len, tail) = (this.len(), this.split_off(new_len.min(this.len())));
    this.resize(new_len, value);
    Mutation {
        undo: || {
            this.truncate(len);
            this.extend(tail);
        },
        pull: |d| {
            let added = d.this.split_off(len.min(new_len));
            d.this.extend(this.iter().skip(len.min(new_len)).map(zero_of));
            Grad { value: |dv| added.iter().for_each(|d| dv.accumulate(d)) }
        },
    }
}

#[rrule(VecDeque::split_off, check(T = f64, at = 0..this.len() + 1))]
fn split_off<T: Tangent<M>, M>(this: &mut VecDeque<T>, at: usize) -> VecDeque<T> {
    let y = this.split_off(at);
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
}

// The cotangents of the removed elements are zero.
#[rrule(VecDeque::clear, check(T = f64))]
fn clear<T: Tangent<M>, M>(this: &mut VecDeque<T>) {
    let old = std::mem::take(this);
    Mutation { undo: || *this = old, pull: |d| d.this.extend(this.iter().map(zero_of)) }
}

#[rrule(VecDeque::retain, check(T = f64, f = |x: &f64| *x > 0.5))]
fn retain<T: Tangent<M>, M>(this: &mut VecDeque<T>, f: impl FnMut(&T) -> bool) {
    let mut kept = Vec::with_capacity(this.len());
    let (all, mut removed) = (std::mem::take(this), Vec::new());
    for x in all {
        kept.push(f(&x));
        if kept.ends_with(&[true]) { this.push_back(x) } else { removed.push(x) }
    }
    Mutation {
        undo: || *this = merged(&kept, std::mem::take(this), removed),
        pull: |d| {
            let zeros = this.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(x, _)| zero_of(x));
            *d.this = merged(&kept, std::mem::take(d.this), zeros);
        },
    }
}

#[rrule(VecDeque::append, check(T = f64))]
fn append<T: Tangent<M>, M>(this: &mut VecDeque<T>, other: &mut VecDeque<T>) {
    let len = this.len();
    this.append(other);
    Mutation {
        undo: || other.extend(this.drain(len..)),
        pull: |d| d.other.extend(d.this.drain(len..)),
    }
}

#[rrule(VecDeque::swap, check(T = f64, this = long(), i = 0..3, j = 0..3))]
fn swap<T: Tangent<M>, M>(this: &mut VecDeque<T>, i: usize, j: usize) {
    this.swap(i, j);
    Mutation { undo: || this.swap(i, j), pull: |d| d.this.swap(i, j) }
}

#[rrule(VecDeque::rotate_left, check(T = f64, n = 0..this.len() + 1))]
fn rotate_left<T: Tangent<M>, M>(this: &mut VecDeque<T>, n: usize) {
    this.rotate_left(n);
    Mutation { undo: || this.rotate_right(n), pull: |d| d.this.rotate_right(n) }
}

#[rrule(VecDeque::rotate_right, check(T = f64, n = 0..this.len() + 1))]
fn rotate_right<T: Tangent<M>, M>(this: &mut VecDeque<T>, n: usize) {
    this.rotate_right(n);
    Mutation { undo: || this.rotate_left(n), pull: |d| d.this.rotate_left(n) }
}

/// A domain: three or four elements.
fn long<T: 'static>() -> impl FnOnce(&mut chainrules_core::Draw) -> VecDeque<T> {
    |draw| chainrules_core::list_of(3..5)(draw).into()
}

/// The walk over `&VecDeque<T>`: its items are references.
pub struct DequeWalk<'a, T, M> {
    deque: &'a VecDeque<T>,
    marker: PhantomData<fn() -> M>,
}

impl<'a, T: Tangent<M>, M> Walk for DequeWalk<'a, T, M> {
    type Item = &'a T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut VecDeque<T>>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.deque.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> &'a T {
        &self.deque[k]
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadow: Option<&mut VecDeque<T>>) -> T {
        match shadow {
            Some(shadow) => shadow[k].lend(),
            None => zero_of(&self.deque[k]),
        }
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadow: Option<&mut VecDeque<T>>) {
        if let Some(shadow) = shadow {
            shadow[k].give_back(cotangent);
        }
    }
}

/// The walk over a `VecDeque<T>` by value: its items are clones.
pub struct DequeValueWalk<'a, T, M>(DequeWalk<'a, T, M>);

impl<T: Tangent<M>, M> Walk for DequeValueWalk<'_, T, M> {
    type Item = T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut VecDeque<T>>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        self.0.at(k).clone()
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadow: Option<&mut VecDeque<T>>) -> T {
        self.0.lend(k, shadow)
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadow: Option<&mut VecDeque<T>>) {
        self.0.give_back(k, cotangent, shadow);
    }
}

impl<T: Tangent<M>, M> WalkIter<M> for VecDeque<T> {
    type Walk<'a>
        = DequeWalk<'a, T, M>
    where
        Self: 'a;

    #[inline(always)]
    fn walk_iter(&self) -> DequeWalk<'_, T, M> {
        DequeWalk { deque: self, marker: PhantomData }
    }
}

impl<'b, T: Tangent<M>, M: 'b> ToWalk<'_, Loop<M>> for &'b VecDeque<T> {
    type Walk = DequeWalk<'b, T, M>;

    #[inline(always)]
    fn to_walk(&self) -> DequeWalk<'b, T, M> {
        DequeWalk { deque: self, marker: PhantomData }
    }
}

impl<'a, T: Tangent<M> + 'a, M: 'a> ToWalk<'a, Loop<M>> for VecDeque<T> {
    type Walk = DequeValueWalk<'a, T, M>;

    #[inline(always)]
    fn to_walk(&'a self) -> DequeValueWalk<'a, T, M> {
        DequeValueWalk(DequeWalk { deque: self, marker: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn a_window_that_moves_gives_each_element_its_cotangent() {
        let mut window = VecDeque::from([1.0, 2.0]);
        let ((), push) = window.rrule_push_back(3.0, (Active, Active));
        let (first, pop) = window.rrule_pop_front((Active,));
        assert_eq!((&window, first), (&VecDeque::from([2.0, 3.0]), Some(1.0)));
        let (mut d, mut dx) = (VecDeque::from([20.0, 30.0]), 0.0);
        pop(&mut window, &Some(10.0), &mut d);
        push(&mut window, &3.0, &(), &mut d, &mut dx);
        assert_eq!((window, d, dx), ([1.0, 2.0].into(), [10.0, 20.0].into(), 30.0));
    }

    #[test]
    fn what_was_removed_has_a_zero_cotangent() {
        let mut deque = VecDeque::from([1.0, -2.0, 3.0]);
        let ((), back) = deque.rrule_retain(&mut |x| *x > 0.0, (Active, Constant));
        let mut d = VecDeque::from([5.0, 7.0]);
        back(&mut deque, &(), &(), &mut d, ());
        assert_eq!((deque, d), ([1.0, -2.0, 3.0].into(), [5.0, 0.0, 7.0].into()));
    }
}
