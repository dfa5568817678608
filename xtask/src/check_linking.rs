//! `cargo xtask check-linking`.

use anyhow::{Context, ensure};
use std::process::{Command, ExitCode};

/// Checks that a release build with link-time optimisation, which mentions a crate of rules and
/// nothing more, finds as many rules in its registry as this debug build.
pub fn run() -> anyhow::Result<ExitCode> {
    let here = chainrules_core::rules().iter().filter(|rule| rule.krate == "chainrules").count();
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["run", "--quiet", "--release", "--package", "chainrules"])
        .args(["--example", "linked_rules"])
        .env("CARGO_PROFILE_RELEASE_LTO", "fat")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "the build with link-time optimisation failed");
    let there: usize = String::from_utf8(output.stdout)?.trim().parse()?;
    ensure!(here > 0 && there == here, "{there} rules after link-time optimisation, {here} before");
    println!("{there} rules are linked, with and without link-time optimisation");
    Ok(ExitCode::SUCCESS)
}
