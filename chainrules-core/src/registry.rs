//! The registry of all rules that are linked into a program.

use linkme::distributed_slice;
use std::ops::Range;

/// One registered rule at one concrete type, with what a checker needs to run it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The function's name.
    pub name: &'static str,
    /// The type it is registered at.
    pub ty: &'static str,
    /// The crate and module that define the rule.
    pub module: &'static str,
    /// The source file that defines the rule.
    pub file: &'static str,
    /// The line of the definition.
    pub line: u32,
    /// The interval each argument is drawn from.
    pub domain: &'static [Range<f64>],
    /// The unit roundoff of the type.
    pub epsilon: f64,
    /// The function itself.
    pub primal: fn(&[f64]) -> f64,
    /// The value that the rule's forward sweep gives, and the cotangents of the arguments for the
    /// cotangent of the result.
    pub pullback: fn(&[f64], f64) -> (f64, Vec<f64>),
}

/// The slice that the linker collects.
#[distributed_slice]
pub static RULES: [Rule];

/// All rules linked into this program, ordered by module, name and type.
///
/// A crate's rules are linked when the program mentions the crate at all; `use its_crate as _;`
/// is enough.
pub fn rules() -> Vec<Rule> {
    let mut all = RULES.to_vec();
    all.sort_by_key(|r| (r.module, r.name, r.ty));
    all
}
