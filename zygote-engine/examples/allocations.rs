//! Counts the heap allocations of one gradient of each bench case, and their bytes at the peak.

#[path = "../benches/cases/mod.rs"]
mod cases;

use allocation_counter::measure;
use std::hint::black_box;

fn main() {
    println!("| case | call | allocations | peak bytes |\n| --- | --- | --- | --- |");
    for case in cases::all() {
        case.check();
        let primal = measure(|| {
            black_box((case.primal)(&case.point));
        });
        let mut rows = vec![("primal", primal)];
        for (name, gradient) in &case.gradients {
            let allocations = measure(|| {
                black_box(gradient(&case.point));
            });
            rows.push((name, allocations));
        }
        for (name, allocations) in rows {
            let (count, peak) = (allocations.count_total, allocations.bytes_max);
            println!("| {} | {name} | {count} | {peak} |", case.name);
        }
    }
}
