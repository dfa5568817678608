//! What generated code calls. Not part of the public interface.

use chainrules_core::CastRule;
pub use chainrules_core::{
    Active, Activity, Add, AddAssign, AppendTo, Bits, Choice, Collected, Constant, Derived, Div,
    DivAssign, Mul, MulAssign, NegRule, Peel, ProductRule, Rem, RemAssign, Restrict, Shadowed,
    ShapeOf, Sub, SubAssign, SumRule, Tangent, ToWalk, Walk,
};
use std::marker::PhantomData;

/// The shape of a value.
#[inline(always)]
pub fn shape<T, M, N>(value: &T) -> ShapeOf<T::Out, N>
where
    T: Peel<M> + ?Sized,
    T::Out: Tangent<N>,
{
    ShapeOf::new(value.peel())
}

/// What is kept of a value that may be replayed; it remembers the type.
pub struct Kept<T: Tangent<M>, M>(T::Kept);

impl<T: Tangent<M>, M> Clone for Kept<T, M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What is kept of a value that may be replayed.
#[inline(always)]
pub fn keep<T: Tangent<M>, M>(value: &T) -> Kept<T, M> {
    Kept(value.keep())
}

/// A value that was kept or is replayed.
#[inline(always)]
pub fn recall<T: Tangent<M>, M>(kept: Kept<T, M>, replay: impl FnOnce() -> T) -> T {
    T::recall(kept.0, replay)
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

/// What the pullback of `+`, `-` or their assigning forms needs of the operands; it remembers their
/// types. Of no size for numbers.
pub struct SumOf<Op, A: SumRule<Op, B, R>, B, R>(A::Residual, PhantomData<fn(Op, B, R)>);

impl<Op, A: SumRule<Op, B, R>, B, R> Clone for SumOf<Op, A, B, R> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of `+`, `-` or their assigning forms needs of the operands.
#[inline(always)]
pub fn sum_residual<Op, A, B, M, N, R>(_: Op, lhs: &A, rhs: &B) -> SumOf<Op, A::Out, B::Out, R>
where
    A: Peel<M> + ?Sized,
    B: Peel<N> + ?Sized,
    A::Out: SumRule<Op, B::Out, R>,
    B::Out: Sized,
{
    SumOf(A::Out::residual(lhs.peel(), rhs.peel()), PhantomData)
}

/// The cotangent of the left operand of `+` or `-`.
#[inline(always)]
pub fn pull_sum_lhs<Op, A: SumRule<Op, B, R>, B, R>(
    residual: &SumOf<Op, A, B, R>,
    dy: &A::Output,
) -> A {
    A::pull_lhs(&residual.0, dy)
}

/// The cotangent of the right operand of `+`, `-` or their assigning forms.
#[inline(always)]
pub fn pull_sum_rhs<Op, A: SumRule<Op, B, R>, B, R>(
    residual: &SumOf<Op, A, B, R>,
    dy: &A::Output,
) -> B {
    A::pull_rhs(&residual.0, dy)
}

/// The cotangent of the state after `+=` or `-=`; in its place that of the state before is left.
#[inline(always)]
pub fn turn_sum<Op, A: SumRule<Op, B, R, Output = A> + Clone, B, R>(
    residual: &SumOf<Op, A, B, R>,
    shadow: &mut A,
) -> A {
    let after = shadow.clone();
    A::turn_lhs(&residual.0, shadow);
    after
}

/// What the pullback of a unary minus needs of the operand; it remembers the type. Of no size for
/// numbers.
pub struct NegOf<A: NegRule<R>, R>(A::Residual, PhantomData<fn(R)>);

impl<A: NegRule<R>, R> Clone for NegOf<A, R> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of a unary minus needs of the operand.
#[inline(always)]
pub fn neg_residual<A, M, R>(operand: &A) -> NegOf<A::Out, R>
where
    A: Peel<M> + ?Sized,
    A::Out: NegRule<R>,
{
    NegOf(operand.peel().residual(), PhantomData)
}

/// The cotangent of the operand of a unary minus.
#[inline(always)]
pub fn pull_neg<A: NegRule<R>, R>(residual: &NegOf<A, R>, dy: &A::Output) -> A {
    A::pull(&residual.0, dy)
}

macro_rules! product {
    ($($name:ident($($shadow:ident: $side:ident)?) -> $out:ty, $doc:literal;)+) => {$(
        #[doc = $doc]
        #[inline(always)]
        pub fn $name<Op, A, B, M, N, R>(
            _: Op,
            lhs: &A,
            rhs: &B,
            dy: &<A::Out as ProductRule<Op, B::Out, R>>::Output,
            $($shadow: &mut <$side as Peel<product!(@marker $side M N)>>::Out)?
        ) -> $out
        where
            A: Peel<M> + ?Sized,
            B: Peel<N> + ?Sized,
            A::Out: ProductRule<Op, B::Out, R> + Sized,
            B::Out: Sized,
        {
            lhs.peel().$name(rhs.peel(), dy $(, $shadow)?)
        }
    )+};
    (@marker A $m:ident $n:ident) => { $m };
    (@marker B $m:ident $n:ident) => { $n };
}
product! {
    pull_lhs() -> A::Out, "The cotangent of the left operand of `*`, `/`, `%` or their assigning forms.";
    pull_rhs() -> B::Out, "The cotangent of the right operand of `*`, `/`, `%` or their assigning forms.";
    add_lhs(shadow: A) -> (), "Adds the cotangent of the left operand of `*`, `/`, `%` or their assigning forms.";
    add_rhs(shadow: B) -> (), "Adds the cotangent of the right operand of `*`, `/`, `%` or their assigning forms.";
}

/// The cotangent of the operand of a cast.
#[inline(always)]
pub fn pull_cast<T: Tangent<M> + CastRule<To, R>, To, M, R>(_: &ShapeOf<T, M>, dy: &To) -> T {
    T::pull(dy)
}

/// The sum of the elements of a cotangent.
#[inline]
pub fn pull_repeat<T: Tangent<M>, M>(shape: &ShapeOf<T, M>, dy: &[T]) -> T {
    let mut sum = shape.zero();
    dy.iter().for_each(|d| sum.accumulate(d));
    sum
}

/// How the argument of a closure was passed: the reverse of the closure gets a reference to it.
pub trait Passing<M> {
    /// [`ByValue`] or [`ByReference`].
    type How;
    /// How the argument was passed.
    fn how(&self) -> Self::How;
}

/// An argument passed by value.
#[derive(Clone, Copy)]
pub struct ByValue;
/// An argument passed by reference.
#[derive(Clone, Copy)]
pub struct ByReference;

/// The marker of [`Passing`] for a reference.
pub struct Referred;

impl<T: Tangent<M>, M> Passing<(M,)> for T {
    type How = ByValue;

    #[inline(always)]
    fn how(&self) -> ByValue {
        ByValue
    }
}

impl<T: ?Sized> Passing<Referred> for &T {
    type How = ByReference;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }
}

impl<T: ?Sized> Passing<Referred> for &mut T {
    type How = ByReference;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }
}

impl ByValue {
    /// The argument again.
    #[inline(always)]
    pub fn argument<T: Clone>(self, argument: &T) -> T {
        argument.clone()
    }
}

impl ByReference {
    /// The argument again.
    #[inline(always)]
    pub fn argument<T: ?Sized>(self, argument: &T) -> &T {
        argument
    }
}

/// How the argument of a closure was passed.
#[inline(always)]
pub fn passing<T: Passing<M>, M>(argument: &T) -> T::How {
    argument.how()
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

/// A type that only the engine's own `constant`, `hook` and `checkpoint` take.
pub struct Own(());

/// What `get`, `first`, `last` and searches are known for.
pub trait Sequence {
    /// Does nothing.
    fn is_a_slice_or_map(&self) {}
}

impl<T> Sequence for [T] {}
impl<T> Sequence for std::collections::VecDeque<T> {}
impl<K, V, S> Sequence for std::collections::HashMap<K, V, S> {}
impl<K, V> Sequence for std::collections::BTreeMap<K, V> {}

/// A receiver whose type decides whether it was copied before the arguments.
pub struct Probe<'a, T: ?Sized>(pub &'a T);
/// The receiver is a number, which is copied.
pub struct IsANumber;
/// The receiver is no number.
pub struct IsNoNumber;

impl IsNoNumber {
    /// The receiver is borrowed, and evaluated with the call.
    #[inline(always)]
    pub fn bind_the_receiver_with_let_first(self) {}
}

/// Tells numbers from other types, by the order in which methods are found.
pub trait IsNumber {
    /// What it is.
    fn kind(&self) -> IsANumber {
        IsANumber
    }
}
/// Tells numbers from other types, by the order in which methods are found.
pub trait IsOther {
    /// What it is.
    fn kind(&self) -> IsNoNumber {
        IsNoNumber
    }
}

macro_rules! probes {
    ($($t:ty),+) => { $(impl IsNumber for Probe<'_, $t> {})+ };
}
probes!(f32, f64, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char);
impl<T: ?Sized> IsOther for &Probe<'_, T> {}

/// A test, called where the type of its argument is known.
#[inline(always)]
pub fn test<T>(x: &T, f: impl FnOnce(&T) -> bool) -> bool {
    f(x)
}

/// A map, whose values are found by keys.
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

/// A comparison, called where the types of its arguments are known.
#[inline(always)]
pub fn compare<T>(
    a: &T,
    b: &T,
    f: impl FnOnce(&T, &T) -> std::cmp::Ordering,
) -> std::cmp::Ordering {
    f(a, b)
}

/// The sum of no items.
#[inline(always)]
pub fn empty_sum<S: std::iter::Sum<S>>() -> S {
    std::iter::empty::<S>().sum()
}

/// The product of no items.
#[inline(always)]
pub fn empty_product<S: std::iter::Product<S>>() -> S {
    std::iter::empty::<S>().product()
}

/// A value that a call without derivative may change, saved and restored.
pub trait Saved {
    /// The saved value.
    type Owned: Clone;
    /// Saves the value.
    fn save(&self) -> Self::Owned;
    /// Restores the value.
    fn restore(&mut self, old: Self::Owned);
}

impl<T: Clone> Saved for T {
    type Owned = T;

    #[inline(always)]
    fn save(&self) -> T {
        self.clone()
    }

    #[inline(always)]
    fn restore(&mut self, old: T) {
        *self = old;
    }
}

impl<T: Clone> Saved for [T] {
    type Owned = Vec<T>;

    fn save(&self) -> Vec<T> {
        self.to_vec()
    }

    fn restore(&mut self, old: Vec<T>) {
        self.clone_from_slice(&old);
    }
}

/// [`Saved::save`].
#[inline(always)]
pub fn save<T: Saved + ?Sized>(value: &T) -> T::Owned {
    value.save()
}

/// [`Saved::restore`].
#[inline(always)]
pub fn restore<T: Saved + ?Sized>(value: &mut T, old: T::Owned) {
    value.restore(old);
}

/// What is kept of a region that runs at most once.
#[derive(Clone)]
pub struct Once<T>(Option<T>);

impl<T> Once<T> {
    #[expect(clippy::new_without_default, reason = "mirrors `Tape::new` in generated code")]
    #[inline(always)]
    pub fn new() -> Self {
        Once(None)
    }

    #[inline(always)]
    pub fn push(&mut self, kept: T) {
        self.0 = Some(kept);
    }

    #[inline(always)]
    pub fn pop(&mut self) -> T {
        self.0.take().expect("the reverse sweep enters the regions that the forward sweep entered")
    }
}

/// What is kept of a region that runs repeatedly, the last trip on top.
#[derive(Clone)]
pub struct Tape<T> {
    kept: Vec<T>,
}

impl<T> Tape<T> {
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name")]
    #[inline(always)]
    pub fn new() -> Self {
        keep_freed_memory();
        Self { kept: Vec::new() }
    }

    /// Keeps what each trip of a loop gives.
    #[inline(always)]
    pub fn record(&mut self, trips: impl Iterator<Item = T>) {
        self.kept.extend(trips);
    }

    /// What was kept of the last trips, the last first.
    #[inline(always)]
    pub fn last(&mut self, trips: usize) -> impl Iterator<Item = T> {
        let first = self.kept.len() - trips;
        self.kept.drain(first..).rev()
    }

    /// Makes room for the trips of a loop.
    #[inline(always)]
    pub fn reserve(&mut self, trips: usize) {
        self.kept.reserve(trips);
    }

    #[inline(always)]
    pub fn push(&mut self, kept: T) {
        self.kept.push(kept);
    }

    #[inline(always)]
    pub fn pop(&mut self) -> T {
        self.kept.pop().expect("the reverse sweep makes the trips that the forward sweep made")
    }
}

/// Frees a large block once, which teaches glibc's allocator to keep what is freed (its thresholds
/// follow the largest block freed so far). Otherwise each reverse sweep gives its tapes back to the
/// system page by page and the next sweep pays for each page again: more than half of the time of
/// a thousand calls with a tape of 16 kB each. The block's pages are never touched.
#[inline(always)]
fn keep_freed_memory() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(30 << 20))));
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
    fn lend(&self, _: usize, (): ()) {}

    #[inline(always)]
    fn give_back(&self, _: usize, (): (), (): ()) {}
}

/// The number of items that an iterator is sure to give.
#[inline(always)]
pub fn trips(items: &impl Iterator) -> usize {
    items.size_hint().0
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

/// An integer.
#[diagnostic::on_unimplemented(
    message = "an argument in the chain of a loop is a sequence or an integer, but this is `{Self}`",
    note = "bind the sequence with `let` first, so that its derivative is followed"
)]
pub trait Number {}

macro_rules! numbers {
    ($($t:ty),+) => { $(impl Number for $t {})+ };
}
numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// An integer or a `bool`.
#[diagnostic::on_unimplemented(
    message = "an operator on bits gives `{Self}`, whose derivative would be lost",
    note = "write what it does as a function with a rule"
)]
pub trait NoDerivative {}

impl<T: Number> NoDerivative for T {}
impl NoDerivative for bool {}

/// The result of an operator on bits: without derivative by its type.
#[inline(always)]
pub fn bits<T: NoDerivative>(value: T) -> T {
    value
}

/// A plain argument in the chain of a loop, such as a step: without derivative by its type.
#[inline(always)]
pub fn number<T: Number>(value: T) -> T {
    value
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

/// The cotangent with which a gradient starts.
#[inline(always)]
pub fn one<T: Real>(_: &T) -> T {
    T::ONE
}
