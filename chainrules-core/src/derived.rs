//! Cotangents of the types of a program: the derive macro and what it expands to.

use crate::named::Marked;
use crate::tangent;
use std::marker::PhantomData;

/// The marker of the tangents that `#[derive(Tangent)]` defines; `M` is the tuple of the markers of
/// the fields' types.
pub struct Derived<M>(PhantomData<M>);

/// Gives a struct or an enum its cotangent: the type itself, field by field.
///
/// ```
/// use chainrules_core::Tangent;
/// use std::path::PathBuf;
///
/// #[derive(Clone, Debug, PartialEq, Tangent)]
/// struct Layer<T> {
///     weights: Vec<T>,
///     bias: T,
///     inputs: usize,
///     #[constant]
///     file: PathBuf,
/// }
///
/// let layer = Layer { weights: vec![1.0, 2.0], bias: 3.0, inputs: 2, file: "a".into() };
/// let mut cotangent: Layer<f64> = Tangent::zero_of(&layer.shape());
/// cotangent.bias += 1.0;
/// cotangent.accumulate(&layer);
/// let sum = Layer { weights: vec![1.0, 2.0], bias: 4.0, inputs: 2, file: "a".into() };
/// assert_eq!(cotangent, sum);
/// ```
///
/// A field marked `#[constant]` carries no derivative and needs no cotangent of its own, only
/// `Clone`: it is carried along, and the cotangent has the value's, or a zero if it is of a type
/// that has one. In functions without type parameters it may be taken from one value to another, or be
/// overwritten. Where its type is a type parameter without a bound, or a reference, real numbers that
/// vary are refused in it. Numbers that are no reals are inert by their type, and zero in the cotangent.
///
/// The cotangent of an enum has the value's variant:
///
/// ```
/// use chainrules_core::Tangent;
///
/// #[derive(Clone, Debug, PartialEq, Tangent)]
/// enum Expr {
///     Number(f64),
///     Variable,
///     Sum(Vec<Expr>),
///     Product { left: Box<Expr>, right: Box<Expr> },
/// }
/// use Expr::{Number, Product, Sum, Variable};
///
/// let product = Product { left: Box::new(Number(2.0)), right: Box::new(Variable) };
/// let zero: Expr = Tangent::zero_of(&Sum(vec![Number(1.0), product]).shape());
/// let product = Product { left: Box::new(Number(0.0)), right: Box::new(Variable) };
/// assert_eq!(zero, Sum(vec![Number(0.0), product]));
/// ```
///
/// Types may contain themselves in whatever has a cotangent, and each other. Only where two types of a crate
/// have one name does the derive not see that a field leads back: such a field is marked `#[recursive]`.
///
/// ```
/// use chainrules_core::Tangent;
///
/// #[derive(Clone, Tangent)]
/// struct Node {
///     value: f64,
///     edges: Vec<Edge>,
/// }
///
/// #[derive(Clone, Tangent)]
/// struct Edge {
///     length: f64,
///     to: Node,
/// }
///
/// let leaf = Node { value: 1.0, edges: vec![] };
/// let root = Node { value: 2.0, edges: vec![Edge { length: 3.0, to: leaf }] };
/// let zero: Node = Tangent::zero_of(&root.shape());
/// assert_eq!((zero.edges[0].length, zero.edges[0].to.value), (0.0, 0.0));
/// ```
///
/// A field that is neither constant nor has a cotangent is an error:
///
/// ```compile_fail
/// # use chainrules_core::Tangent;
/// #[derive(Clone, Tangent)]
/// struct Sample {
///     value: f64,
///     at: std::time::Instant, // `Instant` has no cotangent
/// }
/// ```
pub use chainrules_core_macros::Tangent;

/// Says that a field's type has a cotangent.
pub fn field_with_cotangent<T: tangent::Tangent<M>, M>() {}

/// The zero cotangent of the shape of a value.
pub fn zero_like<T: tangent::Tangent<M>, M>(value: &T) -> T {
    T::zero_of(&value.shape())
}

/// That a field is constant: what a function of the derive gives, of a name that is made of the field's.
#[derive(Clone, Copy)]
pub struct IsConstant;

/// A field that is constant, whose zero is found by method resolution: the methods of a value are
/// preferred to those of a reference to it.
pub struct ConstantField<'f, T>(pub &'f T);

/// The zero cotangent of a field whose type has one.
pub trait Zeroed<T, M> {
    /// The zero.
    fn zero_or_copy(&self) -> T;
}

impl<T: tangent::Tangent<M>, M> Zeroed<T, M> for ConstantField<'_, T> {
    fn zero_or_copy(&self) -> T {
        zero_like(self.0)
    }
}

/// A copy of a field whose type has no cotangent.
pub trait Carried<T> {
    /// The copy.
    fn zero_or_copy(&self) -> T;
}

impl<T: Clone> Carried<T> for &ConstantField<'_, T> {
    fn zero_or_copy(&self) -> T {
        // Only where the type is a parameter is a number not found to have a zero.
        let name = std::any::type_name::<T>();
        assert!(
            name != "f64" && name != "f32",
            "a `#[constant]` field of a type parameter is an `{name}` here: give the parameter a bound, `T: Real`"
        );
        self.0.clone()
    }
}

/// A value that may come into a field. Whether it has real numbers is found by method resolution.
pub struct Part<'v, T: ?Sized>(pub &'v T);

/// Whether the values of a type have real numbers, by their cotangent.
pub trait OfReals {
    /// The answer.
    const REALS: bool;
}

/// What has a cotangent, or refers to it.
pub struct WithCotangent<T: ?Sized, M>(PhantomData<(*const T, M)>);

impl<T, M, N> OfReals for WithCotangent<T, (M, N)>
where
    T: tangent::Peel<M> + ?Sized,
    T::Out: tangent::Shadowed<N>,
{
    const REALS: bool = <T::Out as tangent::Shadowed<N>>::ROUNDOFF != 0.0;
}

/// What has none.
pub struct WithoutCotangent;

impl OfReals for WithoutCotangent {
    const REALS: bool = false;
}

/// What has a cotangent says what is in it.
pub trait PartByTangent<T: ?Sized, M> {
    /// Of which kind it is.
    fn kind(&self) -> WithCotangent<T, M>;
}

impl<T, M, N> PartByTangent<T, (M, N)> for Part<'_, T>
where
    T: tangent::Peel<M> + ?Sized,
    T::Out: tangent::Shadowed<N>,
{
    #[inline(always)]
    fn kind(&self) -> WithCotangent<T, (M, N)> {
        WithCotangent(PhantomData)
    }
}

/// Anything else.
pub trait PartOfAny {
    /// Of which kind it is.
    fn kind(&self) -> WithoutCotangent;
}

impl<T: ?Sized> PartOfAny for &Part<'_, T> {
    #[inline(always)]
    fn kind(&self) -> WithoutCotangent {
        WithoutCotangent
    }
}

/// The type of a `#[constant]` field, as the bounds of its type's parameters show it.
pub struct FieldType<T: ?Sized>(PhantomData<T>);

impl<T: Marked + tangent::Tangent<<T as Marked>::Marker>> FieldType<T> {
    /// Its cotangent is zero.
    pub const ZEROED: bool = true;
}

/// A field whose type has no cotangent as far as the bounds show: its cotangent has a copy of the value.
pub trait CopiedField {
    /// Its cotangent is not zero.
    const ZEROED: bool = false;
}

impl<T: ?Sized> CopiedField for FieldType<T> {}

/// The number of a field's name, by which generated code asks for it (FNV-1a).
#[must_use]
pub const fn field(name: &str) -> u64 {
    let (name, mut number, mut k) = (name.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while k < name.len() {
        number = (number ^ name[k] as u64).wrapping_mul(0x0100_0000_01b3);
        k += 1;
    }
    number
}

/// Refuses to add the cotangent of one variant to that of another.
#[cold]
pub fn variants_differ(cotangent: &str, value: &str) -> ! {
    panic!(
        "cotangent `{cotangent}` where the value is `{value}`: pass a cotangent of the value's own shape"
    )
}
