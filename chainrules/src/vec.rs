//! Methods of `Vec` that change its length.

use crate::slice::{add_each, zero_of, zeros_of};
use chainrules_core::{Tangent, inert, list_of, rrule};
use std::collections::VecDeque;

inert! {
    impl<T: Tangent<M>, M> Vec<T>, check(T = f64) {
        #[check(capacity = 0..4)]
        fn with_capacity(capacity: usize) -> Self;
    }
}

#[rrule(Vec::from, check(T = f64, S = [f64; 2], S = VecDeque<f64>))]
fn from<T: Tangent<M>, S: IntoIterator<Item = T> + Tangent<N>, M, N>(list: S) -> Vec<T>
where
    Vec<T>: From<S>,
    for<'a> &'a mut S: IntoIterator<Item = &'a mut T>,
{
    (Vec::from(list), |dy| Grad {
        list: |d| d.into_iter().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(Vec::push, check(T = f64, T = f32, T = Vec<f64>))]
fn push<T: Tangent<M>, M>(this: &mut Vec<T>, value: T) {
    this.push(value);
    Mutation {
        undo: || this.pop(),
        pull: |d| Grad { value: d.this.pop().expect("the cotangent has the shape of the vector") },
    }
}

#[rrule(Vec::pop, check(T = f64, T = f32, T = Vec<f64>))]
fn pop<T: Tangent<M>, M>(this: &mut Vec<T>) -> Option<T> {
    let y = this.pop();
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
}

#[rrule(Vec::insert, check(T = f64, index = 0..this.len() + 1))]
fn insert<T: Tangent<M>, M>(this: &mut Vec<T>, index: usize, element: T) {
    this.insert(index, element);
    Mutation { undo: || this.remove(index), pull: |d| Grad { element: d.this.remove(index) } }
}

#[rrule(Vec::remove, check(T = f64, this = list_of(1..4), index = 0..this.len()))]
fn remove<T: Tangent<M>, M>(this: &mut Vec<T>, index: usize) -> T {
    let y = this.remove(index);
    (
        y.clone(),
        Mutation { undo: || this.insert(index, y), pull: |d, dy| d.this.insert(index, dy.clone()) },
    )
}

#[rrule(Vec::swap_remove, check(T = f64, this = list_of(1..4), index = 0..this.len()))]
fn swap_remove<T: Tangent<M>, M>(this: &mut Vec<T>, index: usize) -> T {
    let y = this.swap_remove(index);
    (
        y.clone(),
        Mutation {
            undo: || swap_insert(this, index, y),
            pull: |d, dy| swap_insert(d.this, index, dy.clone()),
        },
    )
}

/// The inverse of `swap_remove`.
fn swap_insert<T>(list: &mut Vec<T>, index: usize, value: T) {
    list.push(value);
    let last = list.len() - 1;
    list.swap(index, last);
}

// The cotangents of the removed elements are zero.
#[rrule(Vec::clear, check(T = f64, T = Vec<f64>))]
fn clear<T: Tangent<M>, M>(this: &mut Vec<T>) {
    let old = this.split_off(0);
    Mutation { undo: || this.extend(old), pull: |d| d.this.extend(zeros_of(this)) }
}

#[rrule(Vec::truncate, check(T = f64, len = 0..5))]
fn truncate<T: Tangent<M>, M>(this: &mut Vec<T>, len: usize) {
    let tail: Vec<T> = this.drain(len.min(this.len())..).collect();
    Mutation {
        undo: || this.extend(tail),
        pull: |d| d.this.extend(zeros_of(&this[len.min(this.len())..])),
    }
}

#[rrule(Vec::resize, check(T = f64, new_len = 0..6))]
fn resize<T: Tangent<M>, M>(this: &mut Vec<T>, new_len: usize, value: T) {
    let (len, tail) = (this.len(), this.drain(new_len.min(this.len())..).collect::<Vec<T>>());
    this.resize(new_len, value);
    Mutation {
        undo: || {
            this.truncate(len);
            this.extend(tail);
        },
        pull: |d| {
            let added = d.this.split_off(len.min(new_len));
            d.this.extend(zeros_of(&this[len.min(new_len)..]));
            Grad { value: |dv| added.iter().for_each(|d| dv.accumulate(d)) }
        },
    }
}

#[rrule(Vec::extend_from_slice, check(T = f64, T = f32))]
fn extend_from_slice<T: Tangent<M>, M>(this: &mut Vec<T>, other: &[T]) {
    let len = this.len();
    this.extend_from_slice(other);
    Mutation {
        undo: || this.truncate(len),
        pull: |d| {
            let added = d.this.split_off(len);
            Grad { other: |d| add_each(d, &added) }
        },
    }
}

#[rrule(
    Vec::extend,
    check(T = f64, I = Vec<f64>, I = [f64; 2], I = Option<f64>, I = VecDeque<f64>)
)]
fn extend<T: Tangent<M>, I: IntoIterator<Item = T> + Tangent<N>, M, N>(this: &mut Vec<T>, iter: I)
where
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
#[rrule(Vec::retain, check(T = f64, f = |x: &f64| *x > 0.5))]
fn retain<T: Tangent<M>, M>(this: &mut Vec<T>, f: impl FnMut(&T) -> bool) {
    let (mut kept, mut removed) = (Vec::with_capacity(this.len()), Vec::new());
    for x in std::mem::take(this) {
        kept.push(f(&x));
        if kept.ends_with(&[true]) { this.push(x) } else { removed.push(x) }
    }
    Mutation {
        undo: || *this = merged(&kept, std::mem::take(this), removed),
        pull: |d| {
            let zeros = this.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(x, _)| zero_of(x));
            *d.this = merged(&kept, std::mem::take(d.this), zeros);
        },
    }
}

/// Two lists as one: at each place an element of the first, or of the second.
pub(crate) fn merged<T, C: FromIterator<T>>(
    of_first: &[bool],
    first: impl IntoIterator<Item = T>,
    second: impl IntoIterator<Item = T>,
) -> C {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let next = |of_first: &bool| if *of_first { first.next() } else { second.next() };
    of_first.iter().filter_map(next).collect()
}

#[rrule(Vec::append, check(T = f64))]
fn append<T: Tangent<M>, M>(this: &mut Vec<T>, other: &mut Vec<T>) {
    let len = this.len();
    this.append(other);
    Mutation {
        undo: || other.extend(this.drain(len..)),
        pull: |d| d.other.extend(d.this.drain(len..)),
    }
}

#[rrule(Vec::split_off, check(T = f64, at = 0..this.len() + 1))]
fn split_off<T: Tangent<M>, M>(this: &mut Vec<T>, at: usize) -> Vec<T> {
    let y = this.split_off(at);
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend_from_slice(dy) })
}

#[rrule(Vec::reserve, check(T = f64, additional = 0..9))]
fn reserve<T: Tangent<M>, M>(this: &mut Vec<T>, additional: usize) {
    this.reserve(additional);
    Mutation { undo: || {}, pull: |_| {} }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn a_pushed_value_takes_the_last_cotangent() {
        let mut v = vec![1.0];
        let ((), back) = v.rrule_push(2.0, (Active, Active));
        assert_eq!(size_of_val(&back), 0);
        let (mut dv, mut dx) = (vec![3.0, 4.0], 1.0);
        back(&mut v, &2.0, &(), &mut dv, &mut dx);
        assert_eq!((v, dv, dx), (vec![1.0], vec![3.0], 5.0));
    }

    #[test]
    fn a_constant_push_drops_the_last_cotangent() {
        let mut v = vec![1.0];
        let ((), back) = v.rrule_push(2.0, (Active, Constant));
        let mut dv = vec![3.0, 4.0];
        back(&mut v, &2.0, &(), &mut dv, ());
        assert_eq!(dv, [3.0]);
    }

    #[test]
    fn popping_nothing_changes_nothing() {
        let mut v = Vec::<f64>::new();
        let (y, back) = v.rrule_pop((Active,));
        let mut dv = Vec::new();
        back(&mut v, &None, &mut dv);
        assert_eq!((y, v, dv), (None, vec![], vec![]));
    }

    #[test]
    fn a_vector_starts_empty() {
        let (v, _) = Vec::<f64>::rrule_with_capacity(&4, (Constant,));
        assert!(v.is_empty() && v.capacity() >= 4);
    }
}
