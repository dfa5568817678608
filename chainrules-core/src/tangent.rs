//! Cotangents: what can be zeroed and accumulated.

/// The marker of the tangents that this crate defines.
///
/// A crate that gives tangents to foreign types implements [`Tangent`] with a marker of its own:
/// the orphan rule allows `impl Tangent<Local> for foreign::Type`, and callers leave the marker to
/// inference.
pub struct Std<M = ()>(std::marker::PhantomData<M>);

/// A type that is its own cotangent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent",
    note = "import the prelude of the crate that defines the rules of this type, or mark the parameter `#[constant]`"
)]
pub trait Tangent<M>: Sized {
    /// The zero cotangent of the shape of `self`.
    fn zero_like(&self) -> Self;

    /// Adds `rhs` to `self`.
    ///
    /// # Panics
    /// When the shapes differ; the message names both.
    fn accumulate(&mut self, rhs: &Self);
}

macro_rules! real {
    ($($t:ty),+) => {$(
        impl Tangent<Std> for $t {
            #[inline(always)]
            fn zero_like(&self) -> Self {
                0.0
            }

            #[inline(always)]
            fn accumulate(&mut self, rhs: &Self) {
                *self += rhs;
            }
        }
    )+};
}
real!(f32, f64);

macro_rules! inert {
    ($($t:ty),+) => {$(
        impl Tangent<Std> for $t {
            #[inline(always)]
            fn zero_like(&self) -> Self {
                Default::default()
            }

            #[inline(always)]
            fn accumulate(&mut self, _: &Self) {}
        }
    )+};
}
inert!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, (), String);

impl<T: Tangent<M>, M> Tangent<Std<M>> for Vec<T> {
    fn zero_like(&self) -> Self {
        self.iter().map(T::zero_like).collect()
    }

    fn accumulate(&mut self, rhs: &Self) {
        accumulate_slice(self, rhs);
    }
}

impl<T: Tangent<M>, M, const N: usize> Tangent<Std<M>> for [T; N] {
    fn zero_like(&self) -> Self {
        std::array::from_fn(|i| self[i].zero_like())
    }

    fn accumulate(&mut self, rhs: &Self) {
        accumulate_slice(self, rhs);
    }
}

fn accumulate_slice<T: Tangent<M>, M>(into: &mut [T], from: &[T]) {
    assert!(
        into.len() == from.len(),
        "cotangent of length {} where the value has length {}: pass a cotangent of the output's own shape",
        from.len(),
        into.len()
    );
    into.iter_mut().zip(from).for_each(|(a, b)| a.accumulate(b));
}

/// A value whose cotangent is owned: `f64` has `f64`, `[f64]` has `Vec<f64>`.
pub trait Shadowed<M> {
    /// The owned cotangent.
    type Owned;

    /// The zero cotangent of the shape of `self`.
    fn zero_owned(&self) -> Self::Owned;
}

impl<T: Tangent<M>, M> Shadowed<M> for T {
    type Owned = T;

    fn zero_owned(&self) -> T {
        self.zero_like()
    }
}

impl<T: Tangent<M>, M> Shadowed<Std<M>> for [T] {
    type Owned = Vec<T>;

    fn zero_owned(&self) -> Vec<T> {
        self.iter().map(T::zero_like).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_accumulate_scalar_by_scalar() {
        let mut sum = vec![[1.0, 2.0], [3.0, 4.0]].zero_like();
        assert_eq!(sum, vec![[0.0; 2]; 2]);
        sum.accumulate(&vec![[1.0, 2.0], [3.0, 4.0]]);
        sum.accumulate(&vec![[0.5, 0.0], [0.0, -4.0]]);
        assert_eq!(sum, vec![[1.5, 2.0], [3.0, 0.0]]);
    }

    #[test]
    #[should_panic(expected = "cotangent of length 3 where the value has length 2")]
    fn a_wrong_shape_names_both_lengths() {
        vec![0.0, 0.0].accumulate(&vec![0.0; 3]);
    }
}
