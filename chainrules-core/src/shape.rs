//! Shapes that remember their types.

use crate::tangent::Tangent;
use std::marker::PhantomData;

/// The shape of a `T`, which remembers the type: enough to make a zero cotangent when the value
/// itself is gone. Of no size for a scalar.
///
/// What it holds is a parameter, `T::Shape`: so the compiler says once that a `T` has no cotangent, and not again
/// of its shape.
pub struct ShapeOf<T, M, S = <T as Tangent<M>>::Shape>(S, PhantomData<fn() -> (T, M)>);

impl<T, M, S: Clone> Clone for ShapeOf<T, M, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T: Tangent<M>, M> ShapeOf<T, M> {
    /// The shape of `value`.
    #[inline(always)]
    pub fn new(value: &T) -> Self {
        Self(value.shape(), PhantomData)
    }

    /// The shape itself.
    #[inline(always)]
    pub fn get(&self) -> &T::Shape {
        &self.0
    }
}

impl<T, M, S> ShapeOf<T, M, S> {
    /// The zero cotangent of this shape.
    #[inline(always)]
    pub fn zero(&self) -> T
    where
        S: ShapeIn<T, M>,
    {
        self.0.zero()
    }

    /// What stands in the place of a cotangent of this shape that is not read.
    #[inline(always)]
    pub fn unread(&self) -> T
    where
        S: ShapeIn<T, M>,
    {
        self.0.unread()
    }
}

/// The shape of a `T`.
pub trait ShapeIn<T, M> {
    /// The zero cotangent of this shape.
    fn zero(&self) -> T;

    /// What stands in the place of a cotangent of this shape that is not read.
    fn unread(&self) -> T;
}

impl<T: Tangent<M>, M> ShapeIn<T, M> for T::Shape {
    #[inline(always)]
    fn zero(&self) -> T {
        T::zero_of(self)
    }

    #[inline(always)]
    fn unread(&self) -> T {
        T::unread_of(self)
    }
}
