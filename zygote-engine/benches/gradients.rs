//! Time of gradients: primal, hand-written adjoint, engine and peers in one run.
//!
//! ```sh
//! cargo bench -p zygote-engine -- --save-baseline default
//! cargo bench -p zygote-engine --profile bench-lto -- --save-baseline fat-lto
//! cargo run --release -p zygote-engine --example bench_table -- default fat-lto
//! ```

mod cases;

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;

fn gradients(c: &mut Criterion) {
    for case in cases::all() {
        case.check();
        let x = &case.point[..];
        let mut group = c.benchmark_group(&case.name);
        group.bench_function("primal", |b| b.iter(|| (case.primal)(black_box(x))));
        for (name, gradient) in &case.gradients {
            group.bench_function(*name, |b| b.iter(|| gradient(black_box(x))));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500));
    targets = gradients
}
criterion_main!(benches);
