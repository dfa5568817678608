//! Arrays: their methods, and what makes them. Methods of slices are found through arrays, too.

use chainrules_core::{Tangent, rrule, twin};
use std::array::TryFromSliceError;

// A `Vec` has the rule of slices: what is left of one in an `Err` would have no derivative, so the
// error is that of slices.
#[rrule(slice::try_into, check(T = f64, N = 2, this = chainrules_core::list_of(2..3)))]
fn slice_try_into<T: Tangent<M> + Copy, M, const N: usize>(
    this: &[T],
) -> Result<[T; N], TryFromSliceError> {
    (this.try_into(), |dy| Grad {
        this: |d| d.iter_mut().zip(dy.iter().flatten()).for_each(|(d, dy)| d.accumulate(dy)),
    })
}

#[rrule(
    std::array::from_fn,
    check(
        T = f64,
        N = 3,
        f = (
            |i: usize| (i as f64, i),
            |residual: usize, i: &usize, _: &f64, _: &mut usize| assert_eq!(residual, *i),
        ),
    )
)]
fn from_fn<T: Tangent<M>, M, const N: usize>(f: impl FnMut(usize) -> T) -> [T; N] {
    let mut residuals = [const { None }; N];
    let y = std::array::from_fn(|i| {
        let (y, residual) = f(i);
        residuals[i] = Some(residual);
        y
    });
    (y, |_, dy| {
        for (i, residual) in residuals.into_iter().enumerate().rev() {
            f(residual.expect("every element has a residual"), &i, &dy[i], &mut 0);
        }
    })
}

#[rrule(array::map, check(T = f64, U = f64, N = 1, N = 3, f = twin!(f64, f64::sin, f64::cos)))]
fn map<T: Tangent<M>, U, M, const N: usize>(this: [T; N], f: impl FnMut(T) -> U) -> [U; N] {
    let mut residuals = [const { None }; N];
    let mut places = residuals.iter_mut();
    let y = this.map(|x| {
        let (y, residual) = f(x);
        *places.next().expect("one place for each element") = Some(residual);
        y
    });
    (y, |d, dy| {
        for (i, residual) in residuals.into_iter().enumerate().rev() {
            let residual = residual.expect("every element has a residual");
            f(residual, &this[i], &dy[i], &mut d.this[i]);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::Active;

    // A running product: the pulls need the state before each call.
    #[test]
    fn the_calls_are_pulled_the_last_first() {
        let (x, mut product) = ([2.0, 3.0], 1.0);
        let mut twin = |x: f64| {
            let before = product;
            product *= x;
            (product, before)
        };
        let (y, back) = x.rrule_map(&mut twin, (Active, Active));
        let (mut dx, mut dproduct) = ([0.0; 2], 0.0);
        back(&x, &(), &[10.0, 1.0], &mut dx, &mut |before, x, dy, dx| {
            dproduct += dy;
            *dx += before * dproduct;
            dproduct *= x;
        });
        // y = [p x, p x z]
        assert_eq!((y, dx, dproduct), ([2.0, 6.0], [13.0, 2.0], 26.0));
    }
}
