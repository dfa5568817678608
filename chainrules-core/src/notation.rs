//! The macros by which rules are written.

pub use chainrules_core_macros::{inert, rrule, scalar_rule};

/// The twin of a real function of one variable, from the function and its derivative: what a check
/// passes as a function-valued argument, `check(f = twin!(f64, f64::sin, f64::cos))`.
#[macro_export]
macro_rules! twin {
    ($t:ty, $f:expr, $derivative:expr) => {
        |x: $t| {
            let f: fn($t) -> $t = $f;
            (f(x), |x: &$t, dy: &$t, dx: &mut $t| {
                let derivative: fn($t) -> $t = $derivative;
                *dx += *dy * derivative(*x);
            })
        }
    };
}
