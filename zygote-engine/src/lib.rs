//! Source-to-source reverse-mode automatic differentiation of ordinary Rust.
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_engine::prelude::*;
//!
//! #[differentiable]
//! fn f(x: f64) -> f64 {
//!     x * x + x.sin()
//! }
//!
//! let slope = gradient!(f, 2.0);
//! assert!((slope - (4.0 + 2.0_f64.cos())).abs() < 1e-14);
//! ```
#![forbid(unsafe_code)]

/// Everything a program needs to differentiate functions.
pub mod prelude {
    pub use crate::{code_adjoint, code_ir, gradient, pullback, value_and_gradient};
    pub use zygote_engine_macros::differentiable;
}

/// The cotangents of the arguments that are not constant: the bare value where there is one, a
/// tuple where there are several. A slice has a `Vec`.
#[macro_export]
macro_rules! gradient {
    ($f:ident $(:: $rest:ident)*, $($arg:expr),+ $(,)?) => {
        $f $(:: $rest)* ::pullback($($arg),+).1(1.0)
    };
}

/// The value and the gradient.
#[macro_export]
macro_rules! value_and_gradient {
    ($f:ident $(:: $rest:ident)*, $($arg:expr),+ $(,)?) => {{
        let (value, back) = $f $(:: $rest)* ::pullback($($arg),+);
        (value, back(1.0))
    }};
}

/// The value and the vector-Jacobian product: a closure that takes the cotangent of the value. It
/// is used up by a call and can be cloned before one.
#[macro_export]
macro_rules! pullback {
    ($f:ident $(:: $rest:ident)*, $($arg:expr),+ $(,)?) => {
        $f $(:: $rest)* ::pullback($($arg),+)
    };
}

/// The IR of a differentiable function as text.
#[macro_export]
macro_rules! code_ir {
    ($f:ident $(:: $rest:ident)*) => {
        $f $(:: $rest)* ::IR
    };
}

/// The adjoint of a differentiable function as text: its statements, what is kept, what is replayed.
#[macro_export]
macro_rules! code_adjoint {
    ($f:ident $(:: $rest:ident)*) => {
        $f $(:: $rest)* ::ADJOINT
    };
}

/// What generated code calls. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use chainrules_core::{Active, Activity, Constant};

    /// A real scalar.
    #[diagnostic::on_unimplemented(
        message = "a differentiable call must give an f64 or an f32, but gives `{Self}`",
        note = "call it outside of the differentiable function and pass its result as a `#[constant]` parameter"
    )]
    pub trait Real: Copy {}
    impl Real for f32 {}
    impl Real for f64 {}

    #[inline(always)]
    pub fn real<T: Real>(x: T) -> T {
        x
    }

    /// A type without derivative.
    #[diagnostic::on_unimplemented(
        message = "this call gives `{Self}`, whose derivative would be lost",
        note = "only calls that give an integer, a bool or a char are supported on this receiver"
    )]
    pub trait Inert {}
    macro_rules! inert {
        ($($t:ty),+) => { $(impl Inert for $t {})+ };
    }
    inert!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char);

    #[inline(always)]
    pub fn inert<T: Inert>(x: T) -> T {
        x
    }

    /// A tape of a region that runs at most once.
    #[derive(Clone)]
    pub struct Once<T>(Option<T>);

    impl<T> Once<T> {
        #[expect(clippy::new_without_default, reason = "mirrors Vec::new in generated code")]
        pub fn new() -> Self {
            Once(None)
        }

        #[inline(always)]
        pub fn push(&mut self, x: T) {
            self.0 = Some(x);
        }

        #[inline(always)]
        pub fn pop(&mut self) -> Option<T> {
            self.0.take()
        }
    }

    #[inline(always)]
    pub fn trips(range: &impl Iterator) -> usize {
        range.size_hint().0
    }

    #[inline(always)]
    pub fn same_length(shadow: usize, value: usize) {
        assert!(
            shadow == value,
            "the shadow has length {shadow} where the argument has length {value}: pass a shadow of the argument's shape"
        );
    }

    #[inline(always)]
    pub fn zeros<T: Clone + Default>(like: &[T]) -> Vec<T> {
        vec![T::default(); like.len()]
    }
}
