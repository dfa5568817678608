//! Questions about a complex number: no derivative.

use crate::Real;
use chainrules_core::inert;
use num_complex::Complex;
use num_traits::float::FloatCore;

inert! {
    impl<T: Real + FloatCore> Complex<T>, check(T = f64, T = f32) {
        fn is_nan(self) -> bool;
        fn is_infinite(self) -> bool;
        fn is_finite(self) -> bool;
        fn is_normal(self) -> bool;
    }
}
