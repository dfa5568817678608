//! The run of all checks on drawn inputs.

use crate::case;
use crate::report::{Check, Failure, Report, path};
use chainrules_core::{Draw, Rule, rules};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::Cell;
use std::time::Instant;

/// How to check.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The number of inputs for each rule.
    pub cases: u32,
    /// The seed of the inputs; the same seed gives the same inputs.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cases: 128, seed: 0 }
    }
}

/// The number of choices that are made smaller in the search for a small input.
const CHOICES: usize = 96;

/// Checks all rules linked into this program whose [`path`] contains the filter.
pub fn check_all(filter: Option<&str>, options: &Options) -> Vec<Report> {
    let wanted = |rule: &Rule| filter.is_none_or(|part| path(rule).contains(part));
    rules().iter().filter(|rule| wanted(rule)).map(|rule| check_rule(rule, options)).collect()
}

/// Checks all rules of one crate; what [`check_crate!`](crate::check_crate) runs.
///
/// # Panics
/// When a rule fails, with all failures; when the crate has registered no rule; when a function has
/// two rules.
pub fn assert_crate(krate: &str) {
    let of_crate: Vec<Rule> = rules().into_iter().filter(|rule| rule.krate == krate).collect();
    assert!(
        !of_crate.is_empty(),
        "`{krate}` has registered no rule: is it linked? Write `check_crate!(the_crate)` or `use the_crate as _;`"
    );
    let twice = duplicates();
    assert!(twice.is_empty(), "two rules of one function:\n{}", twice.join("\n"));
    let reports = of_crate.iter().map(|rule| check_rule(rule, &Options::default()));
    let failures: Vec<String> = reports.filter_map(|report| report.describe_failure()).collect();
    let count = failures.len();
    assert!(count == 0, "{count} of {} rules failed:\n\n{}", of_crate.len(), failures.join("\n\n"));
}

/// Rules of one function, such as `a::[T]::swap and b::[f64]::swap`: a call has the one that is imported
/// where it stands, or is ambiguous.
pub fn duplicates() -> Vec<String> {
    let mut all: Vec<_> = rules().into_iter().map(|rule| (function(&rule), rule)).collect();
    all.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| path(x).cmp(&path(y))));
    let place = |rule: &Rule| (rule.module, rule.file, rule.line);
    let same =
        |pair: &&[(String, Rule)]| pair[0].0 == pair[1].0 && place(&pair[0].1) != place(&pair[1].1);
    let pairs = all.windows(2).filter(same);
    let mut said: Vec<_> =
        pairs.map(|pair| format!("{} and {}", path(&pair[0].1), path(&pair[1].1))).collect();
    said.sort();
    said.dedup();
    said
}

/// What a rule is for, one function by any of its paths.
fn function(rule: &Rule) -> String {
    let subject = (rule.subject)();
    match subject.split_once("::") {
        Some(("core" | "alloc", rest)) => format!("std::{rest}"),
        _ => subject,
    }
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
    let result = runner.run(&vec![0..Draw::CHOICES; CHOICES], |choices| {
        let outcome = case::run(rule, &choices);
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
    let no_input = |check, expected: &str, got: String| Failure {
        check,
        args: Vec::new(),
        cotangents: String::new(),
        expected: expected.into(),
        got,
    };
    let failure = match result {
        Ok(()) if undecided.get() == cases.get() => Some(no_input(
            Check::Decided,
            "at least one case with a usable finite difference",
            format!("{} cases, all undecided", cases.get()),
        )),
        Ok(()) => None,
        Err(TestError::Fail(reason, choices)) => {
            Some(case::run(rule, &choices).err().unwrap_or_else(|| {
                no_input(
                    Check::Repeatable,
                    "the same failure for the same input",
                    format!("`{reason}`, then no failure"),
                )
            }))
        }
        Err(TestError::Abort(reason)) => {
            Some(no_input(Check::Decided, "a finished run", reason.to_string()))
        }
    };
    Report {
        rule: *rule,
        options: *options,
        cases: cases.get(),
        undecided: undecided.get(),
        worst: worst.get(),
        elapsed: start.elapsed(),
        failure,
    }
}
