//! What `Vec` and `VecDeque` do alike.

use crate::option::constant_function;
use crate::slice::zero_of;
use chainrules_core::{Tangent, inert, rrule};
use std::collections::VecDeque;

inert! {
    impl<T: Tangent<M>, M> Vec<T>, check(T = f64) {
        #[check(capacity = 0..4)]
        fn with_capacity(capacity: usize) -> Self;
    }

    impl<T: Tangent<M>, M> VecDeque<T>, check(T = f64) {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
        #[check(capacity = 0..4)]
        fn with_capacity(capacity: usize) -> Self;
    }
}

#[rrule(Vec::<T>::from, VecDeque::<T>::from, check(T = f64, N = 2))]
fn from_array<T: Tangent<M>, M, const N: usize>(list: [T; N]) -> Self {
    (Self::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(VecDeque::<T>::from, check(T = f64))]
fn from_vec<T: Tangent<M>, M>(list: Vec<T>) -> Self {
    (Self::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(Vec::<T>::from, check(T = f64))]
fn from_deque<T: Tangent<M>, M>(list: VecDeque<T>) -> Self {
    (Self::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(Vec::<T>::from, check(T = f64))]
fn from_slice<T: Tangent<M>, M>(list: &[T]) -> Self {
    (Self::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

// In the derivative an iterator is the list of its items.
#[rrule(Vec::<T>::from_iter, VecDeque::<T>::from_iter, check(T = f64, T = Vec<f64>))]
fn from_iter<T: Tangent<M>, M>(list: Vec<T>) -> Self {
    (Self::from_iter(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

// The cotangents of the removed elements are zero.
#[rrule(Vec::<T>::clear, VecDeque::<T>::clear, check(T = f64, T = Vec<f64>))]
fn clear<T: Tangent<M>, M>(this: &mut Self) {
    let old = std::mem::take(this);
    Mutation { undo: || *this = old, pull: |d| d.this.extend(this.iter().map(zero_of)) }
}

#[rrule(Vec::<T>::truncate, VecDeque::<T>::truncate, check(T = f64, len = 0..5))]
fn truncate<T: Tangent<M>, M>(this: &mut Self, len: usize) {
    let tail = this.split_off(len.min(this.len()));
    Mutation {
        undo: || this.extend(tail),
        pull: |d| d.this.extend(this.iter().skip(len).map(zero_of)),
    }
}

#[rrule(Vec::<T>::resize, VecDeque::<T>::resize, check(T = f64, new_len = 0..6))]
fn resize<T: Tangent<M>, M>(this: &mut Self, new_len: usize, value: T) {
    let (len, tail) = (this.len(), this.split_off(new_len.min(this.len())));
    this.resize(new_len, value);
    Mutation {
        undo: || {
            this.truncate(len);
            this.extend(tail);
        },
        pull: |d| {
            let added = d.this.split_off(len.min(new_len));
            d.this.extend(this.iter().skip(new_len).map(zero_of));
            Grad { value: |dv| added.iter().for_each(|d| dv.accumulate(d)) }
        },
    }
}

#[rrule(
    Vec::<T>::resize_with,
    VecDeque::<T>::resize_with,
    check(T = f64, new_len = 0..6, f = constant_function(2.5))
)]
fn resize_with<T: Tangent<M>, M>(this: &mut Self, new_len: usize, f: impl FnMut() -> T) {
    let (len, tail) = (this.len(), this.split_off(new_len.min(this.len())));
    let (added, residuals): (Self, Vec<_>) = (len..new_len).map(|_| f()).unzip();
    this.extend(added);
    Mutation {
        undo: || {
            this.truncate(len);
            this.extend(tail);
        },
        pull: |d| {
            let added = d.this.split_off(len.min(new_len));
            d.this.extend(this.iter().skip(new_len).map(zero_of));
            residuals.into_iter().zip(&added).rev().for_each(|(residual, dy)| f(residual, dy));
        },
    }
}

#[rrule(
    Vec::<T>::extend,
    VecDeque::<T>::extend,
    check(T = f64, I = Vec<f64>, I = [f64; 2], I = Option<f64>, I = VecDeque<f64>)
)]
fn extend<T: Tangent<M>, I: IntoIterator<Item = T> + Tangent<N>, M, N>(this: &mut Self, iter: I)
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

#[rrule(Vec::<T>::append, VecDeque::<T>::append, check(T = f64))]
fn append<T: Tangent<M>, M>(this: &mut Self, other: &mut Self) {
    let len = this.len();
    this.append(other);
    Mutation {
        undo: || other.extend(this.drain(len..)),
        pull: |d| d.other.extend(d.this.drain(len..)),
    }
}

#[rrule(Vec::<T>::split_off, VecDeque::<T>::split_off, check(T = f64, at = 0..this.len() + 1))]
fn split_off<T: Tangent<M>, M>(this: &mut Self, at: usize) -> Self {
    let y = this.split_off(at);
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
}

#[rrule(Vec::<T>::retain, VecDeque::<T>::retain, check(T = f64, f = |x: &f64| *x > 0.5))]
fn retain<T: Tangent<M>, M>(this: &mut Self, f: impl FnMut(&T) -> bool) {
    let sifted = Sifted::of(this, |x, _| f(x));
    Mutation { undo: || sifted.undo(this), pull: |d| sifted.pull(d.this, this) }
}

/// Which elements of a list were kept, and the others.
#[derive(Clone)]
pub(crate) struct Sifted<T> {
    kept: Vec<bool>,
    removed: Vec<T>,
}

impl<T> Sifted<T> {
    /// Keeps what the function says, by an element and the last that was kept.
    pub(crate) fn of<C>(list: &mut C, mut keep: impl FnMut(&mut T, Option<&mut T>) -> bool) -> Self
    where
        C: Default + IntoIterator<Item = T> + FromIterator<T>,
    {
        let (mut kept, mut removed, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for mut x in std::mem::take(list) {
            kept.push(keep(&mut x, rest.last_mut()));
            if kept.ends_with(&[true]) { rest.push(x) } else { removed.push(x) }
        }
        *list = rest.into_iter().collect();
        Self { kept, removed }
    }

    /// Puts back what was removed.
    pub(crate) fn undo<C>(&self, list: &mut C)
    where
        T: Clone,
        C: Default + IntoIterator<Item = T> + FromIterator<T>,
    {
        self.merge(list, self.removed.iter().cloned());
    }

    /// The same for the cotangents: those of what was removed are zero.
    pub(crate) fn pull<C, M>(&self, shadow: &mut C, list: &C)
    where
        T: Tangent<M>,
        C: Default + IntoIterator<Item = T> + FromIterator<T>,
        for<'a> &'a C: IntoIterator<Item = &'a T>,
    {
        let removed = list.into_iter().zip(&self.kept).filter(|(_, kept)| !**kept);
        self.merge(shadow, removed.map(|(x, _)| zero_of(x)));
    }

    fn merge<C>(&self, list: &mut C, mut removed: impl Iterator<Item = T>)
    where
        C: Default + IntoIterator<Item = T> + FromIterator<T>,
    {
        let mut rest = std::mem::take(list).into_iter();
        let next = |kept: &bool| if *kept { rest.next() } else { removed.next() };
        *list = self.kept.iter().filter_map(next).collect();
    }
}

#[rrule(Vec::<T>::reserve, VecDeque::<T>::reserve, check(T = f64, additional = 0..9))]
fn reserve<T: Tangent<M>, M>(this: &mut Self, additional: usize) {
    this.reserve(additional);
    Mutation { undo: || {}, pull: |_| {} }
}

#[rrule(Vec::<T>::reserve_exact, VecDeque::<T>::reserve_exact, check(T = f64, additional = 0..9))]
fn reserve_exact<T: Tangent<M>, M>(this: &mut Self, additional: usize) {
    this.reserve_exact(additional);
    Mutation { undo: || {}, pull: |_| {} }
}

#[rrule(Vec::<T>::shrink_to_fit, VecDeque::<T>::shrink_to_fit, check(T = f64))]
fn shrink_to_fit<T: Tangent<M>, M>(this: &mut Self) {
    this.shrink_to_fit();
    Mutation { undo: || {}, pull: |_| {} }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::Constant;

    #[test]
    fn a_vector_starts_empty() {
        let (v, _) = Vec::<f64>::rrule_with_capacity(&4, (Constant,));
        assert!(v.is_empty() && v.capacity() >= 4);
    }
}
