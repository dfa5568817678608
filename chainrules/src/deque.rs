//! Methods of `VecDeque` that change its length.

use crate::slice::zero_of;
use crate::vec::merged;
use chainrules_core::{Tangent, inert, rrule};
use std::collections::VecDeque;

inert! {
    impl<T: Tangent<M>, M> VecDeque<T>, check(T = f64) {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
    }
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
