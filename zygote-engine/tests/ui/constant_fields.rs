//! Methods of what is constant: the compiler checks that it is.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone)]
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }

    fn seeded(&mut self, by: f64) {
        self.0 = by.to_bits();
    }
}

#[derive(Clone, Tangent)]
struct Model {
    #[constant]
    rng: Generator,
    weights: Vec<f64>,
    pair: (f64, f64),
}

#[differentiable]
impl Model {
    fn without_word(&mut self, x: f64) -> f64 {
        self.rng.next() * x
    }

    fn field_that_varies(&mut self, x: f64) -> f64 {
        constant(&mut self.weights).push(1.0);
        constant(&mut self.pair).clone_from(&(1.0, 2.0));
        self.weights[0] * x
    }

    fn argument_that_varies(&mut self, x: f64) -> f64 {
        constant(&mut self.rng).seeded(x);
        x
    }
}

struct Fixed(u64);

impl Fixed {
    fn next(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }
}

#[differentiable]
fn constant_without_clone(x: f64, #[constant] rng: &mut Fixed) -> f64 {
    let by = rng.next();
    by * x
}

#[differentiable]
fn reference_to_a_field(m: &mut Model, x: f64) -> f64 {
    let w = &mut m.weights;
    constant(&mut *w).push(1.0);
    x
}

#[differentiable]
fn variable_that_varies(x: f64) -> f64 {
    let mut v = vec![x];
    constant(&mut v).push(1.0);
    v[0]
}

#[derive(Clone)]
struct WithoutTangent {
    rate: f64,
}

#[derive(Clone, Tangent)]
struct Carries {
    #[constant]
    config: WithoutTangent,
    weight: f64,
}

#[differentiable]
fn varies_in_a_part(c: &Carries, x: f64) -> f64 {
    let mut c = c.clone();
    c.config.rate = x;
    c.config.rate * c.weight
}

#[derive(Clone, Tangent)]
struct CarriesOf<T> {
    #[constant]
    config: WithoutTangent,
    weight: T,
}

#[differentiable]
fn varies_in_a_part_of_what_is_generic<T: Real>(c: &CarriesOf<T>, x: f64) -> f64 {
    let mut c = c.clone();
    c.config.rate = x;
    c.config.rate
}

#[derive(Clone, Tangent)]
enum Chosen {
    Config(#[constant] WithoutTangent, f64),
    Rate(f64),
}

#[differentiable]
fn varies_by_a_pattern(c: &Chosen, x: f64) -> f64 {
    let mut c = c.clone();
    match &mut c {
        Chosen::Config(config, _) => config.rate = x,
        Chosen::Rate(rate) => *rate = x,
    }
    match &c {
        Chosen::Config(config, weight) => config.rate * weight,
        Chosen::Rate(rate) => *rate,
    }
}

#[differentiable]
fn varies_by_patterns_in_a_loop(all: &[Carries], x: f64) -> f64 {
    let mut all = all.to_vec();
    for Carries { config: WithoutTangent { rate }, weight } in &mut all {
        *weight = x;
        *rate = x;
    }
    all[0].config.rate
}

fn main() {}
