//! The time of the engine's gradients in relation to the hand-written ones, where the clock of the
//! machine varies: both are called in turn, and the median of the ratios of neighbouring calls is taken.

#[path = "../benches/cases/mod.rs"]
mod cases;

use cases::Case;
use clap::Parser;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Calls primal, hand-written and differentiated functions in turn, and prints medians of ratios.
#[derive(Parser)]
struct Args {
    /// How often all are called
    #[arg(long, default_value_t = 201)]
    rounds: usize,
    /// Only cases whose name contains this
    #[arg(long, default_value = "")]
    filter: String,
}

fn main() {
    let args = Args::parse();
    println!("| case | ours / hand-written | ours / hand-written, plain | ours / primal |");
    println!("| --- | --- | --- | --- |");
    for case in cases::all().iter().filter(|c| c.name.contains(&args.filter)) {
        case.check();
        let ratios = ratios(case, args.rounds.max(1));
        let shown = ratios.map(|r| r.map_or(String::from("-"), |r| format!("{r:.2}")));
        println!("| {} | {} | {} | {} |", case.name, shown[0], shown[1], shown[2]);
    }
}

/// The medians of the engine's time in relation to the hand-written gradient, the plain one and the
/// primal.
fn ratios(case: &Case, rounds: usize) -> [Option<f64>; 3] {
    let x = &case.point[..];
    let named =
        |name| case.gradients.iter().find(|(n, _)| *n == name).map(|(_, gradient)| gradient);
    let ours = named("ours").expect("every case has the engine's gradient");
    let once = time(1, || ignore(ours(black_box(x))));
    // A call is repeated until the clock's own time does not matter.
    let calls = 1 + (Duration::from_micros(500).as_nanos() / once.as_nanos().max(1)) as usize;
    let mut all: [Vec<f64>; 3] = Default::default();
    for _ in 0..rounds {
        let of = |f: &dyn Fn()| time(calls, f).as_secs_f64();
        let mine = of(&|| ignore(ours(black_box(x))));
        for (ratios, name) in all.iter_mut().zip(["hand-written", "hand-written, plain"]) {
            if let Some(gradient) = named(name) {
                ratios.push(mine / of(&|| ignore(gradient(black_box(x)))));
            }
        }
        all[2].push(mine / of(&|| ignore((case.primal)(black_box(x)))));
    }
    all.map(|mut ratios| {
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    })
}

/// Makes the compiler compute a value.
fn ignore<T>(value: T) {
    black_box(value);
}

fn time(calls: usize, f: impl Fn()) -> Duration {
    let start = Instant::now();
    (0..calls).for_each(|_| f());
    start.elapsed()
}
