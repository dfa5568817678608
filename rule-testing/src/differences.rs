//! Partial derivatives by central differences, with an estimate of their error.

use crate::call::Call;
use std::cell::RefCell;

/// A partial derivative by central differences.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// The partial derivative.
    pub value: f64,
    /// How far `value` may be from the truth: truncation, rounding and kinks. May be not finite.
    pub error: f64,
    /// What a relative error is relative to: the derivative, or the function's own size per
    /// step length where the derivative is smaller than that.
    pub scale: f64,
}

/// The relative error that a partial derivative may have at a type of this unit roundoff.
///
/// A central difference with its best step has an error of the order of `epsilon^(2/3)`.
pub fn tolerance(epsilon: f64) -> f64 {
    64.0 * epsilon.cbrt().powi(2)
}

/// The slopes for one step length, and the function's values to the left and right.
struct Slopes {
    slopes: Vec<f64>,
    sides: Vec<[(f64, f64); 2]>,
}

/// The partial derivatives of the weighted sum of all that the call gives, in each real scalar of
/// its arguments.
pub fn partials(call: &Call<'_>) -> Vec<Estimate> {
    let x0: Vec<f64> = call.args.iter().flat_map(|arg| arg.scalars()).collect();
    let epsilon = call.epsilon();
    let sizes: Vec<f64> = x0.iter().map(|x| x.abs().max(1.0)).collect();
    let steps: Vec<f64> = sizes.iter().map(|size| epsilon.cbrt() * size).collect();
    let near = slopes(call, &x0, &steps);
    let wide = slopes(call, &x0, &steps.iter().map(|step| 2.0 * step).collect::<Vec<_>>());
    let (here, height) = call.weighted(crate::call::copies(&call.args));

    let estimate = |i: usize| {
        let (value, step, size) = (near.slopes[i], steps[i], sizes[i]);
        // Slope to the right minus slope to the left. It doubles with the step where the function
        // is smooth; at a kink it is the jump of the slope, even where the central difference at
        // the kink itself is the same for both steps.
        let bend =
            |sides: [(f64, f64); 2], step: f64| (sides[1].0 - 2.0 * here + sides[0].0) / step;
        let kink = (bend(wide.sides[i], 2.0 * step) - 2.0 * bend(near.sides[i], step)).abs();

        let height = near.sides[i].iter().fold(height, |height, side| height.max(side.1));
        let noise = epsilon * (height + value.abs() * size) / step;
        // Rounding disturbs the bend a few times as much as the difference; only more than that
        // speaks of a kink.
        let kink = if kink <= 8.0 * noise { 0.0 } else { kink };
        Estimate {
            value,
            error: (value - wide.slopes[i]).abs() + noise + kink,
            scale: value.abs().max(height / size),
        }
    };
    (0..x0.len()).map(estimate).collect()
}

/// Central differences in all scalars, each with its own step.
fn slopes(call: &Call<'_>, x0: &[f64], steps: &[f64]) -> Slopes {
    // `finitediff` steps by the cube root of the roundoff of `f64`, whatever the type and the
    // argument are, so it differentiates in `t` where `x = x0 + factor * t`.
    let unit = f64::EPSILON.cbrt();
    let sides = RefCell::new(vec![[(f64::NAN, f64::NAN); 2]; x0.len()]);
    let f = |t: &Vec<f64>| -> Result<f64, anyhow::Error> {
        let moved = t.iter().enumerate().find(|(_, t)| **t != 0.0);
        let (i, t) = moved.expect("`finitediff` moves one variable at a time");
        let sum = call.weighted(call.with_scalar(i, x0[i] + steps[i] / unit * t));
        sides.borrow_mut()[i][usize::from(*t > 0.0)] = sum;
        Ok(sum.0)
    };
    let slopes = finitediff::vec::central_diff(&f)(&vec![0.0; x0.len()]);
    let slopes = slopes.expect("the closure never fails");
    let slopes = slopes.iter().zip(steps).map(|(slope, step)| slope * unit / step).collect();
    Slopes { slopes, sides: sides.into_inner() }
}
