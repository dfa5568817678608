//! Tangents whose marker is a type's own to name.

use crate::tangent::{Std, Tangent};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

/// A type that names the marker of its tangent.
///
/// Elsewhere the marker is left to inference. Where there is none, in the header of an `impl`, this
/// trait stands for it: `T: HasTangent` says that `T` has a cotangent. So the `impl` of a
/// differentiable trait for `Wrapper<T>` has this bound on `T`, which `#[differentiable]` adds.
///
/// `#[derive(Tangent)]` gives it to a type whose fields have it; the numbers and containers of the
/// standard library have it. A type whose tangent comes from another crate than its own does not.
///
/// ```
/// use chainrules_core::{HasTangent, Tangent};
///
/// #[derive(Clone, Debug, PartialEq, Tangent)]
/// struct Pair<T> {
///     both: [T; 2],
/// }
///
/// fn zero<T: HasTangent>(value: &Pair<T>) -> Pair<T> {
///     Tangent::zero_of(&value.shape())
/// }
///
/// assert_eq!(zero(&Pair { both: [1.0, 2.0] }), Pair { both: [0.0, 0.0] });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its tangent",
    note = "of a type parameter write the bound `HasTangent`: `F: Field + HasTangent`; on a type of your own `#[derive(Clone, Tangent)]`"
)]
pub trait HasTangent: Marked + Tangent<<Self as Marked>::Marker> + 'static {}

impl<T: Marked + Tangent<<T as Marked>::Marker> + 'static> HasTangent for T {}

/// The marker that a type names: [`HasTangent`] is the bound to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its tangent",
    note = "an `impl` of a differentiable trait for a generic type needs `HasTangent` of the type's parameters: write the bound where this is a parameter, and `#[derive(Clone, Tangent)]` where it is a type of your own",
    note = "the type of another crate, and a type with such a field, has no name for its tangent: write the `impl` for a type without parameters",
    note = "an associated type of a differentiable trait names its tangent, so that generic functions know it: where it is the type of another crate, or has no cotangent, write `#[unnamed] type ..;` in the trait"
)]
pub trait Marked {
    /// The marker of the tangent.
    type Marker;
}

/// [`Marked`] of the field of this number. Two fields of one type, of which one says it by an alias, have two
/// bounds that the compiler takes for one, and can't decide, unless a number tells them apart.
pub trait MarkedField<const NUMBER: usize> {
    /// The marker of the tangent.
    type Marker;
}

impl<T: Marked + ?Sized, const NUMBER: usize> MarkedField<NUMBER> for T {
    type Marker = T::Marker;
}

macro_rules! plain {
    ($($t:ty),+ $(,)?) => {$(
        impl Marked for $t {
            type Marker = Std;
        }
    )+};
}
plain!(f32, f64, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
plain!(bool, char, (), &str, String, std::cmp::Ordering);

impl<T: ?Sized> Marked for PhantomData<T> {
    type Marker = Std;
}

macro_rules! containers {
    ($([$($params:tt)*] $t:ty),+ $(,)?) => {$(
        impl<T: Marked, $($params)*> Marked for $t {
            type Marker = Std<T::Marker>;
        }
    )+};
}
containers!(
    [] Vec<T>,
    [] VecDeque<T>,
    [] Box<T>,
    [] Box<[T]>,
    [] Option<T>,
    [const N: usize] [T; N],
    [E: Clone] Result<T, E>,
    [K: Clone + Ord] BTreeMap<K, T>,
    [K: Clone + Eq + Hash, S: BuildHasher + Clone] HashMap<K, T, S>,
);

macro_rules! tuples {
    ($($($t:ident),+);+ $(;)?) => {$(
        impl<$($t: Marked),+> Marked for ($($t,)+) {
            type Marker = ($($t::Marker,)+);
        }
    )+};
}
tuples! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, F;
    A, B, C, D, E, F, G;
    A, B, C, D, E, F, G, H;
}
