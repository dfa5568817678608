//! Collections whose methods `iter`, `first`, `get` and the like mean what those of a slice do.
//!
//! A chain such as `xs.iter().map(..).sum()` is known by the names of its methods. These traits say
//! that a type's methods of those names are no others; generated code asks for them.

use crate::Std;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};

/// A collection whose `iter` gives references to its items, as the walk of it does.
///
/// A crate of rules implements it for the collections of another crate with its own marker `M`.
#[diagnostic::on_unimplemented(
    message = "a method of this name is known of slices, `Vec`s, arrays and the collections of the standard library, and `{Self}` may have its own",
    note = "of a type that dereferences to a sequence, call it on the sequence itself: `(*s).iter()`, `s.0.first()`",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait Sequence<M> {}

/// A sequence whose items are found by their numbers: `xs[k]` is item `k` of `xs.len()`.
///
/// A crate of rules implements it for the collections of another crate with its own marker `M`.
#[diagnostic::on_unimplemented(
    message = "a method of this name is known of slices, `Vec`s, arrays and `VecDeque`s, and this is `{Self}`",
    note = "of a type that dereferences to a sequence, call it on the sequence itself: `(*s).windows(2)`, `s.0.first()`",
    note = "of a map: loop over its `values_mut()`, or say in the function what it is, `let map: &mut BTreeMap<_, _> = &mut self.map;`; to choose an entry write a loop",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait Indexed<M> {}

macro_rules! std_types {
    ($trait:ident: $([$($params:tt)*] $t:ty),+ $(,)?) => {
        $(impl<$($params)*> $trait<Std> for $t {})+
        impl<T: $trait<M> + ?Sized, M> $trait<M> for &T {}
        impl<T: $trait<M> + ?Sized, M> $trait<M> for &mut T {}
        impl<T: $trait<M> + ?Sized, M> $trait<M> for Box<T> {}
    };
}
std_types!(
    Sequence:
    [T] [T],
    [T, const N: usize] [T; N],
    [T] Vec<T>,
    [T] VecDeque<T>,
    [T] BinaryHeap<T>,
    [T] LinkedList<T>,
    [T, S] HashSet<T, S>,
    [T] BTreeSet<T>,
    [K, V, S] HashMap<K, V, S>,
    [K, V] BTreeMap<K, V>,
    [T] Option<T>,
);
std_types!(
    Indexed:
    [T] [T],
    [T, const N: usize] [T; N],
    [T] Vec<T>,
    [T] VecDeque<T>,
);
