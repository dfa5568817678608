use chainrules_core::Tangent;

#[derive(Clone, Tangent)]
struct Sample {
    value: f64,
    at: std::time::Instant,
}

#[derive(Tangent)]
union Either {
    real: f64,
    integer: u64,
}

#[derive(Clone, Tangent)]
enum Choice {
    #[constant]
    First(f64),
}

#[derive(Clone, Tangent)]
struct Settings {
    #[constant(always)]
    rate: f64,
}

#[derive(Tangent)]
enum Never {}

#[derive(Clone, Tangent)]
struct Fit {
    steps: Vec<Result<f64, (usize, f64)>>,
}

fn main() {}
