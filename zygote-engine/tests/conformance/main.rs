//! The conformance suite: programs as a user writes them, by topic. Each is a row's example in
//! `docs/CONSTRUCTS.md`.
#![allow(clippy::all, clippy::pedantic, dead_code, reason = "the programs are written in every way")]

mod borrows;
mod check;
mod control;
mod loops;
mod modules;
mod refused;
mod scalars;
mod table;
