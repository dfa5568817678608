//! Whether a place is part of a `#[constant]` field, by the fields on the way to it; fields whose type has
//! no cotangent.

use chainrules_core::__private::{IsConstant, OfReals};
use chainrules_core::{Activity, Derived, Peel, Shadowed, ShapeOf, Tangent};
use std::marker::PhantomData;

/// A field that is not known to be constant.
pub struct MayVary;

/// That of the fields on the way to a place one is constant.
#[diagnostic::on_unimplemented(
    message = "the place in `constant(&mut ..)` is part of no `#[constant]` field",
    label = "what this method changes may carry a derivative",
    note = "write `#[constant]` at the field, or call the method without `constant`"
)]
pub trait ConstantPlace {}

impl ConstantPlace for IsConstant {}

/// The place that a method changes without a rule carries no derivative.
#[inline(always)]
pub fn constant_place<F: ConstantPlace>(_: F) {}

/// What a closure that varies may be a part of.
#[diagnostic::on_unimplemented(
    message = "a closure whose captures may vary is held by a `#[constant]` field, and their derivative would be lost",
    label = "this field is constant",
    note = "leave out `#[constant]`, or hold the numbers of a constant closure in fields, and write what it does as a method"
)]
pub trait HoldsClosures {}

impl HoldsClosures for MayVary {}

/// The field that a closure is in is no constant.
#[inline(always)]
pub fn holds_closures<F: HoldsClosures>(_: F) {}

/// Whether one of two fields is constant.
pub trait OrConstant<Other> {
    /// The answer.
    type Out;

    /// One of the two.
    fn or_constant(self, other: Other) -> Self::Out;
}

impl<Other> OrConstant<Other> for IsConstant {
    type Out = Self;

    #[inline(always)]
    fn or_constant(self, _: Other) -> Self {
        self
    }
}

impl<Other> OrConstant<Other> for MayVary {
    type Out = Other;

    #[inline(always)]
    fn or_constant(self, other: Other) -> Other {
        other
    }
}

/// The type that a field is in.
pub struct Holder<H: ?Sized>(PhantomData<*const H>);

impl<H: ?Sized> Holder<H> {
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name")]
    #[inline(always)]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// It is the type of what holds the field.
    #[inline(always)]
    pub fn is(&self, _: &H) {}

    /// What is never made, and has the type.
    ///
    /// # Panics
    /// Always.
    pub fn never_made(&self) -> &H {
        unreachable!("it is called by what never runs")
    }
}

/// A type whose cotangent is derived, field by field: a field without cotangent is one of `#[constant]`.
pub trait DerivedByField<M> {
    /// The type.
    type Whole;

    /// Its value, which may be behind references and boxes.
    fn whole(&self) -> &Self::Whole;
}

/// The marker of the type itself.
pub struct Itself<M>(PhantomData<M>);
/// The marker of what refers to it.
pub struct Behind<M>(PhantomData<M>);

impl<T: Tangent<Derived<M>>, M> DerivedByField<Itself<M>> for T {
    type Whole = T;

    #[inline(always)]
    fn whole(&self) -> &T {
        self
    }
}

macro_rules! behind {
    ($($of:ty),+) => {$(
        impl<T: DerivedByField<M> + ?Sized, M> DerivedByField<Behind<M>> for $of {
            type Whole = T::Whole;

            #[inline(always)]
            fn whole(&self) -> &T::Whole {
                (**self).whole()
            }
        }
    )+};
}
behind!(&T, &mut T, Box<T>);

/// What has a field. What is behind references and boxes is found by method resolution, if its cotangent is
/// derived.
pub struct HolderOf<'h, H: ?Sized>(pub &'h H);

/// A type that is known by its derive.
pub trait ByDerive<'h, H: ?Sized, M> {
    /// Its type.
    type Whole;
    /// The value.
    fn whole(&self) -> &'h Self::Whole;
}

impl<'h, H: DerivedByField<M> + ?Sized, M> ByDerive<'h, H, M> for HolderOf<'h, H> {
    type Whole = H::Whole;

    #[inline(always)]
    fn whole(&self) -> &'h H::Whole {
        self.0.whole()
    }
}

/// The value as it is.
pub trait AsItIs<'h, H: ?Sized> {
    /// The value.
    fn whole(&self) -> &'h H;
}

impl<'h, H: ?Sized> AsItIs<'h, H> for &HolderOf<'h, H> {
    #[inline(always)]
    fn whole(&self) -> &'h H {
        self.0
    }
}

/// A field of a cotangent. What its methods are is found by method resolution, which prefers those of a
/// type that has a cotangent.
pub struct FieldShadow<'f, H: ?Sized, T: ?Sized>(pub Holder<H>, pub &'f mut T);

/// Adds to the cotangent of a field.
pub trait AddsTo<M> {
    /// What is added.
    type Cotangent;
    /// Adds it.
    fn add(&mut self, cotangent: Self::Cotangent);
}

impl<H: ?Sized, T: Shadowed<M> + ?Sized, M> AddsTo<M> for FieldShadow<'_, H, T> {
    type Cotangent = T::Owned;

    #[inline(always)]
    fn add(&mut self, cotangent: T::Owned) {
        self.1.accumulate_owned(&cotangent);
    }
}

impl<H: ?Sized, U: ?Sized> FieldShadow<'_, H, &U> {
    /// A field that is a reference is constant, whatever is known of its type.
    #[inline(always)]
    pub fn add<C>(&mut self, _: C) {}
}

/// Leaves out what a constant field would get.
pub trait LeavesOut<T, M> {
    /// Does nothing.
    fn add(&mut self, carried: T);
}

impl<H: DerivedByField<M> + ?Sized, T, M> LeavesOut<T, M> for &mut FieldShadow<'_, H, T> {
    #[inline(always)]
    fn add(&mut self, _: T) {}
}

/// What has no field that real numbers must not come into. Of others the derive says so:
///
/// ```compile_fail,E0080
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[derive(Clone, Tangent)]
/// struct With<T> {
///     #[constant]
///     options: T,
///     weight: f64,
/// }
///
/// #[differentiable]
/// fn product(x: f64, y: f64) -> f64 {
///     let w = With { options: vec![x], weight: y };
///     w.options[0] * w.weight
/// }
///
/// gradient!(product, 1.0, 2.0);
/// ```
///
/// Where it refers to them:
///
/// ```compile_fail,E0080
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[derive(Clone, Tangent)]
/// struct Model<'a> {
///     #[constant]
///     data: &'a [f64],
///     rate: f64,
/// }
///
/// #[differentiable]
/// fn product(x: f64, y: f64) -> f64 {
///     let data = vec![x, 2.0];
///     let m = Model { data: &data, rate: y };
///     constant(m.data[0]) * m.rate
/// }
///
/// gradient!(product, 1.0, 2.0);
/// ```
///
/// Where a function makes it:
///
/// ```compile_fail,E0080
/// # use chainrules::prelude::*;
/// # use zygote_engine::prelude::*;
/// # #[derive(Clone, Tangent)]
/// # struct Model<'a> {
/// #     #[constant]
/// #     data: &'a [f64],
/// #     rate: f64,
/// # }
/// #[differentiable]
/// impl<'a> Model<'a> {
///     fn new(data: &'a [f64], rate: f64) -> Self {
///         Self { data, rate }
///     }
/// }
///
/// #[differentiable]
/// fn product(x: f64, y: f64) -> f64 {
///     let data = vec![x, 2.0];
///     let m = Model::new(&data, y);
///     m.data[0] * m.rate
/// }
///
/// gradient!(product, 1.0, 2.0);
/// ```
///
/// Where they are written:
///
/// ```compile_fail,E0080
/// # use chainrules::prelude::*;
/// # use zygote_engine::prelude::*;
/// # #[derive(Clone, Tangent)]
/// # struct With<T> {
/// #     #[constant]
/// #     options: T,
/// #     weight: f64,
/// # }
/// #[differentiable]
/// fn product(x: f64, y: f64) -> f64 {
///     let mut w = With { options: vec![1.0], weight: y };
///     w.options[0] = x;
///     w.options[0] * w.weight
/// }
///
/// gradient!(product, 1.0, 2.0);
/// ```
pub trait HoldsAnything {
    /// Does nothing.
    #[inline(always)]
    fn __field_holds<const FIELD: u64, const OR: u64, V>(&self, _: V) {}
}

impl<H: ?Sized> HoldsAnything for H {}

/// A part that varies with parameters of this activity: where they are constant, its real numbers are.
pub struct VariesWith<A, V>(PhantomData<(A, V)>);

impl<A, V> VariesWith<A, V> {
    /// That of a part.
    #[inline(always)]
    pub fn of(_: V) -> Self {
        Self(PhantomData)
    }
}

impl<A: Activity, V: OfReals> OfReals for VariesWith<A, V> {
    const REALS: bool = A::WANTED && V::REALS;
}

/// A part of what a field refers to, which is constant.
pub struct OfReference;

impl OfReals for OfReference {
    const REALS: bool = false;
}

/// A field of a value.
pub struct FieldValue<'f, T: ?Sized>(pub &'f T);

/// The shape of a field's value.
pub trait HasShape<M, N> {
    /// Its type.
    type Shape;
    /// The shape.
    fn shape(&self) -> Self::Shape;
}

impl<T, M, N> HasShape<M, N> for FieldValue<'_, T>
where
    T: Peel<M> + ?Sized,
    T::Out: Tangent<N>,
{
    type Shape = ShapeOf<T::Out, N>;

    #[inline(always)]
    fn shape(&self) -> Self::Shape {
        super::shape(self.0)
    }
}

/// The value of a constant field, in place of a shape.
#[derive(Clone)]
pub struct CarriedAlong<T>(T);

/// The zero cotangent of a field, in a type.
pub trait ZeroOfField<H: ?Sized, M> {
    /// The type of the field.
    type Field;
    /// The zero, or the value that the cotangent carries along.
    fn zero_of_field(&self, holder: &Holder<H>) -> Self::Field;
}

impl<H: ?Sized, T: Tangent<N>, N> ZeroOfField<H, ()> for ShapeOf<T, N> {
    type Field = T;

    #[inline(always)]
    fn zero_of_field(&self, _: &Holder<H>) -> T {
        self.zero()
    }
}

impl<H: DerivedByField<M> + ?Sized, T: Clone, M> ZeroOfField<H, M> for CarriedAlong<T> {
    type Field = T;

    #[inline(always)]
    fn zero_of_field(&self, _: &Holder<H>) -> T {
        self.0.clone()
    }
}

/// Keeps the value of a constant field.
pub trait IsCarried<T> {
    /// The value.
    fn shape(&self) -> CarriedAlong<T>;
}

impl<T: Clone> IsCarried<T> for &FieldValue<'_, T> {
    #[inline(always)]
    fn shape(&self) -> CarriedAlong<T> {
        CarriedAlong(self.0.clone())
    }
}

/// What varies is written to a part of a place that has a cotangent.
#[inline(always)]
pub fn with_cotangent<T: Peel<M> + ?Sized, M>(_: &T) {}
