//! A heap whose elements have places. In a derivative it stands for a local `BinaryHeap`, which shows none to its
//! cotangent: that would be put in order by itself.

use crate::sequence::{Indexed, Sequence};
use crate::tangent::Tangent;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// The elements in the order in which `std::collections::BinaryHeap` has them: that of equal ones is the same,
/// as the steps of all methods are.
#[derive(Clone, Debug)]
pub struct Heap<T>(Vec<T>);

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Heap<T> {
    /// An empty heap.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An empty heap with room for so many.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Drops all elements.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The greatest element.
    #[must_use]
    pub fn peek(&self) -> Option<&T> {
        self.0.first()
    }

    /// The elements in the heap's order.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }

    /// A heap of these elements, which are in the order of one, or of their cotangents.
    #[must_use]
    pub fn in_order(list: Vec<T>) -> Self {
        Self(list)
    }

    /// Takes out again what [`Heap::put`] has put to a place.
    pub fn take_back(&mut self, place: usize) -> Option<T> {
        let last = self.0.len().checked_sub(1)?;
        lower(&mut self.0, place, last);
        self.0.pop()
    }

    /// Puts back what [`Heap::take`] has taken out, where the last element has come to a place.
    pub fn put_back(&mut self, first: T, place: usize) {
        if self.0.is_empty() {
            return self.0.push(first);
        }
        let mut at = place;
        while at > 0 {
            self.0.swap(at, parent(at));
            at = parent(at);
        }
        let last = std::mem::replace(&mut self.0[0], first);
        self.0.push(last);
    }
}

impl<T: Ord> Heap<T> {
    /// Adds an element: the place that it has come to.
    pub fn put(&mut self, item: T) -> usize {
        self.0.push(item);
        raise(&mut self.0)
    }

    /// Takes the first element out; the place that the last one has come to.
    pub fn take(&mut self) -> Option<(T, usize)> {
        let last = self.0.pop()?;
        let Some(place) = self.0.first_mut() else { return Some((last, 0)) };
        let first = std::mem::replace(place, last);
        Some((first, self.lower_to_bottom()))
    }

    /// Adds an element.
    pub fn push(&mut self, item: T) {
        self.put(item);
    }

    /// Takes the first element out.
    pub fn pop(&mut self) -> Option<T> {
        self.take().map(|(item, _)| item)
    }

    /// Brings the first element to the bottom, past the greater child of each, and up from there.
    fn lower_to_bottom(&mut self) -> usize {
        let list = &mut self.0[..];
        let (end, mut at, mut child) = (list.len(), 0, 1);
        while child <= end.saturating_sub(2) {
            child += usize::from(list[child] <= list[child + 1]);
            list.swap(at, child);
            at = child;
            child = 2 * at + 1;
        }
        if child == end - 1 {
            list.swap(at, child);
            at = child;
        }
        raise_from(list, at)
    }

    /// A heap of these elements, and which of them is at each place.
    #[must_use]
    pub fn of(list: Vec<T>) -> (Self, Vec<usize>) {
        let mut order: Vec<usize> = (0..list.len()).collect();
        for at in (0..list.len() / 2).rev() {
            sift(&list, &mut order, at);
        }
        (Self(arranged(list, &order)), order)
    }

    /// The elements from the least to the greatest, and at which place each was.
    #[must_use]
    pub fn sorted(self) -> (Vec<T>, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        for end in (1..self.0.len()).rev() {
            order.swap(0, end);
            sift(&self.0, &mut order[..end], 0);
        }
        (arranged(self.0, &order), order)
    }

    /// The elements from the least to the greatest.
    #[must_use]
    pub fn into_sorted_vec(self) -> Vec<T> {
        self.sorted().0
    }
}

impl<T: Ord> From<Vec<T>> for Heap<T> {
    fn from(list: Vec<T>) -> Self {
        Self::of(list).0
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for Heap<T> {
    fn from(list: [T; N]) -> Self {
        Self::from(Vec::from(list))
    }
}

impl<T: Ord> FromIterator<T> for Heap<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::from(Vec::from_iter(items))
    }
}

impl<T> Deref for Heap<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for Heap<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

const fn parent(place: usize) -> usize {
    (place - 1) / 2
}

/// Brings the last element up.
fn raise<T: Ord>(list: &mut [T]) -> usize {
    let last = list.len() - 1;
    raise_from(list, last)
}

fn raise_from<T: Ord>(list: &mut [T], mut at: usize) -> usize {
    while at > 0 && list[at] > list[parent(at)] {
        list.swap(at, parent(at));
        at = parent(at);
    }
    at
}

/// Brings the element at a place above another back down to that.
fn lower<T>(list: &mut [T], from: usize, to: usize) {
    if to > from {
        lower(list, from, parent(to));
        list.swap(parent(to), to);
    }
}

/// Brings an element down to where it is no less than its children, of elements in an order.
fn sift<T: Ord>(list: &[T], order: &mut [usize], mut at: usize) {
    let (end, mut child) = (order.len(), 2 * at + 1);
    let of = |order: &[usize], at: usize| &list[order[at]];
    while child <= end.saturating_sub(2) {
        child += usize::from(of(order, child) <= of(order, child + 1));
        if of(order, at) >= of(order, child) {
            return;
        }
        order.swap(at, child);
        at = child;
        child = 2 * at + 1;
    }
    if child + 1 == end && of(order, at) < of(order, child) {
        order.swap(at, child);
    }
}

fn arranged<T>(list: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut list: Vec<Option<T>> = list.into_iter().map(Some).collect();
    order.iter().filter_map(|at| list[*at].take()).collect()
}

/// The marker of the cotangents of heaps.
pub struct HeapOf<M>(PhantomData<M>);

impl<T: Clone, M> Tangent<HeapOf<M>> for Heap<T>
where
    Vec<T>: Tangent<M>,
{
    type Shape = <Vec<T> as Tangent<M>>::Shape;
    const EPSILON: f64 = <Vec<T> as Tangent<M>>::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) -> Self::Shape {
        self.0.shape()
    }

    fn zero_of(shape: &Self::Shape) -> Self {
        Self(Vec::zero_of(shape))
    }

    fn unread_of(shape: &Self::Shape) -> Self {
        Self(Vec::unread_of(shape))
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.0.accumulate(&rhs.0);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.map_scalars(f);
    }

    fn clear_constants(&mut self) {
        self.0.clear_constants();
    }
}

impl<T> Sequence<crate::Std> for Heap<T> {}
impl<T> Indexed<crate::Std> for Heap<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;
    use std::collections::BinaryHeap;

    /// Equal where the first parts are.
    #[derive(Clone, Copy, Debug)]
    struct Item(u32, u32);

    impl PartialEq for Item {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }

    impl Eq for Item {}

    impl PartialOrd for Item {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Item {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }
    }

    fn whole(list: &[Item]) -> Vec<(u32, u32)> {
        list.iter().map(|i| (i.0, i.1)).collect()
    }

    /// Numbers below 6, the same in each run.
    fn draws() -> impl FnMut() -> u32 {
        let mut state = 1_u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % 6
        }
    }

    #[test]
    fn equal_elements_come_as_from_the_heap_of_the_standard_library() {
        let mut draw = draws();
        let (mut heap, mut other) = (Heap::new(), BinaryHeap::new());
        for id in 0..500 {
            let item = Item(draw(), id);
            heap.push(item);
            other.push(item);
            if draw() < 2 {
                assert_eq!(heap.pop().map(|i| i.1), other.pop().map(|i| i.1));
            }
            assert_eq!(whole(&heap), whole(&other.clone().into_vec()));
        }
        let list = heap.clone().into_vec();
        let shuffled: Vec<_> = list.iter().rev().copied().collect();
        let (built, order) = Heap::of(shuffled.clone());
        assert_eq!(whole(&built), whole(&BinaryHeap::from(shuffled.clone()).into_vec()));
        assert_eq!(
            whole(&built),
            order.iter().map(|i| (shuffled[*i].0, shuffled[*i].1)).collect::<Vec<_>>()
        );
        assert_eq!(whole(&heap.into_sorted_vec()), whole(&other.into_sorted_vec()));
    }

    #[test]
    fn what_is_undone_leaves_the_same_heap() {
        let mut draw = draws();
        let mut heap = Heap::new();
        for id in 0..200 {
            let before = whole(&heap);
            let item = Item(draw(), id);
            let place = heap.put(item);
            assert_eq!(heap.take_back(place).map(|i| i.1), Some(id));
            assert_eq!(whole(&heap), before);
            heap.push(item);
            let before = whole(&heap);
            let (item, place) = heap.take().expect("it is not empty");
            heap.put_back(item, place);
            assert_eq!(whole(&heap), before);
            if draw() == 0 {
                heap.pop();
            }
        }
    }
}
