//! `cargo xtask check-rules`.

use chainrules as _;
use rule_testing::{Options, check_all, duplicates, header};
use std::process::ExitCode;
use zygote_complex as _;
use zygote_nalgebra as _;
use zygote_ndarray as _;

/// Which rules to check, and how.
#[derive(clap::Args)]
pub struct Args {
    /// Check only rules whose path, such as `chainrules::float::trigonometric::f64::sin`,
    /// contains this.
    #[arg(long)]
    filter: Option<String>,
    /// The number of inputs for each rule.
    #[arg(long, default_value_t = Options::default().cases)]
    cases: u32,
    /// The seed of the inputs.
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
}

/// Checks the rules and prints a table.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Args { filter, cases, seed } = args;
    let reports = check_all(filter.as_deref(), &Options { cases: *cases, seed: *seed });
    anyhow::ensure!(
        !reports.is_empty(),
        "no rule to check: {}",
        filter.as_ref().map_or("the registry is empty".into(), |f| format!("none contains `{f}`"))
    );
    println!("{}", header());
    for report in &reports {
        println!("{report}");
    }
    for failure in reports.iter().filter_map(|report| report.describe_failure()) {
        println!("\n{failure}");
    }
    let twice = duplicates();
    twice.iter().for_each(|pair| println!("\ntwo rules of one function: {pair}"));
    let failed = reports.iter().filter(|report| !report.passed()).count();
    let undecided: u32 = reports.iter().map(|report| report.undecided).sum();
    let total: u32 = reports.iter().map(|report| report.cases).sum();
    println!(
        "\n{} rules, {failed} failed; {undecided} of {total} cases undecided; seed {seed}",
        reports.len()
    );
    Ok(if failed == 0 && twice.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
