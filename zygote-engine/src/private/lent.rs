//! What a function lends, `fn row(&self, i: usize) -> &[f64]`: its derivative gives a copy.

use chainrules_core::{Activity, Indexed, Sequence, Shadowed, Tangent, Walked};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A copy of what a reference refers to, which stands for the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyOf<T>(T);

impl<T> Deref for CopyOf<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for CopyOf<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// The marker of the cotangents of copies.
pub struct Copied<M>(PhantomData<M>);

impl<T: Tangent<M>, M> Tangent<Copied<M>> for CopyOf<T> {
    type Shape = T::Shape;
    const EPSILON: f64 = T::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) -> T::Shape {
        self.0.shape()
    }

    fn zero_of(shape: &T::Shape) -> Self {
        Self(T::zero_of(shape))
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

impl<T: Sequence<M>, M> Sequence<M> for CopyOf<T> {}
impl<T: Indexed<M>, M> Indexed<M> for CopyOf<T> {}

impl<C: Walked<M>, M> Walked<M> for CopyOf<C> {
    type Shadow = C::Shadow;

    #[inline(always)]
    fn walked_shadow(&mut self) -> &mut C::Shadow {
        self.0.walked_shadow()
    }
}

/// What a copy is made of: a part that is lent, or such a copy.
pub trait CopiedAs<T, M> {
    /// The copy.
    fn copied_as(&self) -> T;
    /// Adds its cotangent.
    fn add(&mut self, cotangent: &T);
}

/// The marker of what is a copy itself.
pub struct Again;

impl<T: Tangent<M>, M> CopiedAs<T, (Again, M)> for CopyOf<T> {
    #[inline(always)]
    fn copied_as(&self) -> T {
        self.0.clone()
    }

    #[inline(always)]
    fn add(&mut self, cotangent: &T) {
        self.0.accumulate(cotangent);
    }
}

impl<S: Shadowed<M> + ?Sized, M> CopiedAs<S::Owned, Copied<M>> for S {
    #[inline(always)]
    fn copied_as(&self) -> S::Owned {
        self.copied()
    }

    #[inline(always)]
    fn add(&mut self, cotangent: &S::Owned) {
        self.accumulate_owned(cotangent);
    }
}

impl<T> CopyOf<T> {
    /// Of a value that is a copy.
    #[inline(always)]
    pub(super) fn new(copied: T) -> Self {
        Self(copied)
    }

    /// A copy.
    #[inline(always)]
    pub fn of<S: CopiedAs<T, M> + ?Sized, M>(lent: &S) -> Self {
        Self(lent.copied_as())
    }

    /// A copy of a part that is written to.
    #[inline(always)]
    pub fn part<S: ToOwned<Owned = T> + ?Sized>(lent: &S) -> Self {
        Self(lent.to_owned())
    }

    /// A copy of such a part, and the pullback.
    #[inline(always)]
    pub fn rrule_part<S: CopiedAs<T, M> + ?Sized, M, A: Activity>(
        lent: &S,
        act: (A,),
    ) -> (Self, impl FnOnce(&S, &Self, A::Shadow<'_, S>) + Clone + use<S, T, M, A>) {
        Self::rrule_of(lent, act)
    }

    /// A copy, and the pullback.
    #[inline(always)]
    pub fn rrule_of<S: CopiedAs<T, M> + ?Sized, M, A: Activity>(
        lent: &S,
        _: (A,),
    ) -> (Self, impl FnOnce(&S, &Self, A::Shadow<'_, S>) + Clone + use<S, T, M, A>) {
        (Self::of(lent), |_, dy, mut shadow| {
            if let Some(shadow) = A::get(&mut shadow) {
                shadow.add(&dy.0);
            }
        })
    }
}

/// The marker of an array, of which a list is made.
pub struct AsList<M>(PhantomData<M>);

impl<T: Tangent<M>, M, const N: usize> CopiedAs<Vec<T>, AsList<M>> for [T; N] {
    #[inline(always)]
    fn copied_as(&self) -> Vec<T> {
        self.to_vec()
    }

    #[inline(always)]
    fn add(&mut self, cotangent: &Vec<T>) {
        self[..].accumulate_owned(cotangent);
    }
}

/// What a part of a tuple of references is in a call whose arguments are constant: a copy, as the derivative of
/// the function takes it, or a reference, as the function itself does.
pub trait PartAs<'a, T, M> {
    /// The part.
    fn part_as(&'a self) -> T;
}

/// The marker of a part that stays a reference.
pub struct AsItIs;

/// The marker of a part that is lent as a slice.
pub struct AsSlice;

impl<T, S: CopiedAs<T, M> + ?Sized, M> PartAs<'_, T, Copied<M>> for S {
    #[inline(always)]
    fn part_as(&self) -> T {
        self.copied_as()
    }
}

impl<'a, S: ?Sized> PartAs<'a, &'a S, AsItIs> for S {
    #[inline(always)]
    fn part_as(&'a self) -> &'a S {
        self
    }
}

impl<'a, T> PartAs<'a, &'a [T], AsSlice> for Vec<T> {
    #[inline(always)]
    fn part_as(&'a self) -> &'a [T] {
        self
    }
}

impl<'a, T, const N: usize> PartAs<'a, &'a [T], AsSlice> for [T; N] {
    #[inline(always)]
    fn part_as(&'a self) -> &'a [T] {
        self
    }
}

/// Makes the parts of a tuple of references that is an argument.
pub struct PartOf;

impl PartOf {
    /// The part.
    #[inline(always)]
    pub fn of<'a, S: PartAs<'a, T, M> + ?Sized, T, M>(part: &'a S) -> T {
        part.part_as()
    }

    /// The part, and the pullback.
    #[inline(always)]
    pub fn rrule_of<S: CopiedAs<T, M> + ?Sized, T, M, A: Activity>(
        part: &S,
        _: (A,),
    ) -> (T, impl FnOnce(&S, &T, A::Shadow<'_, S>) + Clone + use<S, T, M, A>) {
        (part.copied_as(), |_, dy, mut shadow| {
            if let Some(shadow) = A::get(&mut shadow) {
                shadow.add(dy);
            }
        })
    }
}

macro_rules! owned {
    ($($rule:ident),+) => {
        impl<T: Clone> CopyOf<T> {$(
            /// What it is a copy of, as a value of its own, and the pullback.
            #[inline(always)]
            pub fn $rule<M, A: Activity>(
                &self,
                _: (A,),
            ) -> (T, impl FnOnce(&Self, &T, A::Shadow<'_, Self>) + Clone + use<T, M, A>)
            where
                T: Tangent<M>,
            {
                (self.0.clone(), |_, dy, mut shadow| {
                    if let Some(shadow) = A::get(&mut shadow) {
                        shadow.0.accumulate(dy);
                    }
                })
            }
        )+}
    };
}

owned!(rrule_clone, rrule_to_owned);

/// The value of what a function may lend, `m.find(t).cloned()`.
pub trait ClonedOption<T, M> {
    /// A value of its own, and the pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of a call")]
    fn rrule_cloned<A: Activity>(
        &self,
        act: (A,),
    ) -> (Option<T>, impl FnOnce(&Self, &Option<T>, A::Shadow<'_, Self>) + Clone + use<Self, T, M, A>);

    /// The same of what is copied.
    #[allow(clippy::type_complexity, reason = "the protocol of a call")]
    fn rrule_copied<A: Activity>(
        &self,
        act: (A,),
    ) -> (Option<T>, impl FnOnce(&Self, &Option<T>, A::Shadow<'_, Self>) + Clone + use<Self, T, M, A>)
    {
        self.rrule_cloned(act)
    }
}

impl<T: Tangent<M>, M> ClonedOption<T, M> for Option<CopyOf<T>> {
    #[inline(always)]
    fn rrule_cloned<A: Activity>(
        &self,
        _: (A,),
    ) -> (Option<T>, impl FnOnce(&Self, &Option<T>, A::Shadow<'_, Self>) + Clone + use<T, M, A>)
    {
        let value = self.as_ref().map(|copy| copy.0.clone());
        let pull = |_: &Self, dy: &Option<T>, mut shadow: A::Shadow<'_, Self>| {
            if let (Some(Some(shadow)), Some(dy)) = (A::get(&mut shadow), dy) {
                shadow.0.accumulate(dy);
            }
        };
        (value, pull)
    }
}

/// The place of an argument that may be such a copy, where a reference is taken.
pub struct Slot<T>(Option<T>);

impl<T> Slot<T> {
    /// An argument.
    #[inline(always)]
    pub fn new(argument: T) -> Self {
        Self(Some(argument))
    }
}

impl<T> Slot<CopyOf<T>> {
    /// A reference, in the place of a copy.
    #[inline(always)]
    pub fn given(&mut self) -> &T {
        self.0.as_ref().expect("an argument is given once")
    }
}

/// Gives an argument that is no such copy.
pub trait GivesValue {
    /// The argument's type.
    type Value;
    /// The argument.
    fn given(&mut self) -> Self::Value;
}

impl<T> GivesValue for Slot<T> {
    type Value = T;

    #[inline(always)]
    fn given(&mut self) -> T {
        self.0.take().expect("an argument is given once")
    }
}

/// What a loop goes over in reverse: where the function goes over a reference, a reference.
pub struct Over<'a, V>(pub &'a V);

/// A reference that a loop goes over.
pub struct ByReference<'a, T>(&'a T);

impl<'a, T> Deref for ByReference<'a, T> {
    type Target = &'a T;

    #[inline(always)]
    fn deref(&self) -> &&'a T {
        &self.0
    }
}

impl<'a, T> Over<'a, CopyOf<T>> {
    /// A reference to what is copied.
    #[inline(always)]
    pub fn over(&self) -> ByReference<'a, T> {
        ByReference(self.0)
    }
}

/// Gives what is no such copy.
pub trait OverValue<'a, V> {
    /// The value.
    fn over(&self) -> &'a V;
}

impl<'a, V> OverValue<'a, V> for Over<'a, V> {
    #[inline(always)]
    fn over(&self) -> &'a V {
        self.0
    }
}

/// What a pattern takes apart.
pub struct Matched<'a, V>(pub &'a V);

/// What is lent, which a pattern takes apart as it is.
#[diagnostic::on_unimplemented(
    message = "a pattern that looks through the reference to `{Self}`, which a function lends, is not supported in a differentiable function yet",
    label = "this gives a reference",
    note = "match what it refers to: `match *m.kind()`, or `match &*m.kind()` where a part is not copied; `let (x, y) = *m.pair();`"
)]
pub trait TakenApart {}

impl<T> Matched<'_, CopyOf<T>> {
    /// No pattern does.
    #[inline(always)]
    pub fn is_matched(&self)
    where
        T: TakenApart,
    {
    }
}

/// Any other value.
pub trait MatchedByValue {
    /// A pattern does.
    #[inline(always)]
    fn is_matched(&self) {}
}

impl<V> MatchedByValue for Matched<'_, V> {}
