//! Cotangents: what can be zeroed and accumulated.

use std::collections::VecDeque;
use std::marker::PhantomData;

/// The marker of the tangents that this crate defines.
///
/// A crate that gives tangents to foreign types implements [`Tangent`] with a marker of its own:
/// the orphan rule allows `impl Tangent<Local> for foreign::Type`, and callers leave the marker to
/// inference.
pub struct Std<M = ()>(PhantomData<M>);

/// A type that is its own cotangent.
///
/// The cotangent of an `f64` is an `f64`, of a `Vec<f64>` a `Vec<f64>` of the same length. Integers,
/// `bool`, `char`, strings and `fn` pointers of up to two arguments are inert: they carry no derivative, their cotangent is the value itself,
/// and accumulating does nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent",
    note = "derive it for a type of your own, `#[derive(Clone, Tangent)]`; for another use the crate of its rules; or mark the parameter, the field or the variable `#[constant]`, as in `#[constant] let mut rng = Rng::new();`",
    note = "what a `#[constant]` field refers to: `constant(self.data)`",
    note = "of a type parameter or an associated type write the bound `HasTangent`: `S: System + HasTangent`, `type State: Clone + HasTangent;`",
    note = "`Cell`, `RefCell`, `Mutex`, pointers and handles have none: what changes behind `&` is not differentiated"
)]
pub trait Tangent<M>: Clone {
    /// What is needed to make a zero of the same shape: nothing for a scalar, a length for a `Vec`.
    type Shape: Clone;

    /// The shape of `self`.
    fn shape(&self) -> Self::Shape;

    /// The zero cotangent of this shape. (`zero` alone is a name of the traits of number types.)
    fn zero_of(shape: &Self::Shape) -> Self;

    /// What stands in the place of a cotangent of this shape that nobody wants, and that is neither read
    /// nor changed: a zero, or what needs no memory.
    fn unread_of(shape: &Self::Shape) -> Self {
        Self::zero_of(shape)
    }

    /// Adds `rhs` to `self`.
    ///
    /// # Panics
    /// When the shapes differ; the message names both.
    fn accumulate(&mut self, rhs: &Self);

    /// Replaces each real scalar by what `f` makes of it, in a fixed order. Inert parts are passed
    /// over. An `f32` is handed over as `f64` and rounded back.
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64);

    /// The unit roundoff of the scalars: `f64::EPSILON`, `f32::EPSILON`, the coarsest of several; 0
    /// for an inert type.
    const EPSILON: f64;

    /// What the reverse sweep keeps of a value that follows by operators from values still at hand:
    /// nothing for a scalar, which is cheaper to compute again, else the value.
    type Kept: Clone;

    /// What is kept of `self`.
    fn keep(&self) -> Self::Kept;

    /// The value again, from what was kept or by computing it again.
    fn recall(kept: Self::Kept, replay: impl FnOnce() -> Self) -> Self;

    /// Makes the cotangents of `#[constant]` fields inside zero: what flowed to them ends here.
    fn clear_constants(&mut self) {}

    /// Takes the cotangent out of an element for the time of an iteration, or makes a zero where
    /// that is cheaper; [`Tangent::give_back`] is its inverse.
    fn lend(&mut self) -> Self {
        Self::zero_of(&self.shape())
    }

    /// Gives back what [`Tangent::lend`] took out.
    fn give_back(&mut self, cotangent: Self) {
        self.accumulate(&cotangent);
    }
}

macro_rules! real {
    ($($t:ident),+) => {$(
        impl Tangent<Std> for $t {
            type Shape = ();
            const EPSILON: f64 = $t::EPSILON as f64;
            type Kept = ();

            #[inline(always)]
            fn keep(&self) {}

            #[inline(always)]
            fn recall(_: (), replay: impl FnOnce() -> Self) -> Self {
                replay()
            }

            #[inline(always)]
            fn shape(&self) {}

            #[inline(always)]
            fn zero_of(_: &()) -> Self {
                0.0
            }

            #[inline(always)]
            fn accumulate(&mut self, rhs: &Self) {
                *self += rhs;
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                *self = f(f64::from(*self)) as $t;
            }
        }
    )+};
}
real!(f32, f64);

/// Panics with a message that names both lengths when they differ.
#[inline]
pub(crate) fn same_length(cotangent: usize, value: usize) {
    assert!(
        cotangent == value,
        "cotangent of length {cotangent} where the value has length {value}: pass a cotangent of the value's own shape"
    );
}

macro_rules! sequence {
    ($t:ident: $list:ty) => {
        impl<$t: Tangent<M>, M> Tangent<Std<M>> for $list {
            type Shape = Vec<$t::Shape>;
            const EPSILON: f64 = $t::EPSILON;
            type Kept = Self;

            fn keep(&self) -> Self {
                self.clone()
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }

            fn shape(&self) -> Self::Shape {
                self.iter().map($t::shape).collect()
            }

            fn zero_of(shape: &Self::Shape) -> Self {
                shape.iter().map($t::zero_of).collect()
            }

            fn unread_of(_: &Self::Shape) -> Self {
                Self::default()
            }

            fn accumulate(&mut self, rhs: &Self) {
                same_length(rhs.len(), self.len());
                self.iter_mut().zip(rhs).for_each(|(a, b)| a.accumulate(b));
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                self.iter_mut().for_each(|x| x.map_scalars(f));
            }

            fn clear_constants(&mut self) {
                self.iter_mut().for_each($t::clear_constants);
            }

            fn lend(&mut self) -> Self {
                std::mem::take(self)
            }

            fn give_back(&mut self, cotangent: Self) {
                if self.is_empty() {
                    *self = cotangent;
                } else {
                    self.accumulate(&cotangent);
                }
            }
        }
    };
}
sequence!(T: Vec<T>);
sequence!(T: VecDeque<T>);
sequence!(T: Box<[T]>);

impl<T: Tangent<M>, M, const N: usize> Tangent<Std<M>> for [T; N] {
    type Shape = [T::Shape; N];
    const EPSILON: f64 = T::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    #[inline]
    fn shape(&self) -> Self::Shape {
        std::array::from_fn(|i| self[i].shape())
    }

    #[inline]
    fn zero_of(shape: &Self::Shape) -> Self {
        std::array::from_fn(|i| T::zero_of(&shape[i]))
    }

    #[inline]
    fn unread_of(shape: &Self::Shape) -> Self {
        std::array::from_fn(|i| T::unread_of(&shape[i]))
    }

    #[inline]
    fn accumulate(&mut self, rhs: &Self) {
        self.iter_mut().zip(rhs).for_each(|(a, b)| a.accumulate(b));
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|x| x.map_scalars(f));
    }

    fn clear_constants(&mut self) {
        self.iter_mut().for_each(T::clear_constants);
    }
}

impl<T: Tangent<M>, M> Tangent<Std<M>> for Box<T> {
    type Shape = Box<T::Shape>;
    const EPSILON: f64 = T::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) -> Self::Shape {
        Box::new((**self).shape())
    }

    fn zero_of(shape: &Self::Shape) -> Self {
        Box::new(T::zero_of(shape))
    }

    fn accumulate(&mut self, rhs: &Self) {
        (**self).accumulate(rhs);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        (**self).map_scalars(f);
    }

    fn clear_constants(&mut self) {
        (**self).clear_constants();
    }
}

impl<T: Tangent<M>, M> Tangent<Std<M>> for Option<T> {
    type Shape = Option<T::Shape>;
    const EPSILON: f64 = T::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) -> Self::Shape {
        self.as_ref().map(T::shape)
    }

    fn zero_of(shape: &Self::Shape) -> Self {
        shape.as_ref().map(T::zero_of)
    }

    fn unread_of(shape: &Self::Shape) -> Self {
        shape.as_ref().map(T::unread_of)
    }

    fn accumulate(&mut self, rhs: &Self) {
        match (self, rhs) {
            (Some(a), Some(b)) => a.accumulate(b),
            (None, None) => {}
            (a, b) => panic!(
                "cotangent `{}` where the value is `{}`: pass a cotangent of the value's own shape",
                if b.is_some() { "Some" } else { "None" },
                if a.is_some() { "Some" } else { "None" },
            ),
        }
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        if let Some(x) = self {
            x.map_scalars(f);
        }
    }

    fn clear_constants(&mut self) {
        if let Some(x) = self {
            x.clear_constants();
        }
    }
}

macro_rules! tuple {
    ($($t:ident $m:ident $i:tt),+) => {
        impl<$($t: Tangent<$m>, $m),+> Tangent<($($m,)+)> for ($($t,)+) {
            type Shape = ($($t::Shape,)+);
            const EPSILON: f64 = { let mut e = 0.0; $(if $t::EPSILON > e { e = $t::EPSILON; })+ e };
            type Kept = Self;

            fn keep(&self) -> Self {
                self.clone()
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }

            #[inline]
            fn shape(&self) -> Self::Shape {
                ($(self.$i.shape(),)+)
            }

            #[inline]
            fn zero_of(shape: &Self::Shape) -> Self {
                ($($t::zero_of(&shape.$i),)+)
            }

            #[inline]
            fn unread_of(shape: &Self::Shape) -> Self {
                ($($t::unread_of(&shape.$i),)+)
            }

            #[inline]
            fn accumulate(&mut self, rhs: &Self) {
                $(self.$i.accumulate(&rhs.$i);)+
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $(self.$i.map_scalars(f);)+
            }

            fn clear_constants(&mut self) {
                $(self.$i.clear_constants();)+
            }

            #[inline]
            fn lend(&mut self) -> Self {
                ($(self.$i.lend(),)+)
            }

            #[inline]
            fn give_back(&mut self, cotangent: Self) {
                $(self.$i.give_back(cotangent.$i);)+
            }
        }
    };
}
tuple!(A MA 0);
tuple!(A MA 0, B MB 1);
tuple!(A MA 0, B MB 1, C MC 2);
tuple!(A MA 0, B MB 1, C MC 2, D MD 3);
tuple!(A MA 0, B MB 1, C MC 2, D MD 3, E ME 4);
tuple!(A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5);
tuple!(A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6);
tuple!(A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6, H MH 7);

/// The referent of any number of references around a value that has a cotangent.
///
/// Generated code hands operands to rules through [`Peel`], so that a rule is written once, for the
/// type itself, and serves `x * y`, `&x * y` and `*x * y` alike.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent",
    note = "derive it for a type of your own, `#[derive(Clone, Tangent)]`; for another use the crate of its rules; or mark the parameter, the field or the variable `#[constant]`, as in `#[constant] let mut rng = Rng::new();`",
    note = "what a `#[constant]` field refers to: `constant(self.data)`",
    note = "of a type parameter or an associated type write the bound `HasTangent`: `S: System + HasTangent`, `type State: Clone + HasTangent;`",
    note = "`Cell`, `RefCell`, `Mutex`, pointers and handles have none: what changes behind `&` is not differentiated"
)]
pub trait Peel<M> {
    /// The referent.
    type Out: ?Sized;
    /// [`Borrowed`](crate::Borrowed) or [`Owned`](crate::Owned).
    type Form;

    /// A reference to the referent.
    fn peel(&self) -> &Self::Out;
}

/// The marker of [`Peel`] for a value that is no reference.
pub struct Here<M>(PhantomData<M>);
/// The marker of [`Peel`] for a reference.
pub struct ByRef<M>(PhantomData<M>);
/// The marker of [`Peel`] for a slice.
pub struct Elements<M>(PhantomData<M>);

impl<T: Tangent<M>, M> Peel<Here<M>> for T {
    type Out = T;
    type Form = crate::Owned;

    #[inline(always)]
    fn peel(&self) -> &T {
        self
    }
}

impl<T: Tangent<M>, M> Peel<Elements<M>> for [T] {
    type Out = [T];
    type Form = crate::Owned;

    #[inline(always)]
    fn peel(&self) -> &[T] {
        self
    }
}

impl<T: Peel<M> + ?Sized, M> Peel<ByRef<M>> for &T {
    type Out = T::Out;
    type Form = crate::Borrowed;

    #[inline(always)]
    fn peel(&self) -> &T::Out {
        (**self).peel()
    }
}

impl<T: Peel<M> + ?Sized, M> Peel<ByRef<M>> for &mut T {
    type Out = T::Out;
    type Form = crate::Borrowed;

    #[inline(always)]
    fn peel(&self) -> &T::Out {
        (**self).peel()
    }
}

/// A value, or a slice, whose cotangent is owned: `f64` has `f64`, `[f64]` has `Vec<f64>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent",
    note = "derive it for a type of your own, `#[derive(Clone, Tangent)]`; for another use the crate of its rules; or mark the parameter, the field or the variable `#[constant]`, as in `#[constant] let mut rng = Rng::new();`",
    note = "what a `#[constant]` field refers to: `constant(self.data)`",
    note = "of a type parameter or an associated type write the bound `HasTangent`: `S: System + HasTangent`, `type State: Clone + HasTangent;`"
)]
pub trait Shadowed<M> {
    /// The owned cotangent.
    type Owned: Clone;

    /// The zero cotangent of the shape of `self`.
    fn zero_owned(&self) -> Self::Owned;

    /// The owned cotangent as the place that a pullback adds to.
    fn lent(owned: &mut Self::Owned) -> &mut Self;

    /// A copy of the value itself in the owned type.
    fn copied(&self) -> Self::Owned;

    /// Adds an owned cotangent to `self`.
    ///
    /// # Panics
    /// When the shapes differ; the message names both.
    fn accumulate_owned(&mut self, cotangent: &Self::Owned);

    /// The largest of the scalars' unit roundoffs.
    const ROUNDOFF: f64;

    /// [`Tangent::map_scalars`] on the owned type.
    fn map_owned(owned: &mut Self::Owned, f: &mut dyn FnMut(f64) -> f64);

    /// [`Tangent::clear_constants`] on the owned type.
    fn clear_owned(owned: &mut Self::Owned);
}

impl<T: Tangent<M>, M> Shadowed<M> for T {
    type Owned = T;
    const ROUNDOFF: f64 = T::EPSILON;

    #[inline(always)]
    fn zero_owned(&self) -> T {
        T::zero_of(&self.shape())
    }

    #[inline(always)]
    fn lent(owned: &mut T) -> &mut T {
        owned
    }

    fn copied(&self) -> T {
        self.clone()
    }

    #[inline(always)]
    fn accumulate_owned(&mut self, cotangent: &T) {
        self.accumulate(cotangent);
    }

    fn map_owned(owned: &mut T, f: &mut dyn FnMut(f64) -> f64) {
        owned.map_scalars(f);
    }

    #[inline(always)]
    fn clear_owned(owned: &mut T) {
        owned.clear_constants();
    }
}

impl<T: Tangent<M>, M> Shadowed<Elements<M>> for [T] {
    type Owned = Vec<T>;
    const ROUNDOFF: f64 = T::EPSILON;

    fn zero_owned(&self) -> Vec<T> {
        self.iter().map(|x| T::zero_of(&x.shape())).collect()
    }

    fn lent(owned: &mut Vec<T>) -> &mut [T] {
        owned
    }

    fn copied(&self) -> Vec<T> {
        self.to_vec()
    }

    #[inline]
    fn accumulate_owned(&mut self, cotangent: &Vec<T>) {
        same_length(cotangent.len(), self.len());
        self.iter_mut().zip(cotangent).for_each(|(a, b)| a.accumulate(b));
    }

    fn map_owned(owned: &mut Vec<T>, f: &mut dyn FnMut(f64) -> f64) {
        owned.iter_mut().for_each(|x| x.map_scalars(f));
    }

    fn clear_owned(owned: &mut Vec<T>) {
        owned.clear_constants();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ShapeOf;

    fn zero_like<T: Tangent<M>, M>(x: &T) -> T {
        T::zero_of(&x.shape())
    }

    #[test]
    fn nested_values_accumulate_scalar_by_scalar() {
        let mut sum = zero_like(&vec![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(sum, vec![[0.0; 2]; 2]);
        sum.accumulate(&vec![[1.0, 2.0], [3.0, 4.0]]);
        sum.accumulate(&vec![[0.5, 0.0], [0.0, -4.0]]);
        assert_eq!(sum, vec![[1.5, 2.0], [3.0, 0.0]]);
    }

    #[test]
    fn a_lent_row_comes_back() {
        let mut rows = vec![(1.0, vec![2.0, 3.0])];
        let mut row = rows[0].lend();
        row.1[1] += 1.0;
        rows[0].give_back(row);
        assert_eq!(rows, vec![(1.0, vec![2.0, 4.0])]);
    }

    #[test]
    fn the_shape_of_scalars_takes_no_memory() {
        let x = (1.0, [2_f32; 3]);
        assert_eq!(std::mem::size_of_val(&ShapeOf::new(&x)), 0);
        assert_eq!(ShapeOf::new(&vec![(x, 4_usize)]).zero(), vec![((0.0, [0_f32; 3]), 4)]);
    }

    #[test]
    #[should_panic(expected = "cotangent of length 3 where the value has length 2")]
    fn a_wrong_shape_names_both_lengths() {
        vec![0.0, 0.0].accumulate(&vec![0.0; 3]);
    }
}
