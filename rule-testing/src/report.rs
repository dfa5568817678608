//! What a check found, and how it prints.

use crate::Options;
use chainrules_core::Rule;
use std::fmt;
use std::time::Duration;

/// The checks a rule has to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Arguments can be drawn.
    Inputs,
    /// The rule's value, and each changed argument, is the function's, bit for bit.
    Value,
    /// The pullback puts changed arguments back into their state before the call, bit for bit.
    Undo,
    /// A cotangent has its argument's shape.
    Shape,
    /// The cotangents of the arguments are linear in the cotangents of the results.
    Linearity,
    /// Constant arguments change nothing for the others.
    Activity,
    /// A contribution is added to what a shadow holds already.
    Accumulation,
    /// The cotangents agree with finite differences.
    Differences,
    /// At least one case could be decided.
    Decided,
    /// The rule does not panic where the function does not.
    Panic,
    /// A failure comes back for the same input.
    Repeatable,
}

impl Check {
    /// The check's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inputs => "inputs",
            Self::Value => "value",
            Self::Undo => "undo",
            Self::Shape => "shape",
            Self::Linearity => "linearity",
            Self::Activity => "activity",
            Self::Accumulation => "accumulation",
            Self::Differences => "differences",
            Self::Decided => "decided",
            Self::Panic => "panic",
            Self::Repeatable => "repeatable",
        }
    }
}

/// A failed check on the smallest input found.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The check that failed.
    pub check: Check,
    /// The arguments by name; empty if the failure is of no one input.
    pub args: Vec<(String, String)>,
    /// The cotangents of the results.
    pub cotangents: String,
    /// What the check expected.
    pub expected: String,
    /// What the rule gave.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "check `{}` failed", self.check.name())?;
        for (name, value) in &self.args {
            writeln!(f, "  {name} = {value}")?;
        }
        if !self.args.is_empty() {
            writeln!(f, "  cotangent of the value {}", self.cotangents)?;
        }
        writeln!(f, "  expected  {}", self.expected)?;
        write!(f, "  got       {}", self.got)
    }
}

/// The result of the checks of one rule. Prints as a line of the table below [`header`].
#[derive(Clone, Debug)]
pub struct Report {
    /// The rule.
    pub rule: Rule,
    /// How it was checked.
    pub options: Options,
    /// The number of cases that ran, not counting those of the search for a smaller input.
    pub cases: u32,
    /// The number of cases in which some finite difference was too inaccurate to judge by, or the
    /// function panicked.
    pub undecided: u32,
    /// The worst relative error among the derivatives that were judged and passed.
    pub worst: f64,
    /// The time it took.
    pub elapsed: Duration,
    /// The failure, if any.
    pub failure: Option<Failure>,
}

impl Report {
    /// Whether no check failed.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }

    /// The failure with the rule's place, and the command that repeats it.
    pub fn describe_failure(&self) -> Option<String> {
        let failure = self.failure.as_ref()?;
        let Self { rule, options: Options { cases, seed }, .. } = self;
        let path = path(rule);
        Some(format!(
            "{path} ({}:{}): {failure}\n  repeat    cargo xtask check-rules --filter '{path}' --cases {cases} --seed {seed}",
            rule.file, rule.line
        ))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, cases, undecided, worst, elapsed, .. } = self;
        let verdict = self.failure.as_ref().map_or("ok", |failure| failure.check.name());
        let ms = elapsed.as_secs_f64() * 1e3;
        let Rule { name, types, kind, .. } = rule;
        write!(f, "{name:<30} {types:<22} {kind:<9} {cases:>5} {undecided:>9} ")?;
        write!(f, "{worst:>11.1e} {ms:>8.1}ms {verdict}")
    }
}

/// The head of the table of reports.
pub fn header() -> String {
    format!(
        "{:<30} {:<22} {:<9} {:>5} {:>9} {:>11} {:>10}",
        "rule", "types", "kind", "cases", "undecided", "worst error", "time"
    )
}

/// The rule's module, name and types, such as `chainrules::float::trigonometric::f64::sin` or
/// `chainrules::slice::[T]::swap (T = f64)`: what filters are matched with.
pub fn path(rule: &Rule) -> String {
    let Rule { module, name, types, .. } = rule;
    if types.is_empty() {
        format!("{module}::{name}")
    } else {
        format!("{module}::{name} ({types})")
    }
}
