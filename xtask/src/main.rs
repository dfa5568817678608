//! Developer commands: `cargo xtask <command>`.
#![forbid(unsafe_code)]

mod branches;
mod check_linking;
mod check_rules;
mod generated;
mod list_rules;
mod random_programs;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod two_crates;

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Command {
    /// Check the registered rules against finite differences.
    CheckRules(check_rules::Args),
    /// List the registered rules.
    Rules(list_rules::Args),
    /// Check that rules survive release builds with link-time optimisation.
    CheckLinking,
    /// List the ways of the conformance suite's branches that no program takes.
    Branches,
    /// Check the gradients of programs that are made from a seed.
    RandomPrograms(random_programs::Args),
}

fn main() -> anyhow::Result<ExitCode> {
    match Command::parse() {
        Command::CheckRules(args) => check_rules::run(&args),
        Command::Rules(args) => list_rules::run(&args),
        Command::CheckLinking => check_linking::run(),
        Command::Branches => branches::run(),
        Command::RandomPrograms(args) => random_programs::run(&args),
    }
}
