//! Derivative rules for ndarray.
#![forbid(unsafe_code)]
