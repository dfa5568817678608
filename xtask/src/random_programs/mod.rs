//! `cargo xtask random-programs`: programs from a seed, whose gradients are compared with dual
//! numbers and finite differences.

mod ast;
mod build;
mod crates;
mod generate;
mod library;
mod points;
mod print;
mod shrink;
#[cfg(test)]
mod tests;
mod visit;

use crate::generated;
use ast::Program;
use build::{Builder, Outcome};
use clap::ValueEnum;
use generate::Feature;
use points::{Kind, Verdict};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

/// Which programs, and what is done with them.
#[derive(clap::Args)]
pub struct Args {
    /// The seed of the first program is a million times this.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of programs.
    #[arg(long, default_value_t = 40)]
    count: u64,
    /// How many programs are compiled as one crate.
    #[arg(long, default_value_t = 50)]
    per_crate: usize,
    /// How many crates are compiled together.
    #[arg(long, default_value_t = 2)]
    crates: usize,
    /// Only the program with this seed of its own.
    #[arg(long)]
    only: Option<u64>,
    /// Whether the programs are optimised.
    #[arg(long, default_value = "dev", value_parser = ["dev", "release"])]
    profile: String,
    /// The parts of the language; without it all of them.
    #[arg(long, value_enum, value_delimiter = ',')]
    features: Vec<Feature>,
    /// Not these parts of the language.
    #[arg(long, value_enum, value_delimiter = ',')]
    without: Vec<Feature>,
    /// Print the programs for these numbers, and stop.
    #[arg(long, value_enum)]
    print: Option<print::Scalar>,
    /// How many failures are made smaller.
    #[arg(long, default_value_t = 3)]
    shrink: usize,
    /// Check this command: programs whose text contains this get a wrong gradient.
    #[arg(long, value_name = "TEXT")]
    perturb: Option<String>,
}

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// Its gradient or value.
    Wrong(Kind),
    /// The derivative does not compile.
    Broken(String),
    /// The process ends.
    Crashed,
    /// The generator's fault: the program does not compile, derived or not.
    Invalid(String),
}

/// The parts of the reports.
#[derive(Default)]
struct Summary {
    programs: usize,
    compared: usize,
    scalars: usize,
    undecided: usize,
    points: usize,
    undecided_points: usize,
    panicked: usize,
    refused: BTreeMap<String, usize>,
    failures: Vec<(Program, Trouble, String)>,
}

/// The most points, in percent, that may remain undecided, and the most scalars by differences.
const MOST_UNDECIDED: usize = 15;

/// Runs the programs and prints a summary.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let all = if args.features.is_empty() { Feature::value_variants() } else { &args.features };
    let features: Vec<_> = all.iter().copied().filter(|f| !args.without.contains(f)).collect();
    let first = args.seed.wrapping_mul(1_000_000);
    let seeds: Vec<u64> = match args.only {
        Some(seed) => vec![seed],
        None => (0..args.count).map(|n| first.wrapping_add(n)).collect(),
    };
    if let Some(scalar) = args.print {
        for seed in seeds {
            let program = generate::program(seed, &features);
            println!("// Program {seed}\n{}", print::program(&program, scalar));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let builder = builder(args);
    let mut summary = Summary::default();
    for chunk in seeds.chunks(args.per_crate * args.crates) {
        let programs: Vec<_> =
            chunk.iter().map(|seed| generate::program(*seed, &features)).collect();
        let outcomes = builder.examine(&programs)?;
        for (program, outcome) in programs.into_iter().zip(outcomes) {
            summary.add(program, outcome);
        }
        eprintln!(
            "{} of {} programs, {} failures, {} s",
            summary.programs,
            seeds.len(),
            summary.failures.len(),
            start.elapsed().as_secs()
        );
    }
    summary.report(args, &builder, start)
}

fn builder(args: &Args) -> Builder {
    Builder {
        root: generated::root().to_path_buf(),
        folder: generated::folder("random-programs"),
        target: generated::target(),
        name: "batch",
        release: args.profile == "release",
        per_crate: args.per_crate,
        perturbed: args.perturb.clone(),
    }
}

/// What is wrong with a program, and where.
fn trouble(outcome: &Outcome) -> Option<(Trouble, String)> {
    match outcome {
        Outcome::Refused(_) => None,
        Outcome::Invalid(text, all) => Some((Trouble::Invalid(text.clone()), all.clone())),
        Outcome::Broken(text, all) => Some((Trouble::Broken(text.clone()), all.clone())),
        Outcome::Crashed => Some((Trouble::Crashed, "the process ends".into())),
        Outcome::Ran(points) => points.iter().find_map(|point| match point.verdict() {
            Verdict::Wrong(kind, text) => {
                Some((Trouble::Wrong(kind), format!("at {:?}\n{text}", point.at)))
            }
            _ => None,
        }),
    }
}

impl Summary {
    fn add(&mut self, program: Program, outcome: Outcome) {
        self.programs += 1;
        match &outcome {
            Outcome::Refused(text) => *self.refused.entry(text.clone()).or_default() += 1,
            Outcome::Ran(points) => {
                self.compared += 1;
                for point in points {
                    self.points += 1;
                    match point.verdict() {
                        Verdict::Agreed { scalars, undecided } => {
                            self.scalars += scalars;
                            self.undecided += undecided;
                        }
                        Verdict::Undecided => self.undecided_points += 1,
                        Verdict::Panicked => self.panicked += 1,
                        Verdict::Wrong(..) => {}
                    }
                }
            }
            _ => {}
        }
        if let Some((kind, text)) = trouble(&outcome) {
            eprintln!("program {}: {kind:?}", program.seed);
            self.failures.push((program, kind, text));
        }
    }

    fn report(&self, args: &Args, builder: &Builder, start: Instant) -> anyhow::Result<ExitCode> {
        let mut kinds: Vec<&Trouble> = vec![];
        for (program, kind, text) in &self.failures {
            println!("\nprogram {}: {kind:?}\n{text}", program.seed);
            println!("repeat: {}", repeat(args, program.seed));
            // One of each kind is made smaller.
            if kinds.len() < args.shrink && !kinds.contains(&kind) {
                kinds.push(kind);
                let (small, text) = shrink::shrink(builder, program, kind)?;
                println!("made smaller:\n{}\n{text}", print::program(&small, print::Scalar::Float));
            }
        }
        let per_cent = |part: usize, all: usize| 100 * part / all.max(1);
        println!("\nprograms            {}", self.programs);
        println!("compared            {}", self.compared);
        println!("scalars             {}", self.scalars);
        println!("  by duals only     {}", self.undecided);
        println!("points              {}", self.points);
        println!("  undecided         {}", self.undecided_points);
        println!("  panic alike       {}", self.panicked);
        println!("refused             {}", self.refused.values().sum::<usize>());
        for (text, number) in &self.refused {
            println!("  {number:5} {text}");
        }
        println!("failures            {}", self.failures.len());
        let mut by_kind = BTreeMap::<String, usize>::new();
        for (_, kind, _) in &self.failures {
            *by_kind.entry(format!("{kind:?}")).or_default() += 1;
        }
        for (kind, number) in &by_kind {
            println!("  {number:5} {kind}");
        }
        println!("seconds             {}", start.elapsed().as_secs());
        let open = self.undecided_points + self.panicked;
        let vague = per_cent(open, self.points) > MOST_UNDECIDED
            || per_cent(self.undecided, self.scalars) > MOST_UNDECIDED;
        if vague {
            println!("too much is undecided");
        }
        let empty = self.scalars == 0 && self.failures.is_empty();
        if empty {
            println!("nothing was compared");
        }
        let good = self.failures.is_empty() && !vague && !empty;
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The command that runs one program again.
fn repeat(args: &Args, seed: u64) -> String {
    let mut text = format!("cargo xtask random-programs --only {seed} --profile {}", args.profile);
    for (flag, features) in [("features", &args.features), ("without", &args.without)] {
        let names: Vec<_> = features
            .iter()
            .filter_map(|f| Some(f.to_possible_value()?.get_name().to_string()))
            .collect();
        if !names.is_empty() {
            text += &format!(" --{flag} {}", names.join(","));
        }
    }
    if let Some(perturbed) = &args.perturb {
        text += &format!(" --perturb '{perturbed}'");
    }
    text
}
