//! The derivatives of the methods of floats: outside of the domain they are NaN like the value, and
//! nowhere else; everywhere they have the digits of their type. The sweeps take what is registered, so
//! that they find a new rule by themselves.

use chainrules as _;
use chainrules_core::{Draw, Kind, Rule, rules};

/// What only adds, scales, chooses or copies has that derivative whatever the values are.
const WHATEVER_THE_VALUES: [&str; 16] = [
    "add", "clamp", "copysign", "div", "from", "from_f32", "from_f64", "max", "midpoint", "min",
    "mul", "mul_add", "rem", "sub", "to_f32", "to_f64",
];

/// The name of a method of a float with a derivative that depends on the values.
fn method(rule: &Rule) -> Option<&'static str> {
    let name = rule.name.strip_prefix("f64::").or(rule.name.strip_prefix("f32::"))?;
    // That of a conversion has the type that is converted.
    let name = name.split('(').next()?;
    (rule.kind != Kind::Inert && !WHATEVER_THE_VALUES.contains(&name)).then_some(name)
}

/// The scalars of the value, and the partial derivatives of their sum, with the real arguments `x`;
/// an integer among the arguments is the draw's.
fn partials(rule: &Rule, x: &[f64], draw: &Draw) -> (Vec<f64>, Vec<f64>) {
    let mut args = (rule.handle.draw)(&mut draw.clone());
    let mut reals = x.iter();
    for arg in &mut args {
        arg.map_scalars(&mut |_| *reals.next().expect("a number for each real argument"));
    }
    let mut shadows: Vec<_> = args.iter().map(|arg| Some(arg.zero())).collect();
    let (value, back) = (rule.handle.forward)(&mut args);
    let mut dy = value.boxed();
    dy.map_scalars(&mut |_| 1.0);
    back(&mut args, &*dy, &mut shadows);
    let partials = shadows.iter().flatten().flat_map(|shadow| shadow.scalars());
    (value.scalars(), partials.collect())
}

/// Numbers of either sign, inside and outside of domains, at their ends and beside those.
fn grid(rule: &Rule) -> Vec<f64> {
    let sizes = [0.0, 1e-300, f64::MIN_POSITIVE, 1e-9, 0.25, 0.5, 1.0 - 1e-7, 1.0, 1.0 + 1e-7];
    let large = [1.5, 2.0, 3.0, 19.5, 1e3, 1e30, 1e200, f64::MAX, f64::INFINITY, f64::NAN];
    let all = sizes.iter().chain(&large).flat_map(|x| [*x, -x]);
    if rule.name.starts_with("f32") {
        all.map(|x| f64::from(x as f32)).collect()
    } else {
        all.collect()
    }
}

fn of_one_argument(rule: &Rule) -> bool {
    rule.handle.arguments.len() == 1
}

#[test]
fn one_argument() {
    let rules = rules();
    let swept = rules.iter().filter(|rule| method(rule).is_some() && of_one_argument(rule));
    let mut count = 0;
    for rule in swept {
        count += 1;
        let draw = Draw::new(Vec::new());
        let at = |x: f64| {
            let (value, slope) = partials(rule, &[x], &draw);
            (value.iter().any(|y| y.is_nan()), slope[0])
        };
        for x in grid(rule) {
            let (nan, slope) = at(x);
            assert_eq!(slope.is_nan(), nan, "{} has the slope {slope} at {x}", rule.name);
            if slope.is_infinite() && x.is_finite() {
                // The steepness beside it, where that is still in the domain.
                let step = x.abs().max(1e-30) * 1e-6;
                let beside = [x - step, x + step].map(|x| at(x).1);
                let mut inside = beside.iter().filter(|slope| !slope.is_nan()).peekable();
                assert!(inside.peek().is_some(), "{} is defined at {x} alone", rule.name);
                assert!(
                    inside.all(|beside| beside.signum() == slope.signum() && beside.abs() > 1e2),
                    "{} has the slope {slope} at {x} and {beside:?} beside it",
                    rule.name
                );
            }
        }
    }
    assert!(count >= 2 * 30, "{count} methods of one argument");
}

#[test]
fn several_arguments() {
    let rules = rules();
    let swept: Vec<_> =
        rules.iter().filter(|rule| method(rule).is_some() && !of_one_argument(rule)).collect();
    for name in ["atan2", "div_euclid", "hypot", "log", "powf", "powi", "rem_euclid"] {
        assert!(swept.iter().any(|rule| method(rule) == Some(name)), "{name} is missing");
    }
    let draws: Vec<_> = (0..20).map(|i| Draw::new(vec![i * 0x9e37_79b9, i, i * 7])).collect();
    for (rule, draw) in swept.into_iter().flat_map(|rule| draws.iter().map(move |d| (rule, d))) {
        for (x, b) in grid(rule).iter().flat_map(|x| grid(rule).into_iter().map(move |b| (*x, b))) {
            let (value, partials) = partials(rule, &[x, b], draw);
            // A logarithm in base 0 is 0 with a derivative of every size beside it.
            if method(rule) == Some("log") && b == 0.0 {
                continue;
            }
            let finite = [x, b, value[0]].iter().all(|x| x.is_finite());
            for partial in partials {
                assert!(
                    if value[0].is_nan() {
                        partial.is_nan()
                    } else {
                        !(finite && partial.is_nan())
                    },
                    "{} is {} at {x}, {b} and has the partial derivative {partial}",
                    rule.name,
                    value[0]
                );
            }
        }
    }
}

/// Numbers of both signs and many sizes, also close to 1, where domains end.
fn moderate() -> Vec<f64> {
    let sizes = (-12..14).map(|i| 1.7_f64.powi(i)).chain((1..20).map(|i| 1.0 - 0.5_f64.powi(i)));
    sizes.chain((1..20).map(|i| 1.0 + 0.5_f64.powi(i))).flat_map(|x| [x, -x]).collect()
}

// The rule for `f32` does what that for `f64` does, so where the two differ by more than the roundoff
// of `f32`, the formula loses digits.
#[test]
fn digits() {
    let rules = rules();
    let draw = Draw::new(Vec::new());
    let (least, largest) = (f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
    for single in rules.iter().filter(|rule| rule.name.starts_with("f32::")) {
        // An exponent of `powi` is the draw's; a sum of sine and cosine cancels.
        if method(single).is_none_or(|name| ["powi", "sin_cos"].contains(&name)) {
            continue;
        }
        let name = single.name.replace("f32", "f64");
        let double = rules.iter().find(|rule| rule.name == name).expect("a rule for each type");
        for (x, b) in moderate().iter().flat_map(|x| moderate().into_iter().map(move |b| (*x, b))) {
            let x = [f64::from(x as f32), f64::from(b as f32)];
            let (got, expected) = (partials(single, &x, &draw).1, partials(double, &x, &draw).1);
            for (got, expected) in got.iter().zip(&expected) {
                let normal = (least..largest).contains(&expected.abs());
                let error = (got / expected - 1.0).abs() / f64::from(f32::EPSILON);
                assert!(
                    !normal || error < 8.0,
                    "{} at {x:?} has the derivative {got}, not {expected}",
                    single.name
                );
            }
        }
    }
}
