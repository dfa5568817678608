//! The rule of a function of this crate is found beside the function, and there is one.
use chainrules_core::rrule;

pub fn log_gamma(x: f64) -> f64 {
    x
}

pub fn digamma(x: f64) -> f64 {
    x
}

pub fn right(x: f64) -> f64 {
    x
}

pub use first::{digamma, right};

mod first {
    use super::*;

    #[rrule(crate::log_gamma)]
    fn log_gamma(x: f64) -> f64 {
        (crate::log_gamma(x), |dy| Grad { x: dy })
    }

    #[rrule(crate::digamma)]
    fn digamma(x: f64) -> f64 {
        (crate::digamma(x), |dy| Grad { x: dy })
    }

    #[rrule(crate::right)]
    fn right(x: f64) -> f64 {
        (crate::right(x), |dy| Grad { x: dy })
    }
}

mod second {
    use super::*;

    #[rrule(crate::digamma)]
    fn digamma(x: f64) -> f64 {
        (crate::digamma(x), |dy| Grad { x: dy })
    }
}

fn main() {}
