//! Methods of sets and heaps. What is in them carries no derivative.

use chainrules_core::__private::elements_without_derivative;
use chainrules_core::{Draw, Tangent, inert, rrule};
use std::borrow::Borrow;
use std::collections::{BTreeSet, BinaryHeap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// A hasher for checks, which gives the same in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

/// The rules that both sets have.
macro_rules! rules {
    ($set:ident, $domain:ident, [$($bound:tt)+] $(, $s:ident)?) => {
        inert! {
            impl<T: Tangent<M> + $($bound)+, $($s: BuildHasher + Clone,)? M>
                $set<T $(, $s)?>,
                check(T = usize, $($s = Fixed,)? this = $domain())
            {
                fn len(&self) -> usize;
                fn is_empty(&self) -> bool;
            }

            impl<
                T: Tangent<M> + $($bound)+ + Borrow<Q>,
                Q: $($bound)+ + ?Sized,
                $($s: BuildHasher + Clone,)?
                M,
            > $set<T $(, $s)?>,
                check(T = usize, Q = usize, $($s = Fixed,)? this = $domain(), value = 0..4)
            {
                fn contains(&self, value: &Q) -> bool;
            }
        }

        #[rrule($set::insert, check(T = usize, $($s = Fixed,)? this = $domain(), value = 0..4))]
        fn insert<T: Tangent<M> + $($bound)+, $($s: BuildHasher + Clone,)? M>(
            this: &mut $set<T $(, $s)?>,
            value: T,
        ) -> bool {
            elements_without_derivative::<T, M>();
            let is_new = this.insert(value.clone());
            (
                is_new,
                Mutation {
                    undo: || {
                        if is_new {
                            this.remove(value);
                        }
                    },
                    pull: |_| Grad { value: inert },
                },
            )
        }

        #[rrule(
            $set::remove,
            check(T = usize, Q = usize, $($s = Fixed,)? this = $domain(), value = 0..4)
        )]
        fn remove<
            T: Tangent<M> + $($bound)+ + Borrow<Q>,
            Q: $($bound)+ + ?Sized,
            $($s: BuildHasher + Clone,)?
            M,
        >(
            this: &mut $set<T $(, $s)?>,
            value: &Q,
        ) -> bool {
            let removed = this.take(value);
            (
                removed.is_some(),
                Mutation { undo: || this.extend(removed), pull: |_| Grad { value: inert } },
            )
        }

        #[rrule($set::clear, check(T = usize, $($s = Fixed,)? this = $domain()))]
        fn clear<T: Tangent<M> + $($bound)+, $($s: BuildHasher + Clone,)? M>(
            this: &mut $set<T $(, $s)?>,
        ) {
            let old = this.clone();
            this.clear();
            Mutation { undo: || *this = old, pull: |_| {} }
        }
    };
}

mod tree {
    use super::*;
    rules!(BTreeSet, tree, [Ord]);
}

mod table {
    use super::*;
    rules!(HashSet, table, [Eq + Hash], S);
}

pub use table::*;
pub use tree::*;

#[rrule(BTreeSet::pop_first, check(T = usize, this = tree()))]
fn pop_first<T: Tangent<M> + Ord, M>(this: &mut BTreeSet<T>) -> Option<T> {
    elements_without_derivative::<T, M>();
    let first = this.pop_first();
    (first.clone(), Mutation { undo: || this.extend(first), pull: |_| {} })
}

#[rrule(BTreeSet::pop_last, check(T = usize, this = tree()))]
fn pop_last<T: Tangent<M> + Ord, M>(this: &mut BTreeSet<T>) -> Option<T> {
    elements_without_derivative::<T, M>();
    let last = this.pop_last();
    (last.clone(), Mutation { undo: || this.extend(last), pull: |_| {} })
}

mod heap {
    use super::*;

    inert! {
        impl<T: Tangent<M> + Ord, M> BinaryHeap<T>, check(T = usize, this = heap()) {
            fn len(&self) -> usize;
            fn is_empty(&self) -> bool;
        }
    }

    // It is put back as a copy: where elements are equal, which of them comes first depends on all that was done.
    #[rrule(BinaryHeap::push, check(T = usize, this = heap()))]
    fn push<T: Tangent<M> + Ord, M>(this: &mut BinaryHeap<T>, item: T) {
        elements_without_derivative::<T, M>();
        let old = this.clone();
        this.push(item);
        Mutation { undo: || *this = old, pull: |_| Grad { item: inert } }
    }

    #[rrule(BinaryHeap::pop, check(T = usize, this = heap()))]
    fn pop<T: Tangent<M> + Ord, M>(this: &mut BinaryHeap<T>) -> Option<T> {
        elements_without_derivative::<T, M>();
        let old = this.clone();
        let item = this.pop();
        (item, Mutation { undo: || *this = old, pull: |_| {} })
    }

    #[rrule(BinaryHeap::clear, check(T = usize, this = heap()))]
    fn clear<T: Tangent<M> + Ord, M>(this: &mut BinaryHeap<T>) {
        let old = this.clone();
        this.clear();
        Mutation { undo: || *this = old, pull: |_| {} }
    }
}

pub use heap::*;

/// A domain: some numbers from 0 to 3.
fn numbers() -> impl FnOnce(&mut Draw) -> Vec<usize> {
    |draw| (0..draw.index(4)).map(|_| draw.index(4)).collect()
}

/// A domain: a set of such numbers.
fn tree() -> impl FnOnce(&mut Draw) -> BTreeSet<usize> {
    |draw| numbers()(draw).into_iter().collect()
}

/// A domain: the same with room for more, so that it keeps its order.
fn table() -> impl FnOnce(&mut Draw) -> HashSet<usize, Fixed> {
    |draw| {
        let mut table = HashSet::with_capacity_and_hasher(16, Fixed::default());
        table.extend(numbers()(draw));
        table
    }
}

/// A domain: a heap of such numbers.
fn heap() -> impl FnOnce(&mut Draw) -> BinaryHeap<usize> {
    |draw| numbers()(draw).into_iter().collect()
}
