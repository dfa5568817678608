//! Methods of `Vec` that change its length, but for those that `VecDeque` has, too.

use crate::list::Sifted;
use crate::slice::add_each;
use chainrules_core::{Tangent, list_of, rrule};

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

// A function that gives a `bool` only reads.
#[rrule(Vec::pop_if, check(T = f64, predicate = |x: &mut f64| *x > 0.5))]
fn pop_if<T: Tangent<M>, M>(
    this: &mut Vec<T>,
    predicate: impl FnOnce(&mut T) -> bool,
) -> Option<T> {
    let y = this.pop_if(predicate);
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

#[rrule(Vec::into_boxed_slice, check(T = f64, T = Vec<f64>))]
fn into_boxed_slice<T: Tangent<M>, M>(this: &Vec<T>) -> Box<[T]> {
    (this.clone().into_boxed_slice(), |dy| Grad { this: |d| add_each(d, dy.iter()) })
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

#[rrule(Vec::dedup, check(T = f64, T = bool))]
fn dedup<T: Tangent<M> + PartialEq, M>(this: &mut Vec<T>) {
    let sifted = Sifted::of(this, |x, last| last.is_none_or(|last| x != last));
    Mutation { undo: || sifted.undo(this), pull: |d| sifted.pull(d.this, this) }
}

#[rrule(
    Vec::dedup_by,
    check(T = f64, same_bucket = |x: &mut f64, last: &mut f64| x.trunc() == last.trunc())
)]
fn dedup_by<T: Tangent<M>, M>(this: &mut Vec<T>, same_bucket: impl FnMut(&mut T, &mut T) -> bool) {
    let sifted = Sifted::of(this, |x, last| last.is_none_or(|last| !same_bucket(x, last)));
    Mutation { undo: || sifted.undo(this), pull: |d| sifted.pull(d.this, this) }
}

#[rrule(Vec::dedup_by_key, check(T = f64, K = i64, key = |x: &mut f64| x.trunc() as i64))]
fn dedup_by_key<T: Tangent<M>, K: PartialEq, M>(
    this: &mut Vec<T>,
    #[inert] key: impl FnMut(&mut T) -> K,
) {
    let sifted = Sifted::of(this, |x, last| last.is_none_or(|last| key(x).0 != key(last).0));
    Mutation { undo: || sifted.undo(this), pull: |d| sifted.pull(d.this, this) }
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
}
