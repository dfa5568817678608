//! What a check found, and how it prints.

use chainrules_core::Rule;
use std::fmt;
use std::time::Duration;

/// The checks a rule has to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The rule's value is the function's value, bit for bit.
    Value,
    /// There is one cotangent for each argument.
    Count,
    /// Twice the cotangent of the result gives twice the cotangents of the arguments.
    Linearity,
    /// The cotangents agree with finite differences.
    Differences,
    /// At least one case could be decided.
    Decided,
    /// The rule does not panic.
    Panic,
    /// A failure comes back for the same input.
    Repeatable,
}

impl Check {
    /// The check's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Count => "count",
            Self::Linearity => "linearity",
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
    /// The arguments; empty if the failure is of no one input.
    pub args: Vec<f64>,
    /// The cotangent of the result.
    pub cotangent: f64,
    /// What the check expected.
    pub expected: String,
    /// What the rule gave.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "check `{}` failed", self.check.name())?;
        if !self.args.is_empty() {
            writeln!(f, "  arguments {:?}, cotangent {:?}", self.args, self.cotangent)?;
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
    /// The number of cases that ran, not counting those of the search for a smaller input.
    pub cases: u32,
    /// The number of cases in which some finite difference was too inaccurate to judge by.
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
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, cases, undecided, worst, elapsed, .. } = self;
        let verdict = self.failure.as_ref().map_or("ok", |failure| failure.check.name());
        let ms = elapsed.as_secs_f64() * 1e3;
        let (name, ty) = (rule.name, rule.ty);
        write!(f, "{name:<16} {ty:<5} {cases:>6} {undecided:>10} {worst:>12.1e} {ms:>8.1}ms ")?;
        write!(f, "{verdict}")
    }
}

/// The head of the table of reports.
pub fn header() -> String {
    let (worst, time) = ("worst error", "time");
    format!(
        "{:<16} {:<5} {:>6} {:>10} {worst:>12} {time:>10}",
        "rule", "type", "cases", "undecided"
    )
}

/// The rule's module, name and type, such as `chainrules::float::trigonometric::sin::f64`: what
/// filters are matched with.
pub fn path(rule: &Rule) -> String {
    format!("{}::{}::{}", rule.module, rule.name, rule.ty)
}
