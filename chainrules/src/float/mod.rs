//! Rules of the methods of `f32` and `f64`, by topic.
//!
//! At the ends of their domains and outside of them they follow the convention of [`chainrules`](crate).

mod arithmetic;
mod convert;
mod exponential;
mod hyperbolic;
mod minmax;
mod power;
mod query;
mod step;
mod trigonometric;

pub use arithmetic::*;
pub use convert::*;
pub use exponential::*;
pub use hyperbolic::*;
pub use minmax::*;
pub use power::*;
pub use query::*;
pub use step::*;
pub use trigonometric::*;

/// What rules need in the type they are defined for.
trait Primitive {
    /// The natural logarithm of 2.
    const LN_2: Self;
    /// The natural logarithm of 10.
    const LN_10: Self;

    /// A derivative inside the domain, and NaN outside.
    fn only_if(self, inside: bool) -> Self;
}

macro_rules! primitive {
    ($($t:ident),+) => {$(
        impl Primitive for $t {
            const LN_2: Self = std::$t::consts::LN_2;
            const LN_10: Self = std::$t::consts::LN_10;

            #[inline(always)]
            fn only_if(self, inside: bool) -> Self {
                if inside { self } else { Self::NAN }
            }
        }
    )+};
}
primitive!(f32, f64);

/// The gradient of a method in its arguments, for the tests of the topics.
#[cfg(test)]
macro_rules! gradient {
    ($rule:ident($x:expr)) => {{
        let (x, mut dx): (f64, f64) = ($x, 0.0);
        x.$rule((chainrules_core::Active,)).1(&x, &1.0, &mut dx);
        dx
    }};
    ($rule:ident($x:expr, $b:expr)) => {{
        let (x, b): (f64, f64) = ($x, $b);
        let (mut dx, mut db) = (0.0, 0.0);
        let active = (chainrules_core::Active, chainrules_core::Active);
        x.$rule(b, active).1(&x, &b, &1.0, &mut dx, &mut db);
        (dx, db)
    }};
    ($rule:ident($x:expr, $b:expr, $c:expr)) => {{
        let (x, b, c): (f64, f64, f64) = ($x, $b, $c);
        let (mut dx, mut db, mut dc) = (0.0, 0.0, 0.0);
        let active = (chainrules_core::Active, chainrules_core::Active, chainrules_core::Active);
        x.$rule(b, c, active).1(&x, &b, &c, &1.0, &mut dx, &mut db, &mut dc);
        (dx, db, dc)
    }};
}
#[cfg(test)]
use gradient;
