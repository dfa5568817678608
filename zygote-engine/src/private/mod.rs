//! What generated code calls. Not part of the public interface.

mod cells;
mod checks;
mod constant;
mod conversions;
mod found;
mod hidden;
pub mod in_maps;
pub mod keys;
mod lent;
mod lent_operators;
pub mod missing;
mod numbers;
mod objects;
mod operators;
mod order;
mod passing;
mod payloads;
mod pieces;
mod ranges;
mod reached;
mod record;
mod seen;
pub mod states;
mod stored;
mod unvaried;

pub use crate::__constant_root as constant_root;
pub use crate::__kept_constant as kept_constant;
pub use crate::__order_of as order_of;
pub use crate::__seen as seen;
pub use cells::{IsCell, IsCounter, IsNoCell, only_read, unchanged};
pub use chainrules_core::__private::{
    Carried, ConstantField, FUNCTIONS, FunctionRule, Part, PartByTangent, PartOfAny, TheRule,
    Zeroed, field, linkme, pull_of,
};
pub use chainrules_core::Maybe;
pub use chainrules_core::{
    Absent, Active, Activity, Add, AddAssign, AppendTo, Bits, Borrowed, ChangedArgument, Choice,
    Collected, Constant, Cotangents, Derived, Div, DivAssign, FromRule, HasTangent, Heap, IntoRule,
    Marked, Mul, MulAssign, Neg, NegRule, Owned, Peel, ProductRule, Pure, Rem, RemAssign, Restrict,
    Shadowed, ShapeOf, Sub, SubAssign, SumRule, Tangent, ToWalk, View, Walk, Walked,
};
pub use checks::{
    AReal, Deque, Entries, Finds, IsANumber, IsNoNumber, IsNumber, IsOther, IsReal, IsUnreal, List,
    Map, NoDerivative, NoReal, Number, Ordered, Own, Probe, StaysAPlace, bits, bounds, deque,
    entries, finds, in_an_error, in_range, indexed, is_own_checkpoint, is_own_constant,
    is_own_hook, itself, keys, keys_in, list, map, number, of_the_macro, payload, receiver,
    refers_to, sequence, the_methods_are_one, to_a_constant, without_derivative,
};
pub use constant::{
    AddsTo, AsItIs, ByDerive, ConstantPlace, FieldShadow, FieldValue, HasShape, Holder, HolderOf,
    HoldsAnything, IsCarried, LeavesOut, MayVary, OfReference, OrConstant, VariesWith, ZeroOfField,
    constant_place, holds_closures, with_cotangent,
};
pub use conversions::{Conversions, IsSingle, IsTwofold};
pub use found::{
    AnyFunction, OnlyReadHere_CallItInALetBefore, is_rule_of, is_run, like, never, of_one_type,
    place_like, the_rule_is_of,
};
pub use hidden::{BehindDeref, given_to, not_hidden};
pub use lent::{
    ClonedOption, CopyOf, GivesValue, Matched, MatchedByValue, Over, OverValue, PartOf, Slot,
};
pub use missing::GivesNoClosure;
pub use numbers::{Converted, Multiplies, Sums};
pub use objects::{
    Attributed, Becoming, Boxed, Object, added, attributed, boxed, given, given_shadow, hand_over,
    handed_over, held, of_objects, pull_boxed,
};
pub use operators::{
    NegOf, SumOf, add_lhs, add_rhs, neg_residual, pull_cast, pull_lhs, pull_neg, pull_rhs,
    pull_sum_lhs, pull_sum_rhs, sum_residual, turn_sum,
};
pub use order::{HasOrder, KeysInOrder, OrderOf};
pub use passing::{
    ByReference, ByValue, IsAnything, IsText, Item, Lend, LentItem, Passing, Reaches, Referent,
    Referred, ShadowOf, passing, reborrow, untyped,
};
pub use payloads::{a_box, option, optional, payload_of, payload_of_mut};
pub use pieces::{closed_piece_end, piece_end, piece_start, run_end};
pub use ranges::{Left, first_left, last_left};
pub use reached::{BehindNoReference, CopyOfField, Reached, Whole, WholeCopy, copied, reached};
pub use record::{
    Kept, KeptFor, Last, Once, PullbackFor, Saved, Tape, TypeOf, ValueFor, keep, keep_for,
    pullback_for, restore, save, value_for,
};
pub use seen::{Seen, SeenReference, SeenValue, SeenView};
pub use stored::{
    Function1, Function2, Function3, Function4, Given, Lent, Storing1, Storing2, Storing3, Storing4,
};
pub use unvaried::{
    ActiveByTangent, AnyRoot, ConstantWithout, KeptByCopy, KeptByTangent, LentCotangent,
    LentShadow, RootByCopy, RootByTangent, ShapeByTangent, ShapeWithout, Unvaried, UnvariedBehind,
};

/// A copy of what a view shows, for a derivative that owns it.
#[inline(always)]
pub fn owner_of_view<V: View<M>, M>(view: V) -> V::Owned {
    view.owned()
}

/// Marks an iterator of one's own that is constant.
#[inline(always)]
pub fn own_iterator<I: Iterator>(items: I) -> I {
    items
}

/// The items of an iterator, for a derivative that takes a sequence.
#[inline]
pub fn list_of_items<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect()
}

/// A copy of an `fn` pointer, by its value or a reference to it.
pub trait FunctionPointer: Copy {
    /// The pointer.
    #[inline(always)]
    fn function_pointer(&self) -> Self {
        *self
    }
}
impl<F: Copy> FunctionPointer for F {}

/// A part of a function that keeps nothing, and runs again in the reverse sweep.
pub struct Region;

impl Region {
    /// The value.
    #[inline(always)]
    pub fn run<Y>(region: impl FnOnce() -> Y) -> Y {
        region()
    }

    /// The value and the pullback of a run.
    #[inline(always)]
    #[expect(clippy::type_complexity, reason = "the pullback of a rule has no shorter type")]
    pub fn rrule_run<Y, R, A: Activity>(
        region: &mut dyn FnMut() -> (Y, R),
        _: (A,),
    ) -> (Y, impl FnOnce(&(), &Y, &mut dyn FnMut(R, &Y)) + use<Y, R, A>) {
        let (value, residual) = region();
        (value, move |(), dy, pull| pull(residual, dy))
    }
}

/// The shape of a value.
#[inline(always)]
pub fn shape<T, M, N>(value: &T) -> ShapeOf<T::Out, N>
where
    T: Peel<M> + ?Sized,
    T::Out: Tangent<N>,
{
    ShapeOf::new(value.peel())
}

/// An owned cotangent as the shadow of a value of this type.
#[inline(always)]
pub fn lent_like<'a, T: Shadowed<M> + ?Sized, M>(_: &T, owned: &'a mut T::Owned) -> &'a mut T {
    T::lent(owned)
}

/// A place for a cotangent that nobody wants.
#[inline(always)]
pub fn unwanted<'a, T: Shadowed<M> + ?Sized, M>(
    like: &T,
    slot: &'a mut Option<T::Owned>,
) -> &'a mut T {
    T::lent(slot.insert(like.zero_owned()))
}

/// Adds to a cotangent.
#[inline(always)]
pub fn accumulate<T: Shadowed<M> + ?Sized, M>(shadow: &mut T, cotangent: T::Owned) {
    shadow.accumulate_owned(&cotangent);
}

/// The zero cotangent of the shape of a value, owned.
#[inline(always)]
pub fn zero_like<T, M, N>(value: &T) -> <T::Out as Shadowed<N>>::Owned
where
    T: Peel<M> + ?Sized,
    T::Out: Shadowed<N>,
{
    value.peel().zero_owned()
}
/// The sum of the elements of a cotangent.
#[inline]
pub fn pull_repeat<T: Tangent<M>, M>(shape: &ShapeOf<T, M>, dy: &[T]) -> T {
    let mut sum = shape.zero();
    dy.iter().for_each(|d| sum.accumulate(d));
    sum
}
/// Replaces each real scalar by what `f` makes of it.
#[inline(always)]
pub fn map_scalars<T: Tangent<M>, M>(value: &mut T, f: &mut dyn FnMut(f64) -> f64) {
    value.map_scalars(f);
}

/// A cotangent without what flowed to constant fields.
#[inline(always)]
pub fn settled<T: Tangent<M>, M>(mut cotangent: T) -> T {
    cotangent.clear_constants();
    cotangent
}

/// Makes the cotangents of constant fields zero.
#[inline(always)]
pub fn clear_constants<T: Tangent<M>, M>(cotangent: &mut T) {
    cotangent.clear_constants();
}

/// A cotangent as the closure of a hook changes it.
#[inline(always)]
pub fn hooked<T>(cotangent: T, closure: impl FnOnce(T) -> T) -> T {
    closure(cotangent)
}
/// A test, called where the type of its argument is known.
#[inline(always)]
pub fn test<T>(x: &T, f: impl FnOnce(&T) -> bool) -> bool {
    f(x)
}

/// A type whose parts can be changed by index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has `Index` with a derivative, and no `IndexMut`",
    note = "write `impl IndexMut` beside it: it finds the part of the cotangent, to which the derivative adds"
)]
pub trait ChangesAPart<I> {}

impl<T: std::ops::IndexMut<I> + ?Sized, I> ChangesAPart<I> for T {}

/// The parts of the type can be changed by index.
pub fn changes_a_part<T: ChangesAPart<I> + ?Sized, I>() {}

/// A map, or a type of a program's own, whose values are found by keys.
pub trait Keyed<K: ?Sized> {
    /// The type of a value.
    type Value;
    /// The value of a key.
    fn value_mut(&mut self, key: &K) -> &mut Self::Value;
}

impl<K, Q, V, S> Keyed<Q> for std::collections::HashMap<K, V, S>
where
    K: std::borrow::Borrow<Q> + Eq + std::hash::Hash,
    Q: Eq + std::hash::Hash + ?Sized,
    S: std::hash::BuildHasher,
{
    type Value = V;

    fn value_mut(&mut self, key: &Q) -> &mut V {
        self.get_mut(key).expect("a cotangent has the keys of its value")
    }
}

impl<K, Q, V> Keyed<Q> for std::collections::BTreeMap<K, V>
where
    K: std::borrow::Borrow<Q> + Ord,
    Q: Ord + ?Sized,
{
    type Value = V;

    fn value_mut(&mut self, key: &Q) -> &mut V {
        self.get_mut(key).expect("a cotangent has the keys of its value")
    }
}

/// A comparison of what a function gives of values, called where their types are known.
#[inline(always)]
pub fn compare_keys<T, K: Ord>(a: &T, b: &T, key: impl Fn(&T) -> K) -> std::cmp::Ordering {
    key(a).cmp(&key(b))
}

/// A comparison, called where the types of its arguments are known.
#[inline(always)]
pub fn compare<T>(
    a: &T,
    b: &T,
    f: impl FnOnce(&T, &T) -> std::cmp::Ordering,
) -> std::cmp::Ordering {
    f(a, b)
}

/// A type that a variable without a value may have, `let mut x;`.
#[diagnostic::on_unimplemented(
    message = "`let mut` without a value, of a type without `Default`, is not supported in a differentiable function",
    label = "no value",
    note = "give it a value that is overwritten, or leave out `mut` where it is assigned once on each way"
)]
pub trait Unassigned {
    /// What is there before the first assignment.
    fn unassigned() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Unassigned for T {
    #[inline(always)]
    fn unassigned() -> T {
        T::default()
    }
}

/// What is there before the first assignment to a variable; nothing reads it.
#[inline(always)]
pub fn unassigned<T: Unassigned>() -> T {
    T::unassigned()
}

/// The sum of no items.
#[inline(always)]
pub fn empty_sum<S: std::iter::Sum<S> + Sums<M>, M>() -> S {
    std::iter::empty::<S>().sum()
}

/// The product of no items.
#[inline(always)]
pub fn empty_product<S: std::iter::Product<S> + Multiplies<M>, M>() -> S {
    std::iter::empty::<S>().product()
}

/// The walk of items without derivative.
pub struct Listed<T>(Vec<T>);

impl<T: Clone> Listed<T> {
    /// The items, in order.
    #[inline(always)]
    pub fn new(items: impl IntoIterator<Item = T>) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: Clone> Walk for Listed<T> {
    type Item = T;
    type Cotangent = ();
    type Shadows<'s>
        = ()
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        self.0[k].clone()
    }

    #[inline(always)]
    fn lend(&self, _: usize, (): (), _: Absent) {}

    #[inline(always)]
    fn give_back(&self, _: usize, (): (), (): ()) {}
}

/// The number of items that an iterator is sure to give.
#[inline(always)]
pub fn trips(items: &impl Iterator) -> usize {
    items.size_hint().0
}

/// Makes room in a list for an item of each trip.
#[inline(always)]
pub fn reserve<T>(list: &mut Vec<T>, items: &impl Iterator) {
    list.reserve(trips(items));
}

/// Adds the items of a chain to a list.
#[inline(always)]
pub fn extend<T>(list: &mut Vec<T>, items: impl Iterator<Item = T>) {
    list.extend(items);
}

/// Takes the cotangent of the last item off that of a list.
#[inline(always)]
pub fn take_last<T>(list: &mut Vec<T>) -> T {
    list.pop().expect("the cotangent of a list has an item for each of its items")
}

/// The cotangents of the last items of a list, of as many as a loop has trips.
#[inline(always)]
pub fn last_items<T>(list: &[T], trips: usize) -> &[T] {
    &list[list.len() - trips..][..trips]
}

/// Drops the cotangents of the last items.
#[inline(always)]
pub fn drop_last<T>(list: &mut Vec<T>, trips: usize) {
    list.truncate(list.len() - trips);
}

/// Refuses a constant shadow for an argument that the function changes.
#[cold]
pub fn constant_exclusive() -> ! {
    panic!("an argument passed by `&mut` can't be constant: pass it as a variable argument")
}

/// The element that is the `n`th from the end.
#[inline(always)]
pub fn from_end<T>(list: &[T], n: usize) -> &T {
    &list[list.len() - n]
}

/// The element that is the `n`th from the end.
#[inline(always)]
pub fn from_end_mut<T>(list: &mut [T], n: usize) -> &mut T {
    let length = list.len();
    &mut list[length - n]
}

/// A cotangent has the variants of its value.
#[cold]
pub fn other_variant() -> ! {
    panic!("a cotangent is of another variant than the value: pass one of the value's own shape")
}
/// A pullback: the type of its argument is that of the value.
#[inline(always)]
pub fn pullback_of<Y, R, F: FnOnce(Y) -> R + Clone>(_: &Y, back: F) -> F {
    back
}

/// The owned cotangent as a place, if it is wanted.
#[inline(always)]
pub fn wanted<A: Choice, T: Clone>(cotangent: &mut A::Cotangent<T>) -> Option<&mut T> {
    A::owned(cotangent)
}

/// A real scalar, which is what a gradient is taken of.
#[diagnostic::on_unimplemented(
    message = "`gradient!` needs a function that gives one real scalar, but this one gives `{Self}`",
    note = "use `pullback!`, whose `back` takes a cotangent of the output's own shape"
)]
pub trait Real: Copy {
    /// The cotangent of the value with respect to itself.
    const ONE: Self;
}

impl Real for f32 {
    const ONE: Self = 1.0;
}

impl Real for f64 {
    const ONE: Self = 1.0;
}

/// The cotangents as a caller gets them.
#[inline(always)]
pub fn collected<T>(cotangents: T) -> <Cotangents<T> as Collected>::Out
where
    Cotangents<T>: Collected,
{
    Cotangents(cotangents).collected()
}

/// The cotangent with which a gradient starts.
#[inline(always)]
pub fn one<T: Real>(_: &T) -> T {
    T::ONE
}
