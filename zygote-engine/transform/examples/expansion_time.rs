//! The time of an expansion: `cargo run --release -p zygote-engine-transform --example expansion_time`.
//!
//! The function is a simulation of 100 lines with loops, branches, a struct, a closure and chains of
//! iterators. Printed is the median of 50 expansions.

use std::time::Instant;
use zygote_engine_transform::{Options, expand};

/// Some lines of a function body; the number makes the names differ.
fn lines(k: usize) -> String {
    format!(
        "    let mut state_{k} = State {{ position: x[{k}] * scale, speed: x[{k} + 1], mass: 1.0 }};
    let force_{k} = |p: f64| -stiffness * p + damping * p.sin();
    for step in 0..steps {{
        let a = force_{k}(state_{k}.position) / state_{k}.mass;
        state_{k}.speed += h * a;
        state_{k}.position += h * state_{k}.speed;
        if state_{k}.position > limit {{
            state_{k}.speed *= -0.9;
            state_{k}.position = limit;
        }} else if step % 10 == 0 {{
            history.push(state_{k}.position);
        }}
    }}
    let energy_{k} = match history.last() {{
        Some(last) => 0.5 * state_{k}.speed * state_{k}.speed + last * last,
        None => 0.0,
    }};
    total += history.iter().map(|p| p * p).sum::<f64>() + energy_{k};
    weights[{k}] = total.tanh();
"
    )
}

fn main() {
    let body: String = (0..5).map(lines).collect();
    let text = format!(
        "fn simulate(x: &[f64], steps: usize, h: f64, limit: f64) -> f64 {{
    let (scale, stiffness, damping) = (2.0, 3.0, 0.1);
    let mut history = Vec::new();
    let mut weights = [0.0; 8];
    let mut total = 0.0;
{body}    total * weights.iter().sum::<f64>()
}}"
    );
    let item: syn::ItemFn = syn::parse_str(&text).expect("the function is Rust");
    let item = syn::Item::Fn(item);
    let mut times: Vec<f64> = (0..50)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(expand(&item, &Options::default()).to_string());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let expanded = expand(&item, &Options::default()).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
    println!("{} lines: {:.1} ms", text.lines().count(), times[25]);
}
