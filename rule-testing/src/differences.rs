//! Partial derivatives by central differences, with an estimate of their error.

use chainrules_core::Rule;

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

/// The partial derivative of the rule's function at `args` in the argument of this index.
pub fn partial(rule: &Rule, args: &[f64], index: usize) -> Estimate {
    let at = |x: f64| {
        let mut moved = args.to_vec();
        moved[index] = x;
        (rule.primal)(&moved)
    };
    let x0 = args[index];
    let size = x0.abs().max(1.0);
    // `finitediff` steps by the cube root of the roundoff of `f64`, whatever the type and the
    // argument are, so it differentiates in `t` where `x = x0 + factor * t`.
    let unit = f64::EPSILON.cbrt();
    let step = rule.epsilon.cbrt() * size;
    let central = |step: f64| {
        let factor = step / unit;
        let f = |t: &Vec<f64>| -> Result<f64, anyhow::Error> { Ok(at(x0 + factor * t[0])) };
        let slope = finitediff::vec::central_diff(&f)(&vec![0.0]).expect("the closure never fails");
        slope[0] / factor
    };
    let (value, wide) = (central(step), central(2.0 * step));

    // Slope to the right minus slope to the left. It doubles with the step where the function is
    // smooth; at a kink it is the jump of the slope, even where the central difference at the
    // kink itself is the same for both steps.
    let here = at(x0);
    let bend = |step: f64| (at(x0 + step) - 2.0 * here + at(x0 - step)) / step;
    let kink = (bend(2.0 * step) - 2.0 * bend(step)).abs();

    let height = here.abs().max(at(x0 + step).abs()).max(at(x0 - step).abs());
    let noise = rule.epsilon * (height + value.abs() * size) / step;
    // Rounding disturbs the bend a few times as much as the difference; only more than that
    // speaks of a kink.
    let kink = if kink <= 8.0 * noise { 0.0 } else { kink };
    Estimate {
        value,
        error: (value - wide).abs() + noise + kink,
        scale: value.abs().max(height / size),
    }
}
