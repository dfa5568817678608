//! Conversions between types of numbers that a trait of a program's own makes, such as those of `num_traits`;
//! sums and products of types of a program's own.

use chainrules_core::{Activity, Folds, Std, Tangent};

/// A number in another type, as `T::from(x)` and `x.to_f64()` of `num_traits` give it, in an `Option` or
/// not. (A type of a program's own has another marker than that of the numbers.)
pub struct Converted;

impl Converted {
    /// The value.
    #[inline(always)]
    pub fn of<V, X>(value: V, _: &X) -> V {
        value
    }

    /// The value and the pullback: the cotangent is the same number in the type of `x`.
    ///
    /// # Panics
    /// When the value is another number.
    #[inline(always)]
    #[expect(clippy::type_complexity, reason = "the protocol of a call")]
    pub fn rrule_of<V: Tangent<M>, X: Tangent<Std>, M, A0: Activity, A1: Activity>(
        value: &V,
        x: &X,
        _: (A0, A1),
    ) -> (
        V,
        impl FnOnce(&V, &X, &V, A0::Shadow<'_, V>, A1::Shadow<'_, X>) + Clone + use<V, X, M, A0, A1>,
    ) {
        if let (Some(y), Some(x)) = (number(value), number(x)) {
            let unit = V::EPSILON.max(X::EPSILON);
            assert!(
                (y - x).abs() <= unit * x.abs().max(f64::from(f32::MIN_POSITIVE))
                    || !y.is_finite()
                    || !x.is_finite(),
                "a method with the name of a conversion gives {y} for {x}: call it in a function with a rule"
            );
        }
        (value.clone(), |_: &V, _: &X, dy: &V, _: A0::Shadow<'_, V>, mut dx: A1::Shadow<'_, X>| {
            if let (Some(dx), Some(dy)) = (A1::get(&mut dx), number(dy)) {
                dx.map_scalars(&mut |sum| sum + dy);
            }
        })
    }
}

/// The real number that a value is, if it has one.
#[inline(always)]
fn number<T: Tangent<M>, M>(value: &T) -> Option<f64> {
    let mut found = None;
    value.clone().map_scalars(&mut |x| {
        found = Some(x);
        x
    });
    found
}

/// A type whose `Sum` adds one item after the other: by the crate of its rules, or by `#[differentiable]` on
/// the `impl`.
#[diagnostic::on_unimplemented(
    message = "`sum` of `{Self}` is not known to add one item after the other",
    note = "write `#[differentiable]` on `impl Sum`, with a body of the form `items.fold(zero, |a, b| a + b)`",
    note = "or write `fold` in place of `sum`: `xs.iter().fold(V::zero(), |sum, x| sum + x)`"
)]
pub trait Sums<M> {}

impl<T: Folds<M>, M> Sums<(M,)> for T {}

/// A type whose `Product` multiplies one item after the other.
#[diagnostic::on_unimplemented(
    message = "`product` of `{Self}` is not known to multiply one item after the other",
    note = "write `#[differentiable]` on `impl Product`, with a body of the form `items.fold(one, |a, b| a * b)`",
    note = "or write `fold` in place of `product`: `xs.iter().fold(V::one(), |product, x| product * x)`"
)]
pub trait Multiplies<M> {}

impl<T: Folds<M>, M> Multiplies<(M,)> for T {}
