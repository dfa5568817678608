//! Compiles and runs programs, many to a crate.

use super::ast::Program;
use super::{crates, points};
use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What became of a program.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The transformation refused it, with this message.
    Refused(String),
    /// It is no valid program, whatever is done with it: the message, alone and with its place.
    Invalid(String, String),
    /// Its derivative does not compile: likewise.
    Broken(String, String),
    /// The run ended without a result for it.
    Crashed,
    /// What it gives at each point.
    Ran(Vec<points::Point>),
}

/// How programs are compiled and run.
#[derive(Clone, Debug)]
pub(super) struct Builder {
    /// The workspace whose engine is tested.
    pub(super) root: PathBuf,
    /// The folder of the crates.
    pub(super) folder: PathBuf,
    /// The folder of what is compiled.
    pub(super) target: PathBuf,
    /// What the names of the crates begin with.
    pub(super) name: &'static str,
    /// Whether they are optimised.
    pub(super) release: bool,
    /// How many programs a crate holds.
    pub(super) per_crate: usize,
    /// Programs whose text contains this get a wrong gradient.
    pub(super) perturbed: Option<String>,
}

/// What is wrong with the programs, by crate and number.
type Errors = BTreeMap<(usize, usize), Outcome>;

/// The longest that the programs of one crate may run.
const PATIENCE: Duration = Duration::from_secs(60);

impl Builder {
    /// Compiles and runs programs; an outcome for each.
    pub(super) fn examine(&self, programs: &[Program]) -> anyhow::Result<Vec<Outcome>> {
        let all: Vec<_> = programs.iter().collect();
        let batches: Vec<_> = all.chunks(self.per_crate).collect();
        crates::workspace(&self.folder, self.name, &self.root, batches.len())?;
        let mut excluded = Errors::new();
        let executables = loop {
            for (b, batch) in batches.iter().enumerate() {
                let kept: Vec<_> =
                    (0..batch.len()).map(|n| !excluded.contains_key(&(b, n))).collect();
                let source = self.folder.join(format!("{}{b}/src", self.name));
                crates::fill(&source, batch, &kept, self.perturbed.as_deref())?;
            }
            let (executables, errors) = self.compile()?;
            if errors.is_empty() {
                break executables;
            }
            excluded.extend(errors);
        };
        let mut outcomes = vec![];
        for (b, batch) in batches.iter().enumerate() {
            let executable = executables.get(&b).context("a crate was not built")?;
            let mut points = run(executable, batch.len())?;
            for n in 0..batch.len() {
                let ran = || points.remove(&n).map_or(Outcome::Crashed, Outcome::Ran);
                outcomes.push(excluded.remove(&(b, n)).unwrap_or_else(ran));
            }
        }
        Ok(outcomes)
    }

    /// The program that an error is about, and what it says of it.
    fn classify(&self, message: &Value) -> Option<((usize, usize), Outcome)> {
        let spans = message["spans"].as_array()?;
        let (place, dual) = spans.iter().find_map(|span| self.program_of(span))?;
        let text = message["message"].as_str().unwrap_or_default();
        let text = text.lines().next().unwrap_or_default().to_string();
        let rendered = message["rendered"].as_str().unwrap_or_default().trim_end().to_string();
        let code = message["code"]["code"].as_str();
        let text = code.map_or(text.clone(), |code| format!("{code}: {text}"));
        Some((
            place,
            match text {
                text if dual => Outcome::Invalid(text, rendered),
                text if text.contains("is not supported in a differentiable function") => {
                    Outcome::Refused(text)
                }
                text => Outcome::Broken(text, rendered),
            },
        ))
    }

    /// The crate and program of a span, and whether it is the text for dual numbers.
    fn program_of(&self, span: &Value) -> Option<((usize, usize), bool)> {
        let file = span["file_name"].as_str().unwrap_or_default();
        let parts: Vec<_> = Path::new(file).iter().filter_map(|part| part.to_str()).collect();
        if let [.., batch, "src", name] = parts[..]
            && let Some(b) = batch.strip_prefix(self.name).and_then(|b| b.parse().ok())
            && let Some(n) = name.get(1..).and_then(|n| n.strip_suffix(".rs")?.parse().ok())
        {
            return Some(((b, n), name.starts_with('d')));
        }
        // What a macro of another crate wrote.
        span.get("expansion")
            .and_then(|expansion| expansion.get("span"))
            .and_then(|span| self.program_of(span))
    }

    /// One run of cargo: the executables by crate, or the errors by crate and program.
    fn compile(&self) -> anyhow::Result<(BTreeMap<usize, PathBuf>, Errors)> {
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command.args(["build", "--quiet", "--offline", "--keep-going", "--message-format=json"]);
        if self.release {
            command.arg("--release");
        }
        let output = command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS")
            .output()
            .context("cannot run cargo")?;
        let mut executables = BTreeMap::new();
        let mut errors = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            if let Some(executable) = message["executable"].as_str() {
                let name = message["target"]["name"].as_str().unwrap_or_default();
                if let Some(b) = name.strip_prefix(self.name).and_then(|n| n.parse().ok()) {
                    executables.insert(b, PathBuf::from(executable));
                }
            }
            if message["message"]["level"] == "error"
                && let Some((place, outcome)) = self.classify(&message["message"])
            {
                // That the program itself is wrong is the last word.
                let invalid = matches!(outcome, Outcome::Invalid(..));
                if invalid || !errors.contains_key(&place) {
                    errors.insert(place, outcome);
                }
            }
        }
        if !output.status.success() && errors.is_empty() {
            bail!(
                "cargo failed without an error in a program:\n{}\n{}",
                String::from_utf8_lossy(&output.stderr),
                String::from_utf8_lossy(&output.stdout)
                    .lines()
                    .filter(|line| line.contains("\"level\":\"error\""))
                    .map(|line| line.chars().take(2000).collect::<String>())
                    .collect::<Vec<_>>()
                    .join("\n")
            );
        }
        Ok((executables, errors))
    }
}

/// Runs the programs of a crate, again after one that ends the process.
fn run(executable: &Path, programs: usize) -> anyhow::Result<BTreeMap<usize, Vec<points::Point>>> {
    let mut found = BTreeMap::new();
    let mut first = 0;
    while first < programs {
        let mut child = Command::new(executable)
            .arg(first.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run the programs")?;
        let stdout = child.stdout.take().context("a run has an output")?;
        let reader = std::thread::spawn(move || std::io::read_to_string(stdout));
        let start = Instant::now();
        while child.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                child.kill()?;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let text = reader.join().expect("the reader does not panic").unwrap_or_default();
        let mut last = first;
        let mut at_end = false;
        for line in text.lines() {
            if let Some(n) = line.strip_prefix("case ") {
                last = n.parse()?;
                found.insert(last, vec![]);
            } else if let Some(point) = points::Point::parse(line) {
                found.entry(last).or_insert_with(Vec::new).push(point);
            } else {
                at_end = line == "end";
            }
        }
        if at_end {
            break;
        }
        // The last case ended the process.
        found.remove(&last);
        first = last + 1;
    }
    Ok(found)
}
