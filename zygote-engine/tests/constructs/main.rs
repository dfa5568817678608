//! Every construct that a differentiable function may use, against central finite differences at
//! random inputs.
#![allow(clippy::all, unused_assignments, dead_code, reason = "the tests write code in every way")]

mod calls;
mod check;
mod control;
mod iteration;
mod mutation;
mod operators;
mod order;
mod scalar;
mod sequences;
mod user;
mod windows;
