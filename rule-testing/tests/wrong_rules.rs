//! Rules that are wrong in one way each, and what the checks say about them.

use chainrules_core::{
    Rule, Tangent, inert, like, list_of, projection, rrule, rules, scalar_rule, twin,
};
use rule_testing::{Check, Options, Report, check_rule};

const OPTIONS: Options = Options { cases: 64, seed: 1 };

fn rule(name: &str) -> Rule {
    let of_name = |rule: &Rule| rule.name == name && rule.types != "T = f32";
    rules().into_iter().find(of_name).unwrap_or_else(|| panic!("`{name}` is not registered"))
}

fn report(name: &str) -> Report {
    check_rule(&rule(name), &OPTIONS)
}

fn assert_fails(name: &str, check: Check) {
    let failure = report(name).failure.unwrap_or_else(|| panic!("`{name}` is wrong and passed"));
    assert_eq!(failure.check, check, "{failure}");
}

/// Functions whose rules are here, right and wrong.
trait Functions: Sized {
    fn right(self) -> Self;
    fn wrong_sign(self) -> Self;
    fn wrong_factor(self) -> Self;
    fn not_a_number(self) -> Self;
    fn kink(self) -> Self;
    fn wrong_above_one(self) -> Self;
    fn not_inert(self) -> Self;
    fn product(self, b: Self) -> Self;
    fn missing_term(self, b: Self) -> Self;
    fn wrong_value(&self) -> Self;
    fn nonlinear(&self) -> Self;
    fn offset(&self) -> Self;
    fn overwrites(&self) -> Self;
    fn panics(&self) -> Self;
    fn undefined(&self) -> Self;
    fn never_runs(&self) -> Self;
}

macro_rules! functions {
    ($($t:ident),+) => {$(
        impl Functions for $t {
            fn right(self) -> $t { self.sin() }
            fn wrong_sign(self) -> $t { self.sin() }
            fn wrong_factor(self) -> $t { self.sin() }
            fn not_a_number(self) -> $t { self.sin() }
            fn kink(self) -> $t { self.abs() }
            fn wrong_above_one(self) -> $t { self.sin() }
            fn not_inert(self) -> $t { self.sin() }
            fn product(self, b: $t) -> $t { self * b }
            fn missing_term(self, b: $t) -> $t { self * b }
            fn wrong_value(&self) -> $t { self.sin() }
            fn nonlinear(&self) -> $t { self.sin() }
            fn offset(&self) -> $t { self.sin() }
            fn overwrites(&self) -> $t { self.sin() }
            fn panics(&self) -> $t { self.sin() }
            fn undefined(&self) -> $t { $t::NAN }
            fn never_runs(&self) -> $t { panic!("on purpose") }
        }
    )+};
}
functions!(f32, f64);

scalar_rule!(right, |x, _| [x.cos()], x = -3.0..3.0);
scalar_rule!(wrong_sign, |x, _| [-x.cos()]);
scalar_rule!([f64::wrong_factor], |x, _| [1.001 * x.cos()]);
scalar_rule!(not_a_number, |_, _| [Self::NAN]);
scalar_rule!(kink, |x, _| [x.signum()], x = -1e-7..1e-7);
scalar_rule!([f64::wrong_above_one], |x, _| [if x > 1.0 { 0.0 } else { x.cos() }], x = -3.0..3.0);
scalar_rule!(product, |x, b, _| [b, x]);
scalar_rule!(missing_term, |_, b, _| [b, 0.0]);

inert! {
    impl f64 {
        fn not_inert(self) -> Self;
    }
}

#[rrule]
fn wrong_value(this: &f64) -> f64 {
    (this.sin().next_up(), |dy| Grad { this: dy * this.cos() })
}

#[rrule]
fn nonlinear(this: &f64) -> f64 {
    (this.sin(), |dy| Grad { this: dy * dy * this.cos() })
}

#[rrule]
fn offset(this: &f64) -> f64 {
    (this.sin(), |dy| Grad { this: dy * this.cos() + 1.0 })
}

#[rrule]
fn overwrites(this: &f64) -> f64 {
    (this.sin(), |dy| Grad { this: |d| *d = dy * this.cos() })
}

#[rrule]
fn panics(this: &f64) -> f64 {
    (this.sin(), |dy| Grad { this: if dy.is_finite() { panic!("on purpose") } else { dy } })
}

#[rrule]
fn undefined(this: &f64) -> f64 {
    (this.undefined(), |_| Grad { this: 0.0 })
}

#[rrule]
fn never_runs(this: &f64) -> f64 {
    (*this, |dy| Grad { this: dy })
}

#[rrule(Vec::clone, check(T = f64))]
fn wrong_shape<T: Tangent<M>, M>(this: &Vec<T>) -> Vec<T> {
    (this.clone(), |dy| Grad {
        this: |d| {
            d.clear();
            d.extend(dy.iter().skip(1).cloned());
        },
    })
}

#[rrule(slice::reverse, check(T = f64))]
fn lost_undo<T: Tangent<M>, M>(this: &mut [T]) {
    this.reverse();
    Mutation { undo: || this.rotate_left(0), pull: |d| d.this.reverse() }
}

#[rrule(slice::swap, check(T = f64, this = list_of(3..4), i = 0..3, j = 0..3))]
fn right_swap<T: Tangent<M>, M>(this: &mut [T], i: usize, j: usize) {
    this.swap(i, j);
    Mutation { undo: || this.swap(i, j), pull: |d| d.this.swap(i, j) }
}

#[rrule(slice::fill)]
fn kept_shadow(this: &mut [f64], value: f64) {
    let old = this.to_vec();
    this.fill(value);
    Mutation { undo: || this.copy_from_slice(&old), pull: |d| Grad { value: d.this.iter().sum() } }
}

#[rrule(slice::copy_from_slice, check(src = like(this)))]
fn consumes_only_for_active(this: &mut [f64], src: &[f64]) {
    let old = this.to_vec();
    this.copy_from_slice(src);
    Mutation {
        undo: || this.copy_from_slice(&old),
        pull: |d| Grad {
            src: |dsrc| {
                for (a, b) in dsrc.iter_mut().zip(d.this) {
                    *a += *b;
                    *b = 0.0;
                }
            },
        },
    }
}

/// A second rule of one method, in a module of its own, where it does not clash with the first.
mod second {
    chainrules_core::scalar_rule!([f64::right], |x, _| [x.cos()]);

    trait Right: Sized {
        fn right(self) -> Self {
            self
        }
    }

    impl Right for f64 {}

    /// The same function by another path.
    #[chainrules_core::rrule(core::convert::identity)]
    fn identity(x: f64) -> f64 {
        (core::convert::identity(x), |dy| Grad { x: dy })
    }
}

#[rrule(std::convert::identity)]
fn identity(x: f64) -> f64 {
    (std::convert::identity(x), |dy| Grad { x: dy })
}

#[derive(Clone, Debug)]
struct Unknown(f64);

impl Tangent<Unknown> for Unknown {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = f64::EPSILON;
    fn keep(&self) -> Self {
        self.clone()
    }
    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
    fn shape(&self) {}
    fn zero_of(_: &()) -> Self {
        Self(0.0)
    }
    fn accumulate(&mut self, rhs: &Self) {
        self.0 += rhs.0;
    }
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0 = f(self.0);
    }
}

impl Unknown {
    fn first(&self) -> f64 {
        self.0
    }
}

#[rrule]
fn first(this: &Unknown) -> f64 {
    (this.0, |dy| Grad { this: Unknown(dy) })
}

/// Views of two entries of which the mutable one lends others.
trait Pairs {
    fn pair(&self, i: usize) -> &[f64];
    fn pair_mut(&mut self, i: usize) -> &mut [f64];
    fn next_pair_mut(&mut self, i: usize) -> &mut [f64];
    fn other_pair(&self, i: usize) -> &[f64];
}

impl Pairs for Vec<f64> {
    fn pair(&self, i: usize) -> &[f64] {
        &self[i..i + 2]
    }

    fn pair_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self[i..i + 2]
    }

    fn next_pair_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self[i + 1..i + 3]
    }

    fn other_pair(&self, i: usize) -> &[f64] {
        self.pair(i)
    }
}

projection! {
    impl Vec<f64>, check(this = list_of(3..6), i = 0..this.len() - 2) {
        fn pair(&self, i: usize) -> Vec<f64>;
        fn other_pair(&self, i: usize) -> Vec<f64> = next_pair_mut;
    }
}

#[test]
fn a_projection_onto_another_part_fails() {
    assert!(report("Vec<f64>::pair").failure.is_none());
    assert_fails("Vec<f64>::other_pair", Check::Differences);
}

#[test]
fn right_rules_pass() {
    for name in ["f32::right", "f64::right", "f32::product", "f64::product", "[T]::swap"] {
        let report = report(name);
        assert!(report.passed(), "{:?}", report.describe_failure());
        assert_eq!(report.cases, OPTIONS.cases);
        assert!(report.undecided * 4 < report.cases, "{report}");
    }
}

#[test]
fn a_wrong_sign_fails() {
    assert_fails("f64::wrong_sign", Check::Differences);
    assert_fails("f32::wrong_sign", Check::Differences);
}

#[test]
fn a_wrong_factor_fails() {
    assert_fails("f64::wrong_factor", Check::Differences);
}

#[test]
fn a_missing_term_fails() {
    assert_fails("f64::missing_term", Check::Differences);
}

#[test]
fn a_cotangent_that_is_not_a_number_fails() {
    assert_fails("f64::not_a_number", Check::Differences);
}

#[test]
fn a_function_that_varies_is_not_inert() {
    assert_fails("f64::not_inert", Check::Differences);
}

#[test]
fn a_wrong_value_fails() {
    assert_fails("f64::wrong_value", Check::Value);
}

#[test]
fn a_cotangent_that_is_not_linear_fails() {
    assert_fails("f64::nonlinear", Check::Linearity);
    assert_fails("f64::offset", Check::Linearity);
}

#[test]
fn an_overwritten_shadow_fails() {
    assert_fails("f64::overwrites", Check::Accumulation);
}

#[test]
fn a_panic_fails() {
    assert_fails("f64::panics", Check::Panic);
}

#[test]
fn a_wrong_shape_fails() {
    assert_fails("Vec<T>::clone", Check::Shape);
}

// The function may change what it captures, so each call is pulled, the last first.
#[rrule(array::map, check(T = f64, U = f64, N = 2, f = twin!(f64, f64::sin, f64::cos)))]
fn map_pulled_in_the_order_of_the_calls<T: Tangent<M>, U, M, const N: usize>(
    this: [T; N],
    f: impl FnMut(T) -> U,
) -> [U; N] {
    let mut residuals = Vec::new();
    let y = this.map(|x| {
        let (y, residual) = f(x);
        residuals.push(residual);
        y
    });
    (y, |d, dy| {
        for (i, residual) in residuals.into_iter().enumerate() {
            f(residual, &this[i], &dy[i], &mut d.this[i]);
        }
    })
}

#[rrule(Option::map, check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos)))]
fn map_without_the_pull<T: Tangent<M>, U, M>(this: Option<T>, f: impl FnOnce(T) -> U) -> Option<U> {
    (this.map(|x| f(x).0), |d, _| {
        let _ = (d, f);
    })
}

#[test]
fn each_call_of_a_function_is_pulled_the_last_first() {
    for (name, said) in [
        ("[T; N]::map", "call 0 is pulled where 2 are left"),
        ("Option<T>::map", "1 calls of a function-valued argument have not been pulled"),
    ] {
        let failure = report(name).failure.expect("the rule is wrong");
        assert_eq!(failure.check, Check::Panic);
        assert!(failure.got.contains(said), "{failure}");
    }
}

#[test]
fn a_lost_undo_fails() {
    assert_fails("[T]::reverse", Check::Undo);
}

#[test]
fn a_shadow_that_outlives_what_was_overwritten_fails() {
    assert_fails("[f64]::fill", Check::Differences);
    assert_fails("[f64]::copy_from_slice", Check::Activity);
}

#[test]
fn a_rule_without_a_decided_case_fails() {
    for name in ["f64::undefined", "f64::never_runs", "f64::kink"] {
        let report = report(name);
        assert_eq!(report.undecided, report.cases);
        assert_fails(name, Check::Decided);
    }
    let report = check_rule(&rule("f64::right"), &Options { cases: 0, seed: 0 });
    assert_eq!(report.failure.map(|failure| failure.check), Some(Check::Decided));
}

#[test]
fn a_second_rule_of_one_function_is_found() {
    let expected = [
        "wrong_rules::f64::right and wrong_rules::second::f64::right",
        "wrong_rules::second::core::convert::identity and wrong_rules::std::convert::identity",
    ];
    assert_eq!(rule_testing::duplicates(), expected);
}

#[test]
fn a_type_that_cannot_be_drawn_says_what_to_write() {
    let failure = report("Unknown::first").failure.expect("no inputs are known");
    assert_eq!(failure.check, Check::Inputs);
    assert!(failure.got.contains("write `inputs!("), "{failure}");
}

#[test]
fn the_input_is_made_small_and_the_run_repeats() {
    let run = || report("f64::wrong_above_one").failure.expect("the rule is wrong above 1").args;
    let smallest: f64 = run()[0].1.parse().expect("the argument is a number");
    assert!(smallest > 1.0 && smallest < 1.01, "{smallest}");
    assert_eq!(run(), run());
}

#[test]
fn a_failure_says_where_and_how_to_repeat_it() {
    let text = report("f64::wrong_sign").describe_failure().expect("the rule is wrong");
    assert!(text.contains("wrong_rules.rs:"), "{text}");
    let repeat =
        "cargo xtask check-rules --filter 'wrong_rules::f64::wrong_sign' --cases 64 --seed 1";
    assert!(text.contains(repeat), "{text}");
}

#[test]
#[should_panic(expected = "has registered no rule")]
fn a_crate_without_rules_fails() {
    rule_testing::assert_crate("a-crate-that-is-not-linked");
}
