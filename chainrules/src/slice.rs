//! Methods of slices that change the elements in place or copy them.

use crate::option::constant_function;
use chainrules_core::{Draw, Tangent, draw_by_type, inert, list_of, rrule};

/// A zero cotangent of the value's shape.
pub(crate) fn zero_of<T: Tangent<M>, M>(value: &T) -> T {
    T::zero_of(&value.shape())
}

/// Adds the second list of cotangents to the first.
pub(crate) fn add_each<'c, T: Tangent<M> + 'c, M>(
    shadow: &mut [T],
    cotangents: impl IntoIterator<Item = &'c T>,
) {
    shadow.iter_mut().zip(cotangents).for_each(|(d, c)| d.accumulate(c));
}

/// A domain: a list of some items and as many again.
fn again<T: 'static>(length: usize) -> impl FnOnce(&mut Draw) -> Vec<T> {
    move |draw| (0..length).map(|_| draw_by_type(draw)).collect()
}

inert! {
    impl<T: Tangent<M>, M> [T], check(T = f64) {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
    }

    impl<T: Tangent<M> + PartialEq, M> [T], check(T = f64) {
        fn contains(&self, x: &T) -> bool;
        fn starts_with(&self, needle: &[T]) -> bool;
        fn ends_with(&self, needle: &[T]) -> bool;
    }
}

#[rrule(slice::swap, check(T = f64, T = f32, T = [f64; 2], this = list_of(3..5), i = 0..3, j = 0..3))]
fn swap<T: Tangent<M>, M>(this: &mut [T], i: usize, j: usize) {
    this.swap(i, j);
    Mutation { undo: || this.swap(i, j), pull: |d| d.this.swap(i, j) }
}

#[rrule(slice::reverse, check(T = f64, T = f32))]
fn reverse<T: Tangent<M>, M>(this: &mut [T]) {
    this.reverse();
    Mutation { undo: || this.reverse(), pull: |d| d.this.reverse() }
}

#[rrule(slice::rotate_left, check(T = f64, k = 0..this.len() + 1))]
fn rotate_left<T: Tangent<M>, M>(this: &mut [T], k: usize) {
    this.rotate_left(k);
    Mutation { undo: || this.rotate_right(k), pull: |d| d.this.rotate_right(k) }
}

#[rrule(slice::rotate_right, check(T = f64, k = 0..this.len() + 1))]
fn rotate_right<T: Tangent<M>, M>(this: &mut [T], k: usize) {
    this.rotate_right(k);
    Mutation { undo: || this.rotate_left(k), pull: |d| d.this.rotate_left(k) }
}

// The cotangent of the value is the sum over the elements.
#[rrule(slice::fill, check(T = f64, T = f32, T = Vec<f64>))]
fn fill<T: Tangent<M>, M>(this: &mut [T], value: T) {
    let old = this.to_vec();
    this.fill(value);
    Mutation {
        undo: || replace(this, old),
        pull: |d| Grad { value: |dv| d.this.iter().for_each(|d| dv.accumulate(d)) },
        clear: |d| clear(d.this, this),
    }
}

#[rrule(slice::fill_with, check(T = f64, f = constant_function(2.5)))]
fn fill_with<T: Tangent<M>, M>(this: &mut [T], f: impl FnMut() -> T) {
    let (new, residuals): (Vec<T>, Vec<_>) = this.iter().map(|_| f()).unzip();
    let old = this.to_vec();
    replace(this, new);
    Mutation {
        undo: || replace(this, old),
        pull: |d| {
            let dy = d.this.to_vec();
            clear(d.this, this);
            residuals.into_iter().zip(&dy).rev().for_each(|(residual, dy)| f(residual, dy));
        },
    }
}

#[rrule(slice::copy_from_slice, check(T = f64, T = f32, src = again(this.len())))]
fn copy_from_slice<T: Tangent<M> + Copy, M>(this: &mut [T], src: &[T]) {
    let old = this.to_vec();
    this.copy_from_slice(src);
    Mutation {
        undo: || this.copy_from_slice(&old),
        pull: |d| Grad { src: |ds| add_each(ds, d.this.iter()) },
        clear: |d| clear(d.this, this),
    }
}

#[rrule(slice::clone_from_slice, check(T = f64, T = Vec<f64>, src = again(this.len())))]
fn clone_from_slice<T: Tangent<M>, M>(this: &mut [T], src: &[T]) {
    let old = this.to_vec();
    this.clone_from_slice(src);
    Mutation {
        undo: || replace(this, old),
        pull: |d| Grad { src: |ds| add_each(ds, d.this.iter()) },
        clear: |d| clear(d.this, this),
    }
}

#[rrule(slice::swap_with_slice, check(T = f64, T = [f32; 2], other = again(this.len())))]
fn swap_with_slice<T: Tangent<M>, M>(this: &mut [T], other: &mut [T]) {
    this.swap_with_slice(other);
    Mutation { undo: || this.swap_with_slice(other), pull: |d| d.this.swap_with_slice(d.other) }
}

#[rrule(slice::to_vec, check(T = f64, T = f32, T = [f64; 2]))]
fn to_vec<T: Tangent<M>, M>(this: &[T]) -> Vec<T> {
    (this.to_vec(), |dy| Grad { this: |d| add_each(d, dy) })
}

#[rrule(slice::to_owned, check(T = f64))]
fn to_owned<T: Tangent<M>, M>(this: &[T]) -> Vec<T> {
    (this.to_owned(), |dy| Grad { this: |d| add_each(d, dy) })
}

#[rrule(slice::repeat, check(T = f64, n = 0..4))]
fn repeat<T: Tangent<M> + Copy, M>(this: &[T], n: usize) -> Vec<T> {
    (this.repeat(n), |dy| Grad {
        this: |d| {
            let length = d.len().max(1);
            dy.chunks(length).for_each(|chunk| add_each(d, chunk));
        },
    })
}

#[rrule(slice::concat, check(T = f64))]
fn concat<T: Tangent<M>, M>(this: &[Vec<T>]) -> Vec<T> {
    (this.concat(), |dy| Grad {
        this: |d| {
            let mut rest = dy.iter();
            for row in d {
                let length = row.len();
                add_each(row, rest.by_ref().take(length));
            }
        },
    })
}

#[rrule(slice::concat, check(T = f64, N = 2))]
fn concat_arrays<T: Tangent<M>, M, const N: usize>(this: &[[T; N]]) -> Vec<T> {
    (this.concat(), |dy| Grad { this: |d| add_each(d.as_flattened_mut(), dy) })
}

#[rrule(slice::join, check(T = f64))]
fn join<T: Tangent<M>, M>(this: &[Vec<T>], sep: &T) -> Vec<T> {
    (this.join(sep), |dy| Grad {
        this: |d| {
            let mut rest = dy.iter();
            for row in d {
                let length = row.len();
                add_each(row, rest.by_ref().take(length));
                rest.next();
            }
        },
        sep: |d| {
            let mut rest = dy.iter();
            for row in this {
                rest.nth(row.len()).into_iter().for_each(|dy| d.accumulate(dy));
            }
        },
    })
}

/// Puts the old elements back.
fn replace<T>(this: &mut [T], old: Vec<T>) {
    this.iter_mut().zip(old).for_each(|(place, old)| *place = old);
}

/// Makes the cotangents of overwritten elements zero.
fn clear<T: Tangent<M>, M>(shadow: &mut [T], old: &[T]) {
    shadow.iter_mut().zip(old).for_each(|(d, old)| *d = zero_of(old));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant, like};

    #[test]
    fn what_a_fill_overwrites_gets_no_cotangent() {
        let mut v = vec![1.0, 2.0];
        let ((), back) = v.rrule_fill(5.0, (Active, Active));
        let (mut dv, mut dx) = (vec![3.0, 4.0], 1.0);
        back(&mut v, &5.0, &(), &mut dv, &mut dx);
        assert_eq!((v, dv, dx), (vec![1.0, 2.0], vec![0.0, 0.0], 8.0));
    }

    #[test]
    fn copying_constants_clears_the_shadow() {
        let (mut v, src) = ([1.0, 2.0], [3.0, 4.0]);
        let ((), back) = v.rrule_copy_from_slice(&src, (Active, Constant));
        let mut dv = [5.0, 6.0];
        back(&mut v, &src, &(), &mut dv, ());
        assert_eq!((v, dv), ([1.0, 2.0], [0.0, 0.0]));
    }

    #[test]
    fn permutations_keep_nothing() {
        let mut v = [1.0, 2.0, 3.0];
        assert_eq!(size_of_val(&v.rrule_swap(0, 1, (Active, Constant, Constant)).1), 0);
        assert_eq!(size_of_val(&v.rrule_reverse((Active,)).1), 0);
        assert_eq!(size_of_val(&v.rrule_rotate_left(1, (Active, Constant)).1), 0);
    }

    #[test]
    fn a_copy_has_a_shape_of_its_own() {
        let mut draw = Draw::new(Vec::new());
        let drawn: Vec<f64> = like(&[1.0, 2.0][..])(&mut draw);
        assert_eq!(drawn.len(), again::<f64>(2)(&mut draw).len());
    }
}
