//! Rules that are wrong in one way each, and what the checks say about them.

use chainrules_core::Rule;
use rule_testing::{Check, Options, Report, check_rule};

type Pullback = fn(&[f64], f64) -> (f64, Vec<f64>);

const OPTIONS: Options = Options { cases: 64, seed: 1 };

const SIN: Rule = Rule {
    name: "sin",
    ty: "f64",
    module: module_path!(),
    file: file!(),
    line: line!(),
    domain: &[-3.0..3.0],
    epsilon: f64::EPSILON,
    primal: |x| x[0].sin(),
    pullback: |x, dy| (x[0].sin(), vec![dy * x[0].cos()]),
};

const PRODUCT: Rule = Rule {
    name: "product",
    domain: &[0.5..3.0, -3.0..-0.5],
    primal: |x| x[0] * x[1],
    pullback: |x, dy| (x[0] * x[1], vec![dy * x[1], dy * x[0]]),
    ..SIN
};

fn sin_with(pullback: Pullback) -> Report {
    check_rule(&Rule { pullback, ..SIN }, &OPTIONS)
}

fn assert_fails(report: Report, check: Check) {
    let failure = report.failure.expect("the rule is wrong");
    assert_eq!(failure.check, check, "{failure}");
}

#[test]
fn right_rules_pass() {
    let single = Rule {
        ty: "f32",
        epsilon: f32::EPSILON.into(),
        primal: |x| (x[0] as f32).sin().into(),
        pullback: |x, dy| {
            let x = x[0] as f32;
            (x.sin().into(), vec![(dy as f32 * x.cos()).into()])
        },
        ..SIN
    };
    for rule in [SIN, PRODUCT, single] {
        let report = check_rule(&rule, &OPTIONS);
        assert!(report.passed(), "{:?}", report.failure);
        assert_eq!(report.cases, OPTIONS.cases);
        assert!(report.undecided * 10 < report.cases, "{report}");
    }
}

#[test]
fn a_wrong_sign_fails() {
    assert_fails(sin_with(|x, dy| (x[0].sin(), vec![-dy * x[0].cos()])), Check::Differences);
}

#[test]
fn a_wrong_factor_fails() {
    assert_fails(sin_with(|x, dy| (x[0].sin(), vec![1.001 * dy * x[0].cos()])), Check::Differences);
}

#[test]
fn a_missing_term_fails() {
    let pullback: Pullback = |x, dy| (x[0] * x[1], vec![dy * x[1], 0.0]);
    assert_fails(check_rule(&Rule { pullback, ..PRODUCT }, &OPTIONS), Check::Differences);
}

#[test]
fn a_missing_cotangent_fails() {
    let pullback: Pullback = |x, dy| (x[0] * x[1], vec![dy * x[1]]);
    assert_fails(check_rule(&Rule { pullback, ..PRODUCT }, &OPTIONS), Check::Count);
}

#[test]
fn a_wrong_value_fails() {
    assert_fails(sin_with(|x, dy| (x[0].sin().next_up(), vec![dy * x[0].cos()])), Check::Value);
}

#[test]
fn a_cotangent_that_is_not_linear_fails() {
    assert_fails(sin_with(|x, _| (x[0].sin(), vec![x[0].cos()])), Check::Linearity);
}

#[test]
fn a_cotangent_that_is_not_a_number_fails() {
    assert_fails(sin_with(|x, _| (x[0].sin(), vec![f64::NAN])), Check::Differences);
}

#[test]
fn a_panic_fails() {
    assert_fails(sin_with(|_, _| panic!("on purpose")), Check::Panic);
}

#[test]
fn a_rule_without_a_decided_case_fails() {
    let rule = Rule { primal: |_| f64::NAN, pullback: |_, _| (f64::NAN, vec![0.0]), ..SIN };
    let report = check_rule(&rule, &OPTIONS);
    assert_eq!(report.undecided, report.cases);
    assert_fails(report, Check::Decided);
    assert_fails(check_rule(&SIN, &Options { cases: 0, seed: 0 }), Check::Decided);
}

#[test]
fn a_kink_is_undecided() {
    let rule = Rule {
        domain: &[-1e-7..1e-7],
        primal: |x| x[0].abs(),
        pullback: |x, dy| (x[0].abs(), vec![dy * x[0].signum()]),
        ..SIN
    };
    assert_fails(check_rule(&rule, &OPTIONS), Check::Decided);
}

#[test]
fn the_input_is_made_small_and_the_run_repeats() {
    let run = || {
        let report = sin_with(|x, dy| {
            let slope = if x[0] > 1.0 { 0.0 } else { x[0].cos() };
            (x[0].sin(), vec![dy * slope])
        });
        report.failure.expect("the rule is wrong above 1").args[0]
    };
    let smallest = run();
    assert!(smallest > 1.0 && smallest < 1.01, "{smallest}");
    assert_eq!(smallest, run());
}

#[test]
fn a_domain_may_cross_a_kink_or_a_jump() {
    let abs = Rule {
        primal: |x| x[0].abs(),
        pullback: |x, dy| (x[0].abs(), vec![dy * x[0].signum()]),
        ..SIN
    };
    let floor =
        Rule { primal: |x| x[0].floor(), pullback: |x, _| (x[0].floor(), vec![0.0]), ..SIN };
    for rule in [abs, floor] {
        for epsilon in [f64::EPSILON, 1e-9] {
            let report = check_rule(&Rule { epsilon, ..rule }, &Options { cases: 4096, seed: 1 });
            assert!(report.passed(), "{:?}", report.failure);
        }
    }
    let pullback: Pullback = |x, dy| (x[0].abs(), vec![dy]);
    assert_fails(check_rule(&Rule { pullback, ..abs }, &OPTIONS), Check::Differences);
}
