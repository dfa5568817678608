//! Prints the medians of `cargo bench -p zygote-engine` as a markdown table.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Prints the medians of the gradient benches as a markdown table.
#[derive(Parser)]
struct Args {
    /// Baselines of Criterion, one table each; `new` is the latest run
    #[arg(default_value = "new")]
    baselines: Vec<String>,
    /// Folder of Criterion's results
    #[arg(long, default_value = "target/criterion")]
    folder: PathBuf,
}

/// The medians of one case in nanoseconds, by what was called.
#[derive(Default)]
struct Row {
    measured: Option<SystemTime>,
    medians: BTreeMap<String, f64>,
}

/// The columns after the case's name; the ratio to the hand-written adjoint follows `OURS`.
const HAND_WRITTEN: &str = "hand-written";
const OURS: &str = "ours";
const COLUMNS: [&str; 6] =
    ["primal", HAND_WRITTEN, "hand-written, plain", OURS, "reverse", "num-dual"];

fn main() -> Result<()> {
    let args = Args::parse();
    for baseline in &args.baselines {
        let rows = read(&args.folder, baseline)?;
        ensure!(
            !rows.is_empty(),
            "no results of `{baseline}` in {}: run `cargo bench -p zygote-engine` or pass --folder",
            args.folder.display()
        );
        println!("{baseline}:\n");
        print(rows);
        println!();
    }
    Ok(())
}

/// The rows of a baseline by the names of their cases.
fn read(folder: &Path, baseline: &str) -> Result<BTreeMap<String, Row>> {
    let mut rows = BTreeMap::<String, Row>::new();
    for group in folders(folder)? {
        for call in folders(&group)? {
            let result = call.join(baseline);
            let estimates = result.join("estimates.json");
            if !estimates.exists() {
                continue;
            }
            let names = json(&result.join("benchmark.json"))?;
            let name = |key: &str| {
                names[key].as_str().map(String::from).with_context(|| {
                    format!("no {key} in {}", result.join("benchmark.json").display())
                })
            };
            let median = json(&estimates)?["median"]["point_estimate"]
                .as_f64()
                .with_context(|| format!("no median in {}", estimates.display()))?;
            let row = rows.entry(name("group_id")?).or_default();
            row.measured = row.measured.max(Some(fs::metadata(&estimates)?.modified()?));
            row.medians.insert(name("function_id")?, median);
        }
    }
    Ok(rows)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

fn json(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}

/// Prints the rows in the order in which they were measured.
fn print(rows: BTreeMap<String, Row>) {
    let mut rows: Vec<(String, Row)> = rows.into_iter().collect();
    rows.sort_by_key(|(_, row)| row.measured);
    let mut head = String::from("| case |");
    for column in COLUMNS {
        head += &format!(" {column} |");
        if column == OURS {
            head += " ours / hand-written |";
        }
    }
    println!("{head}\n|{}", " --- |".repeat(COLUMNS.len() + 2));
    for (case, row) in rows {
        let mut line = format!("| {case} |");
        for column in COLUMNS {
            let median = row.medians.get(column);
            line += &format!(" {} |", median.map_or(String::from("-"), |ns| time(*ns)));
            if column == OURS {
                let hand = row.medians.get(HAND_WRITTEN);
                let ratio = median.zip(hand).map(|(ours, hand)| format!("{:.2}", ours / hand));
                line += &format!(" {} |", ratio.unwrap_or_else(|| String::from("-")));
            }
        }
        println!("{line}");
    }
}

/// Three digits with the unit that fits.
fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "us"),
        ..1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    let decimals = 2_usize.saturating_sub(value.max(1.0).log10() as usize);
    format!("{value:.decimals$} {unit}")
}
