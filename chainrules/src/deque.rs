//! Methods of `VecDeque`, but for those that `Vec` has, too, and loops over it.

use crate::iter::{Elements, walked};
use chainrules_core::{Tangent, rrule};
use std::collections::VecDeque;

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

#[rrule(VecDeque::swap_remove_back, check(T = f64, index = 0..this.len() + 1))]
fn swap_remove_back<T: Tangent<M>, M>(this: &mut VecDeque<T>, index: usize) -> Option<T> {
    let y = this.swap_remove_back(index);
    (
        y.clone(),
        Mutation {
            undo: || y.into_iter().for_each(|y| swap_insert_back(this, index, y)),
            pull: |d, dy| dy.iter().for_each(|dy| swap_insert_back(d.this, index, dy.clone())),
        },
    )
}

/// The inverse of `swap_remove_back`.
fn swap_insert_back<T>(deque: &mut VecDeque<T>, index: usize, value: T) {
    deque.push_back(value);
    deque.swap(index, deque.len() - 1);
}

#[rrule(VecDeque::swap_remove_front, check(T = f64, index = 0..this.len() + 1))]
fn swap_remove_front<T: Tangent<M>, M>(this: &mut VecDeque<T>, index: usize) -> Option<T> {
    let y = this.swap_remove_front(index);
    (
        y.clone(),
        Mutation {
            undo: || y.into_iter().for_each(|y| swap_insert_front(this, index, y)),
            pull: |d, dy| dy.iter().for_each(|dy| swap_insert_front(d.this, index, dy.clone())),
        },
    )
}

/// The inverse of `swap_remove_front`.
fn swap_insert_front<T>(deque: &mut VecDeque<T>, index: usize, value: T) {
    deque.push_front(value);
    deque.swap(index, 0);
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

impl<T> Elements for VecDeque<T> {
    type Element = T;

    #[inline(always)]
    fn number(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn element(&self, k: usize) -> &T {
        &self[k]
    }

    #[inline(always)]
    fn element_mut(&mut self, k: usize) -> &mut T {
        &mut self[k]
    }
}

walked!([] VecDeque<T>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::*;
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
