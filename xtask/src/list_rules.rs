//! `cargo xtask rules`.

use chainrules_core::rules;
use rule_testing::path;
use std::process::ExitCode;

/// Which rules to list.
#[derive(clap::Args)]
pub struct Args {
    /// List only rules whose path contains this.
    #[arg(long)]
    filter: Option<String>,
}

/// Lists the registered rules with crate, kind, signature, domain and place.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let all = rules();
    let wanted: Vec<_> = all
        .iter()
        .filter(|rule| args.filter.as_ref().is_none_or(|part| path(rule).contains(part)))
        .collect();
    for rule in &wanted {
        println!("{:<14} {:<9} {}  {}", rule.krate, rule.kind, rule.name, rule.signature);
        let stated = [rule.types, rule.domain].into_iter().filter(|text| !text.is_empty());
        let stated = stated.collect::<Vec<_>>().join("; ");
        let space = if stated.is_empty() { "" } else { "  " };
        println!("{:<24} {stated}{space}{}:{}", "", rule.file, rule.line);
    }
    println!("\n{} rules", wanted.len());
    Ok(if wanted.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
