//! Prints how many rules are linked into a program that only mentions this crate; what
//! `cargo xtask check-linking` runs, built with link-time optimisation.

use chainrules as _;

fn main() {
    println!("{}", chainrules_core::rules().len());
}
