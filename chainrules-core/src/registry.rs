//! The registry of all rules that are linked into a program.

use crate::Handle;
use linkme::distributed_slice;
use std::any::Any;
use std::fmt;
use std::sync::OnceLock;

/// The kinds of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Partial derivatives of a function of real scalars.
    Scalar,
    /// A value and a pullback.
    Rrule,
    /// A function that changes its arguments, with the way back.
    Mutating,
    /// A view into an argument; the cotangent of the view is the view of the cotangent.
    Projection,
    /// A function that carries no derivative.
    Inert,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Scalar => "scalar",
            Self::Rrule => "rrule",
            Self::Mutating => "mutating",
            Self::Projection => "projection",
            Self::Inert => "inert",
        })
    }
}

/// One registered rule at one choice of concrete types.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The crate that defines the rule.
    pub krate: &'static str,
    /// The module that defines the rule.
    pub module: &'static str,
    /// The source file that defines the rule.
    pub file: &'static str,
    /// The line of the definition.
    pub line: u32,
    /// The function that the rule is for, such as `[T]::swap` or `std::mem::swap`.
    pub name: &'static str,
    /// The function by the whole names of its types: rules of one function have the same.
    pub subject: fn() -> String,
    /// The rule's signature.
    pub signature: &'static str,
    /// The kind of rule.
    pub kind: Kind,
    /// The domain of the inputs as the rule states it; empty if they are drawn by type.
    pub domain: &'static str,
    /// The concrete types, such as `T = f64`; empty if the rule is not generic.
    pub types: &'static str,
    /// The relative error allowed where the rule states one; else it follows from the types.
    pub tolerance: Option<f64>,
    /// What runs the rule.
    pub handle: Handle,
}

/// The slice that the linker collects.
#[distributed_slice]
pub static RULES: [Rule];

/// All rules linked into this program, ordered by module, name and types.
///
/// A crate's rules are linked when the program mentions the crate at all; `use its_crate as _;`
/// is enough.
pub fn rules() -> Vec<Rule> {
    let mut all = RULES.to_vec();
    all.sort_by_key(|r| (r.module, r.name, r.types, r.line));
    all
}

/// The one rule of a function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` are two rules of one function",
    label = "a second rule of the function",
    note = "a call has the rule that is imported where it stands, so that one of them would be unused without a word"
)]
pub trait IsTheRule<Other> {}

impl<T> IsTheRule<T> for T {}
// A second one, so that the compiler asks for the trait and not for equal types.
impl<T> IsTheRule<[T; 0]> for T {}

/// The two names are those of one rule.
pub const fn the_rules_are_one<Rule: IsTheRule<Other>, Other>() {}

/// The pullback that a rule makes, as a call of its method finds it.
#[diagnostic::on_unimplemented(
    message = "this is a second rule of the method",
    label = "a call has the other one",
    note = "the type itself has a rule of the method, as `#[differentiable]` on its `impl` makes it: take away one of the two"
)]
pub trait IsFound<Other> {}

impl<T> IsFound<T> for T {}
impl<T> IsFound<[T; 0]> for T {}

/// The two pullbacks are those of one rule.
pub fn is_this_rule<This: IsFound<Found>, Found>(_: This, _: Found) {}

/// A function that is called by its address, with its derivative.
#[derive(Clone, Copy)]
pub struct FunctionRule {
    /// The module and the name of the function.
    pub name: &'static str,
    /// The address of the function.
    pub address: fn() -> *const (),
    /// The pull of a call: an `fn` that takes each argument (one by value as a reference), the
    /// cotangent of the value, and for each argument an `Option` of the cotangent to which is added.
    pub pull: &'static (dyn Any + Send + Sync),
}

/// The slice that the linker collects.
#[distributed_slice]
pub static FUNCTIONS: [FunctionRule];

/// The derivative of the function at an address: a `P` as [`FunctionRule::pull`] says.
///
/// # Panics
/// When no such function is registered in this program, or two are that have one address.
pub fn pull_of<P: Copy + 'static>(address: *const ()) -> P {
    static BY_ADDRESS: OnceLock<Vec<(usize, FunctionRule)>> = OnceLock::new();
    let all = BY_ADDRESS.get_or_init(|| {
        let mut all: Vec<_> = FUNCTIONS.iter().map(|f| ((f.address)().addr(), *f)).collect();
        all.sort_by_key(|(address, f)| (*address, f.name));
        all
    });
    let first = all.partition_point(|(a, _)| *a < address.addr());
    let here = all[first..].iter().take_while(|(a, _)| *a == address.addr());
    let mut here = here.filter_map(|(_, f)| Some((f, f.pull.downcast_ref::<P>()?)));
    match (here.next(), here.next()) {
        (Some((_, pull)), None) => *pull,
        (Some((a, _)), Some((b, _))) => merged(a.name, b.name),
        (None, _) => unregistered(),
    }
}

#[cold]
fn merged(a: &str, b: &str) -> ! {
    panic!(
        "`{a}` and `{b}` have one address, so that an `fn` pointer does not tell which derivative is \
         meant: pass them by their names or in closures"
    )
}

#[cold]
fn unregistered() -> ! {
    panic!(
        "a function that is called by an `fn` pointer has no derivative in the registry: write \
         `#[differentiable(pointer)]` on it (of another crate's function: on one of your own that calls \
         it), or pass it by its name or in a closure"
    )
}

/// The crate of the path of a module.
pub const fn crate_of(path: &'static str) -> &'static str {
    let mut end = 0;
    while end < path.len() && path.as_bytes()[end] != b':' {
        end += 1;
    }
    path.split_at(end).0
}
