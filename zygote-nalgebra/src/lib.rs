//! Derivative rules for nalgebra.
#![forbid(unsafe_code)]
