//! All checks on one input.

use crate::call::{Call, Pulled, Seed, copies, scaled};
use crate::differences::{partials, tolerance};
use crate::quiet::caught;
use crate::report::{Check, Failure};
use chainrules_core::{Draw, Erased, Rule};

/// What a case without a failure tells.
pub struct Outcome {
    /// Whether every partial derivative could be judged.
    pub decided: bool,
    /// The worst relative error among those that could.
    pub worst: f64,
}

/// What a check found wrong: the check, what it expected, and what it got.
type Wrong = (Check, String, String);

/// Runs all checks on the input that the choices give.
pub fn run(rule: &Rule, choices: &[u64]) -> Result<Outcome, Failure> {
    let mut draw = Draw::new(choices.to_vec());
    let call = match Call::draw(&rule.handle, &mut draw) {
        Ok(Some(call)) => call,
        Ok(None) => return Ok(Outcome { decided: false, worst: 0.0 }),
        Err(panic) => {
            return Err(Failure {
                check: Check::Inputs,
                args: Vec::new(),
                cotangents: String::new(),
                expected: "arguments".into(),
                got: panic,
            });
        }
    };
    checks(rule, &call).map_err(|(check, expected, got)| {
        let names = rule.handle.arguments.iter().map(ToString::to_string);
        let changed = (0..call.args.len()).filter(|i| rule.handle.mutable[*i]);
        let after = changed.map(|i| call.after_cotangents[i].text()).collect::<Vec<_>>();
        let mut cotangents = call.dy.text();
        if !after.is_empty() {
            cotangents = format!("{cotangents}, of the changed arguments {}", after.join(", "));
        }
        let args = names.zip(call.args.iter().map(|arg| arg.text())).collect();
        Failure { check, args, cotangents, expected, got }
    })
}

fn checks(rule: &Rule, call: &Call<'_>) -> Result<Outcome, Wrong> {
    value(call)?;
    let all = pull(call, call.seed(), &|_| true, None)?;
    undone(call, &all)?;
    shapes(call, &all)?;
    linear(call, &all)?;
    activities(call)?;
    accumulates(call, &all)?;
    differences(rule, call, &all)
}

fn pull(
    call: &Call<'_>,
    seed: Seed<'_>,
    active: &dyn Fn(usize) -> bool,
    held: Option<&[Erased]>,
) -> Result<Pulled, Wrong> {
    call.pull(seed, active, held).map_err(|panic| (Check::Panic, "no panic".into(), panic))
}

/// The forward sweep gives what the function gives, bit for bit.
fn value(call: &Call<'_>) -> Result<(), Wrong> {
    let mut args = copies(&call.args);
    let forward = caught(|| (call.handle.forward)(&mut args).0);
    let value = forward.map_err(|panic| (Check::Panic, "no panic".into(), panic))?;
    if !value.same(&*call.value) {
        return Err((Check::Value, call.value.text(), value.text()));
    }
    for (i, (expected, got)) in call.after.iter().zip(&args).enumerate() {
        if call.handle.mutable[i] && !expected.same(&**got) {
            let name = call.handle.arguments[i];
            return Err((Check::Value, format!("`{name}` is {}", expected.text()), got.text()));
        }
    }
    Ok(())
}

/// The pullback puts every argument back into its state before the call.
fn undone(call: &Call<'_>, pulled: &Pulled) -> Result<(), Wrong> {
    for (i, (expected, got)) in call.args.iter().zip(&pulled.args).enumerate() {
        if !expected.same(&**got) {
            let name = call.handle.arguments[i];
            return Err((Check::Undo, format!("`{name}` is {}", expected.text()), got.text()));
        }
    }
    Ok(())
}

/// The cotangent of an argument has the argument's shape.
fn shapes(call: &Call<'_>, pulled: &Pulled) -> Result<(), Wrong> {
    for (i, (arg, shadow)) in call.args.iter().zip(&pulled.shadows).enumerate() {
        let Some(shadow) = shadow else { continue };
        let fits = caught(|| arg.zero().accumulate(&**shadow)).is_ok();
        if !fits || shadow.scalars().len() != arg.scalars().len() {
            let name = call.handle.arguments[i];
            return Err((
                Check::Shape,
                format!("the shape of `{name}` = {}", arg.text()),
                shadow.text(),
            ));
        }
    }
    Ok(())
}

/// All scalars of all shadows, with the argument each belongs to.
fn scalars(pulled: &Pulled) -> Vec<(usize, f64)> {
    let shadows = pulled.shadows.iter().enumerate();
    let all = shadows.filter_map(|(i, shadow)| shadow.as_ref().map(|shadow| (i, shadow.scalars())));
    all.flat_map(|(i, scalars)| scalars.into_iter().map(move |x| (i, x))).collect()
}

fn largest(all: &[(usize, f64)]) -> f64 {
    all.iter().map(|(_, x)| x.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max)
}

/// Compares what came out with what should have, where both are finite.
fn close(
    call: &Call<'_>,
    check: Check,
    what: &str,
    got: &[(usize, f64)],
    expected: &[f64],
    slack: f64,
) -> Result<(), Wrong> {
    for ((i, got), expected) in got.iter().zip(expected) {
        let finite = got.is_finite() && expected.is_finite();
        if finite && (got - expected).abs() > slack {
            let name = call.handle.arguments[*i];
            return Err((check, format!("{expected:e} for `{name}` {what}"), format!("{got:e}")));
        }
    }
    Ok(())
}

/// The pullback is linear in the cotangents: zero for zero, opposite for opposite, and additive.
fn linear(call: &Call<'_>, once: &Pulled) -> Result<(), Wrong> {
    let once = scalars(once);
    let epsilon = call.epsilon();
    for (factor, what) in [(0.0, "and zero cotangents"), (-1.0, "and the opposite cotangents")] {
        let dy = scaled(&call.dy, factor);
        let after: Vec<_> = call.after_cotangents.iter().map(|c| scaled(c, factor)).collect();
        let got = scalars(&pull(call, Seed { dy: &dy, after: &after }, &|_| true, None)?);
        let expected: Vec<f64> = once.iter().map(|(_, x)| factor * x).collect();
        close(call, Check::Linearity, what, &got, &expected, 16.0 * epsilon * largest(&once))?;
    }
    // A second pair of cotangents: the first turned round and stretched unevenly.
    let mut k = 0.0;
    let mut other = |value: &Erased| {
        let mut copy = value.boxed();
        copy.map_scalars(&mut |x| {
            k += 1.0;
            -x * (1.0 + 1.0 / k)
        });
        copy
    };
    let dy = other(&call.dy);
    let after: Vec<_> = call.after_cotangents.iter().map(&mut other).collect();
    let second = scalars(&pull(call, Seed { dy: &dy, after: &after }, &|_| true, None)?);
    let sum = |a: &Erased, b: &Erased| {
        let mut sum = a.boxed();
        sum.accumulate(&**b);
        sum
    };
    let dy = sum(&call.dy, &dy);
    let after: Vec<_> = call.after_cotangents.iter().zip(&after).map(|(a, b)| sum(a, b)).collect();
    let got = scalars(&pull(call, Seed { dy: &dy, after: &after }, &|_| true, None)?);
    let expected: Vec<f64> = once.iter().zip(&second).map(|((_, a), (_, b))| a + b).collect();
    let slack = 1e4 * epsilon * largest(&once).max(largest(&second));
    close(call, Check::Linearity, "and the sum of two cotangents", &got, &expected, slack)
}

/// A constant argument changes nothing for the others. One that the call changes has a zero
/// cotangent after the call when it is constant.
fn activities(call: &Call<'_>) -> Result<(), Wrong> {
    let count = call.args.len();
    let single = (0..count).map(|i| (i, true));
    let others = (0..count).filter(|_| count > 2).map(|i| (i, false));
    let none = std::iter::once((count, true));
    for (index, only) in single.chain(others).chain(none) {
        let active = move |i: usize| (i == index) == only;
        let some = pull(call, call.seed(), &active, None)?;
        let after = call.after_cotangents.iter().enumerate();
        let after: Vec<_> = after
            .map(|(i, cotangent)| if active(i) { cotangent.boxed() } else { cotangent.zero() })
            .collect();
        let all = pull(call, Seed { dy: &call.dy, after: &after }, &|_| true, None)?;
        undone(call, &some)?;
        for (i, shadow) in some.shadows.iter().enumerate() {
            let (Some(got), Some(expected)) = (shadow, &all.shadows[i]) else { continue };
            if !got.same(&**expected) {
                let name = call.handle.arguments[i];
                let expected =
                    format!("{} for `{name}` beside constant arguments", expected.text());
                return Err((Check::Activity, expected, got.text()));
            }
        }
    }
    Ok(())
}

/// A contribution is added to what the shadow holds.
fn accumulates(call: &Call<'_>, once: &Pulled) -> Result<(), Wrong> {
    let got = scalars(&pull(call, call.seed(), &|_| true, Some(&call.held))?);
    let once = scalars(once);
    let held = call.held.iter().enumerate().flat_map(|(i, held)| {
        let all = held.scalars();
        all.into_iter().map(move |x| if call.handle.mutable[i] { 0.0 } else { x })
    });
    let expected: Vec<f64> = once.iter().zip(held).map(|((_, x), held)| x + held).collect();
    let slack = 1e3 * call.epsilon() * (2.0 + largest(&once));
    close(call, Check::Accumulation, "on top of a shadow that is not zero", &got, &expected, slack)
}

/// The cotangents agree with central differences where those are accurate.
fn differences(rule: &Rule, call: &Call<'_>, pulled: &Pulled) -> Result<Outcome, Wrong> {
    let relative = rule.tolerance.unwrap_or_else(|| tolerance(call.epsilon()));
    let mut outcome = Outcome { decided: true, worst: 0.0 };
    for (estimate, (i, got)) in partials(call).iter().zip(scalars(pulled)) {
        let allowed = relative * estimate.scale;
        let usable = estimate.value.is_finite() && estimate.error <= allowed;
        if !usable || !allowed.is_finite() {
            outcome.decided = false;
            continue;
        }
        let bound = allowed + estimate.error;
        let difference = (got - estimate.value).abs();
        // Written this way round so that a cotangent that is not a number fails.
        let close = difference <= bound;
        if !close {
            let name = call.handle.arguments[i];
            let expected = format!("{:e} ± {bound:.1e} for `{name}`", estimate.value);
            return Err((Check::Differences, expected, format!("{got:e}")));
        }
        if difference > 0.0 {
            outcome.worst = outcome.worst.max(difference / estimate.scale);
        }
    }
    Ok(outcome)
}
