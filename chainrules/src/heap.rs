//! Methods of `Heap`, which stands for a local `BinaryHeap` of what may have real numbers. An element's cotangent
//! follows it from place to place.

use crate::slice::zero_of;
use chainrules_core::{Draw, Heap, Tangent, rrule};

#[rrule(Heap::push, check(T = usize, this = heap()))]
fn push<T: Tangent<M> + Ord, M>(this: &mut Heap<T>, item: T) {
    let place = this.put(item);
    Mutation {
        undo: || this.take_back(place),
        pull: |d| Grad {
            item: d.this.take_back(place).expect("the cotangent has the shape of the heap"),
        },
    }
}

#[rrule(Heap::pop, check(T = usize, this = heap()))]
fn pop<T: Tangent<M> + Ord, M>(this: &mut Heap<T>) -> Option<T> {
    let (item, place) = this.take().unzip();
    (
        item.clone(),
        Mutation {
            undo: || {
                item.zip(place).into_iter().for_each(|(item, place)| this.put_back(item, place))
            },
            pull: |d, dy| {
                dy.iter().zip(place).for_each(|(dy, place)| d.this.put_back(dy.clone(), place))
            },
        },
    )
}

// The cotangents of the removed elements are zero.
#[rrule(Heap::clear, check(T = usize, this = heap()))]
fn clear<T: Tangent<M>, M>(this: &mut Heap<T>) {
    let old = std::mem::take(this);
    Mutation {
        undo: || *this = old,
        pull: |d| *d.this = Heap::in_order(this.iter().map(zero_of).collect()),
    }
}

#[rrule(Heap::<T>::from, Heap::<T>::from_iter, check(T = usize))]
fn from_vec<T: Tangent<M> + Ord, M>(list: Vec<T>) -> Self {
    let (heap, order) = Heap::of(list);
    (heap, |dy| Grad {
        list: |d| order.iter().zip(dy.iter()).for_each(|(k, dy)| d[*k].accumulate(dy)),
    })
}

#[rrule(Heap::<T>::from, check(T = usize, N = 3))]
fn from_array<T: Tangent<M> + Ord, M, const N: usize>(list: [T; N]) -> Self {
    let (heap, order) = Heap::of(list.to_vec());
    (heap, |dy| Grad {
        list: |d| order.iter().zip(dy.iter()).for_each(|(k, dy)| d[*k].accumulate(dy)),
    })
}

#[rrule(Heap::into_vec, check(T = usize, this = heap()))]
fn into_vec<T: Tangent<M>, M>(this: Heap<T>) -> Vec<T> {
    (this.into_vec(), |dy| Grad {
        this: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(Heap::into_sorted_vec, check(T = usize, this = heap()))]
fn into_sorted_vec<T: Tangent<M> + Ord, M>(this: Heap<T>) -> Vec<T> {
    let (list, order) = this.sorted();
    (list, |dy| Grad { this: |d| order.iter().zip(dy).for_each(|(k, dy)| d[*k].accumulate(dy)) })
}

/// A domain: a heap of some numbers from 0 to 3.
fn heap() -> impl FnOnce(&mut Draw) -> Heap<usize> {
    |draw| (0..draw.index(6)).map(|_| draw.index(4)).collect()
}
