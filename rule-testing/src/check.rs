//! Running the checks on one rule or on all.

use crate::differences::{partial, tolerance};
use crate::report::{Check, Failure, Report, path};
use chainrules_core::{Rule, rules};
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::Cell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// How much to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The number of inputs drawn for each rule.
    pub cases: u32,
    /// The seed of the draws; the same seed draws the same inputs.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cases: 256, seed: 0 }
    }
}

/// What a case without a failure tells.
struct Outcome {
    /// Whether every partial derivative could be judged.
    decided: bool,
    /// The worst relative error among those that could.
    worst: f64,
}

/// Checks all rules linked into this program whose [`path`] contains the filter.
pub fn check_all(filter: Option<&str>, options: &Options) -> Vec<Report> {
    let wanted = |rule: &Rule| filter.is_none_or(|part| path(rule).contains(part));
    rules().iter().filter(|rule| wanted(rule)).map(|rule| check_rule(rule, options)).collect()
}

/// Checks one rule on drawn inputs.
pub fn check_rule(rule: &Rule, options: &Options) -> Report {
    let start = Instant::now();
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&options.seed.to_le_bytes());
    let config = Config {
        cases: options.cases,
        max_shrink_iters: 4096,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);

    let (cases, undecided, worst) = (Cell::new(0), Cell::new(0), Cell::new(0.0));
    let shrinking = Cell::new(false);
    let result = runner.run(&inputs(rule), |(args, dy)| {
        let outcome = run_case(rule, &args, dy);
        if !shrinking.get() {
            cases.set(cases.get() + 1);
        }
        match outcome {
            Ok(outcome) if !shrinking.get() => {
                undecided.set(undecided.get() + u32::from(!outcome.decided));
                worst.set(outcome.worst.max(worst.get()));
            }
            Ok(_) => {}
            Err(failure) => {
                shrinking.set(true);
                return Err(TestCaseError::fail(failure.check.name()));
            }
        }
        Ok(())
    });
    let failure = match result {
        Ok(()) if undecided.get() == cases.get() => Some(Failure {
            check: Check::Decided,
            args: Vec::new(),
            cotangent: 0.0,
            expected: "at least one case with a usable finite difference".into(),
            got: format!("{} cases, all undecided", cases.get()),
        }),
        Ok(()) => None,
        Err(TestError::Fail(reason, (args, dy))) => {
            Some(run_case(rule, &args, dy).err().unwrap_or_else(|| Failure {
                check: Check::Repeatable,
                args,
                cotangent: dy,
                expected: format!("the same failure again: {reason}"),
                got: "no failure".into(),
            }))
        }
        Err(TestError::Abort(reason)) => Some(Failure {
            check: Check::Decided,
            args: Vec::new(),
            cotangent: 0.0,
            expected: "a finished run".into(),
            got: reason.to_string(),
        }),
    };
    Report {
        rule: *rule,
        cases: cases.get(),
        undecided: undecided.get(),
        worst: worst.get(),
        elapsed: start.elapsed(),
        failure,
    }
}

/// Arguments from the rule's domain and a cotangent of either sign that is not close to zero.
///
/// An argument is drawn as an integer number of small units away from the point of its interval
/// that is closest to zero: `proptest` halves integers in its search for a smaller input, but
/// for floats it tries nothing between the drawn value and the end of the range.
fn inputs(rule: &Rule) -> impl Strategy<Value = (Vec<f64>, f64)> + use<> {
    let single = rule.epsilon == f64::from(f32::EPSILON);
    let round = move |x: f64| if single { f64::from(x as f32) } else { x };
    let intervals = rule.domain;
    let grid = |interval: &Range<f64>| {
        let (origin, unit) = origin_and_unit(interval);
        assert!(unit.is_finite() && unit > 0.0, "`{}` has a bad domain: {interval:?}", path(rule));
        ((interval.start - origin) / unit) as i64..((interval.end - origin) / unit) as i64
    };
    let steps: Vec<Range<i64>> = intervals.iter().map(grid).collect();
    (steps, 0.5_f64..2.0, any::<bool>()).prop_map(move |(steps, size, negative)| {
        let place = |(step, interval): (i64, &Range<f64>)| {
            let (origin, unit) = origin_and_unit(interval);
            round(origin + step as f64 * unit)
        };
        let args = steps.into_iter().zip(intervals).map(place).collect();
        (args, round(if negative { -size } else { size }))
    })
}

/// The point of an interval that is closest to zero, and the unit arguments are drawn in.
fn origin_and_unit(interval: &Range<f64>) -> (f64, f64) {
    let origin = 0.0_f64.max(interval.start).min(interval.end);
    (origin, (interval.end - interval.start) / (1_u64 << 50) as f64)
}

/// All checks on one input; a panic of the rule is a failure too.
fn run_case(rule: &Rule, args: &[f64], dy: f64) -> Result<Outcome, Failure> {
    catch_unwind(AssertUnwindSafe(|| checks(rule, args, dy))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Failure {
            check: Check::Panic,
            args: args.to_vec(),
            cotangent: dy,
            expected: "no panic".into(),
            got: text.unwrap_or("a panic without a text").into(),
        })
    })
}

fn checks(rule: &Rule, args: &[f64], dy: f64) -> Result<Outcome, Failure> {
    let fail = |check, expected: String, got: String| {
        Err(Failure { check, args: args.to_vec(), cotangent: dy, expected, got })
    };
    let primal = (rule.primal)(args);
    let (value, cotangents) = (rule.pullback)(args, dy);
    if value.to_bits() != primal.to_bits() {
        return fail(Check::Value, format!("{primal:?}"), format!("{value:?}"));
    }
    if cotangents.len() != args.len() {
        return fail(Check::Count, args.len().to_string(), cotangents.len().to_string());
    }
    let (_, doubled) = (rule.pullback)(args, 2.0 * dy);
    if doubled.len() != cotangents.len() {
        return fail(Check::Count, args.len().to_string(), doubled.len().to_string());
    }
    for (index, (once, twice)) in cotangents.iter().zip(&doubled).enumerate() {
        let expected = 2.0 * once;
        let slack = 16.0 * rule.epsilon * expected.abs().max(twice.abs());
        let finite = expected.is_finite() && twice.is_finite();
        if finite && (twice - expected).abs() > slack {
            return fail(
                Check::Linearity,
                format!("{expected:e} for argument {index} and the doubled cotangent"),
                format!("{twice:e}"),
            );
        }
    }
    let mut outcome = Outcome { decided: true, worst: 0.0 };
    for (index, got) in cotangents.iter().enumerate() {
        let estimate = partial(rule, args, index);
        let allowed = tolerance(rule.epsilon) * estimate.scale;
        let usable = estimate.value.is_finite() && estimate.error <= allowed;
        if !usable || !allowed.is_finite() {
            outcome.decided = false;
            continue;
        }
        let expected = dy * estimate.value;
        let bound = dy.abs() * (allowed + estimate.error);
        let difference = (got - expected).abs();
        // Written this way round so that a cotangent that is not a number fails.
        let close = difference <= bound;
        if !close {
            return fail(
                Check::Differences,
                format!("{expected:e} ± {bound:.1e} for argument {index}"),
                format!("{got:e}"),
            );
        }
        if difference > 0.0 {
            outcome.worst = outcome.worst.max(difference / (dy.abs() * estimate.scale));
        }
    }
    Ok(outcome)
}
