//! The conformance suite: programs as a user writes them, by topic. Each is a row's example in
//! `docs/CONSTRUCTS.md`.
#![allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    reason = "the programs are written in every way"
)]

mod algorithms;
mod associated;
mod borrows;
mod bounds;
mod boxes;
mod carried;
mod chained;
mod changing;
mod check;
mod chosen;
mod clones;
mod closures;
mod collected;
mod collections;
mod comparators;
mod complex;
mod control;
mod conversions;
mod curried;
mod deques;
mod directives;
mod dynamic;
mod entries;
mod enums;
mod errors;
mod flows;
mod generators;
mod generics;
mod impls;
mod in_place;
mod iteration_beside;
mod iteration_bound;
mod iteration_by_hand;
mod iteration_found;
mod iteration_given;
mod iteration_lent;
mod iteration_more;
mod iteration_peeked;
mod iteration_state;
mod iterators;
mod leaving;
mod left;
mod lent;
mod library;
mod lists;
mod loops;
mod macros;
mod maps;
mod methods;
mod mixed;
mod modules;
mod named_functions;
mod num_traits;
mod objects;
mod once;
mod opaque;
mod operator_bounds;
mod operators;
mod options;
mod parts;
mod patterns;
mod payloads;
mod pieces;
mod pointers;
mod referents;
mod refused;
mod rules_by_hand;
mod scalars;
mod selfs;
mod sides;
mod sifted;
mod states;
mod structs;
mod sums;
mod table;
mod texts;
mod traits;
mod zipped;
mod zygote;
