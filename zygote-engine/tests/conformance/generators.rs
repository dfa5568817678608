//! Constants that change: generators of random numbers, which are handed on.

use crate::check::programs;
use chainrules::prelude::*;
use chainrules::protocol::Active;
use zygote_engine::prelude::*;

/// No `Tangent`: it comes from a crate that knows nothing of derivatives.
#[derive(Clone)]
struct Generator {
    state: u64,
    drawn: usize,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self { state: seed, drawn: 0 }
    }

    fn uniform(&mut self) -> f64 {
        self.drawn += 1;
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    fn drawn(&self) -> usize {
        self.drawn
    }
}

fn normal(rng: &mut Generator) -> f64 {
    let sum: f64 = (0..4).map(|_| rng.uniform()).sum();
    sum - 2.0
}

fn scaled(rng: &Generator) -> f64 {
    rng.drawn() as f64 * 0.01
}

#[differentiable]
fn path(sigma: f64, x: f64, #[constant] rng: &mut Generator) -> f64 {
    let mut x = x;
    for _ in 0..5 {
        let z = normal(rng);
        x *= 1.0 + sigma * z + scaled(rng);
        if normal(rng) > 0.3 {
            x += sigma;
        }
    }
    x
}

#[differentiable]
fn paths(v: &[f64], #[constant] rng: &mut Generator) -> f64 {
    let mut total = 0.0;
    for _ in 0..4 {
        total += path(v[0], v[1], rng) * normal(rng);
        total += path(v[1], total, &mut *rng);
    }
    total * 0.1
}

#[differentiable]
fn in_conditions_and_indices(v: &[f64], #[constant] rng: &mut Generator) -> f64 {
    let mut y = v[0];
    while rng.uniform() < 0.8 && rng.drawn() < 20 {
        if rng.uniform() > 0.5 {
            y = y * 1.1 + v[1] * rng.uniform();
        }
        let i = (rng.uniform() * v.len() as f64) as usize;
        y += v[i] * v[(rng.uniform() * 2.0) as usize];
        match rng.drawn() % 3 {
            0 => y *= 0.9,
            _ => y += 0.1 * v[0],
        }
    }
    y * rng.drawn() as f64
}

#[derive(Clone, Tangent)]
struct Diffusion {
    mu: f64,
    sigma: f64,
}

#[differentiable]
trait Model {
    fn draw(&self, x: f64, #[constant] rng: &mut Generator) -> f64;

    fn twice(&self, x: f64, #[constant] rng: &mut Generator) -> f64 {
        let y = self.draw(x, rng);
        self.draw(y, rng)
    }
}

#[differentiable]
impl Diffusion {
    fn step(&self, x: f64, dt: f64, #[constant] rng: &mut Generator) -> f64 {
        let z = rng.uniform() - 0.5;
        x + self.mu * x * dt + self.sigma * x * z
    }

    fn simulated(&self, x0: f64, n: usize, #[constant] rng: &mut Generator) -> f64 {
        let mut x = x0;
        for _ in 0..n {
            x = self.step(x, 0.1, rng);
            if rng.uniform() < 0.3 {
                x = self.step(x, 0.05, rng);
            }
        }
        x
    }
}

#[differentiable]
impl Model for Diffusion {
    fn draw(&self, x: f64, #[constant] rng: &mut Generator) -> f64 {
        self.step(x, 0.2, rng) * self.sigma
    }
}

#[differentiable]
fn mean(model: &impl Model, x: f64, #[constant] rng: &mut Generator) -> f64 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += model.twice(x, rng);
    }
    sum / 3.0
}

#[differentiable]
fn models(v: &[f64], #[constant] rng: &mut Generator) -> f64 {
    let model = Diffusion { mu: v[0], sigma: v[1] };
    model.simulated(1.0, 5, rng) + mean(&model, v[0], rng) + model.step(v[1], 0.1, rng)
}

#[differentiable]
fn counted(x: f64, calls: &mut usize) -> f64 {
    let y = next(x, calls);
    let i = number(calls);
    next(y, calls) * i as f64 + number(calls) as f64 * x
}

#[differentiable]
fn next(x: f64, calls: &mut usize) -> f64 {
    *calls += 1;
    x * x * *calls as f64
}

fn number(calls: &mut usize) -> usize {
    *calls += 1;
    *calls
}

#[differentiable]
fn drawn_for(x: f64, #[constant] rng: &mut Generator) -> f64 {
    let z = rng.uniform();
    x * z + x * x * rng.uniform()
}

#[differentiable]
fn each(mut f: impl FnMut(usize), n: usize) {
    for i in 0..n {
        f(i);
    }
}

#[differentiable]
fn applied(f: &mut dyn FnMut(f64) -> f64, x: f64) -> f64 {
    f(x) * f(2.0 * x)
}

#[differentiable]
fn in_closures(x: f64, #[constant] rng: &mut Generator) -> f64 {
    let mut s = x;
    each(
        |i| {
            s += drawn_for(x, rng) * i as f64;
        },
        4,
    );
    let t = applied(&mut |v| drawn_for(v, rng) + v * rng.uniform(), x);
    let u: f64 = (0..3).map(|_| drawn_for(x, rng)).sum();
    drawn_for(x, rng);
    s * t + u * rng.uniform()
}

#[derive(Clone)]
struct Simulation {
    rng: Generator,
    steps: usize,
    noise: Vec<f64>,
}

#[differentiable]
fn refill(n: usize, #[constant] noise: &mut [f64], #[constant] rng: &mut Generator) {
    for i in 0..n {
        noise[i] = rng.uniform();
    }
}

#[differentiable]
fn noisy(x: f64, #[constant] rng: &mut Generator, #[constant] noise: &[f64]) -> f64 {
    x * x * rng.uniform() * noise[0]
}

#[differentiable]
fn parts_of_constants(x: f64, #[constant] of: &mut Simulation) -> f64 {
    refill(2, &mut of.noise, &mut of.rng);
    of.steps += 1;
    let y = noisy(x, &mut of.rng, &of.noise);
    of.noise[0] = 3.0;
    of.steps += 1;
    y * noisy(x, &mut of.rng, &of.noise) * of.steps as f64
}

#[derive(Clone)]
struct Setting {
    rate: f64,
    steps: usize,
    seen: Vec<f64>,
}

impl Setting {
    fn rate(&self) -> f64 {
        self.rate
    }

    fn slower(&mut self, by: f64) -> f64 {
        self.rate *= by;
        self.seen.push(self.rate);
        self.rate
    }
}

#[derive(Clone, Tangent)]
struct Sampler {
    #[constant]
    noise: Generator,
    #[constant]
    setting: Setting,
    #[constant]
    visited: std::collections::HashSet<usize>,
    weights: Vec<f64>,
}

#[differentiable]
impl Sampler {
    fn step(&mut self, x: f64) -> f64 {
        let mut sum = x;
        for i in 0..self.setting.steps {
            let e = constant(&mut self.noise).uniform();
            let k = constant(&self.setting).rate();
            self.weights[i % 2] *= 1.0 + k * e * sum;
            sum += self.weights[(i + 1) % 2] * e * constant(&mut self.setting).slower(0.75);
            if !constant(&mut self.visited).insert(i % 3) {
                sum *= self.weights[0];
            }
        }
        sum *= 1.0 + self.setting.seen[0] * x;
        constant(&mut self.setting.seen).clear();
        sum
    }
}

#[derive(Clone, Tangent)]
struct Chain {
    sampler: Sampler,
    gain: f64,
}

#[differentiable]
fn constant_fields(chain: &mut Chain) -> f64 {
    let first = chain.sampler.step(chain.gain);
    let e = constant(&mut chain.sampler.noise).uniform();
    chain.gain *= e * first;
    chain.sampler.step(chain.gain * e)
}

fn chain(x: &[f64]) -> Chain {
    let setting = Setting { rate: 0.5, steps: 4, seen: vec![] };
    let visited = std::collections::HashSet::new();
    let sampler = Sampler { noise: Generator::new(5), setting, visited, weights: x[..2].to_vec() };
    Chain { sampler, gain: x[2] }
}

#[differentiable]
fn made_inside(x: f64, y: f64) -> f64 {
    #[constant]
    let mut rng = Generator::new(7);
    let mut s = 0.0;
    for _ in 0..3 {
        s += drawn_for(x, &mut rng);
        if rng.uniform() > 0.5 {
            s += y * rng.uniform();
        }
        s += [x, y][(2.0 * rng.uniform()) as usize];
    }
    s * x
}

/// Whether a step of Metropolis is taken.
#[differentiable]
fn metropolis(x: &[f64]) -> f64 {
    let mut rng = Generator::new(7);
    let (mut at, mut sum) = (x[0], 0.0);
    for _ in 0..12 {
        let proposal = at + x[1] * (rng.uniform() - 0.5);
        if rng.uniform() < (at * at - proposal * proposal).exp() {
            at = proposal;
        }
        sum += at * at;
    }
    sum / 12.0
}

#[differentiable]
fn breadth_first(x: &[f64]) -> f64 {
    let next = [[1, 2], [3, 0], [3, 4], [4, 1], [0, 2]];
    let mut seen = std::collections::BTreeSet::new();
    let mut queue = vec![(0_usize, 1.0)];
    seen.insert(0);
    let mut total = 0.0;
    while let Some((node, weight)) = queue.pop() {
        total += weight * x[node];
        for i in 0..2 {
            let to = next[node][i];
            if !seen.insert(to) {
                continue;
            }
            queue.push((to, weight * x[to]));
        }
    }
    total
}

#[differentiable]
fn shuffled(x: &[f64]) -> f64 {
    let mut rng = Generator::new(11);
    let mut v = x.to_vec();
    for i in 1..v.len() {
        v.swap(i, (rng.uniform() * i as f64) as usize);
    }
    let mut sum = 0.0;
    while rng.uniform() < 0.7 && rng.drawn() < 30 {
        sum += x[(rng.uniform() * x.len() as f64) as usize] * v[0];
        for i in 0..(rng.uniform() * 3.0) as usize {
            sum += v[i] * v[i];
        }
    }
    sum + v[1] * v[2]
}

struct Latch(bool);

impl Latch {
    fn first(&mut self) -> bool {
        !std::mem::replace(&mut self.0, true)
    }
}

/// A name that is bound twice keeps the word.
#[differentiable]
fn latched(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for v in x {
        #[constant]
        let mut latch = Latch(false);
        for k in 0..3 {
            if latch.first() || *v > 1.0 && k == 2 {
                y += v * v;
            } else {
                y *= 0.9;
            }
        }
    }
    let mut once = Latch(false);
    while once.first() {
        y *= x[0];
    }
    y
}

#[derive(Clone)]
struct Settings {
    steps: usize,
    rate: f64,
}

#[differentiable]
fn stepped(x: f64, #[constant] settings: &Settings) -> f64 {
    let mut y = x;
    for _ in 0..settings.steps {
        y -= settings.rate * y * y;
    }
    y
}

#[differentiable]
fn settings_inside(x: f64) -> f64 {
    #[constant]
    let settings = Settings { steps: 3, rate: 0.125 };
    stepped(x, &settings) * settings.rate
}

#[differentiable]
fn below_lengths(x: &[f64]) -> f64 {
    #[constant]
    let mut rng = Generator::new(21);
    let n = x.len();
    let (i, j) = (rng.below(x.len()), rng.below(n));
    let mut y = x[i] * x[j];
    for _ in 0..4 {
        let k = rng.below(x.len());
        y += x[k] * x[rng.below(n)] * rng.uniform();
    }
    y
}

trait Source {
    fn draw(&mut self) -> f64;
}

impl Source for Generator {
    fn draw(&mut self) -> f64 {
        self.uniform()
    }
}

#[differentiable]
fn from_a_source<S: Source>(x: f64, #[constant] source: &mut S) -> f64 {
    x * x * source.draw() + x * source.draw()
}

#[differentiable]
fn from_some_source(x: f64, #[constant] source: &mut impl Source) -> f64 {
    let mut y = x;
    for _ in 0..3 {
        y += from_a_source(x, source);
    }
    y
}

#[differentiable]
fn generic_generators(x: f64) -> f64 {
    #[constant]
    let mut rng = Generator::new(17);
    from_some_source(x, &mut rng) * from_a_source(x, &mut rng)
}

#[derive(Clone, Tangent)]
struct Filter {
    state: f64,
    sigma: f64,
    states: Vec<f64>,
    #[constant]
    rng: Generator,
}

fn drawn_list(rng: &mut Generator, n: usize) -> Vec<f64> {
    (0..n).map(|_| rng.uniform()).collect()
}

#[differentiable]
impl Filter {
    fn step(&mut self) {
        self.state += self.sigma * constant(normal(&mut self.rng));
        let z = constant(drawn_list(&mut self.rng, 2));
        self.state *= self.sigma + z[1];
        for x in &mut self.states {
            *x += self.sigma * constant(&mut self.rng).uniform();
        }
        for x in self.states.iter_mut() {
            *x *= self.sigma + constant(normal(&mut self.rng));
        }
        for i in 0..self.states.len() {
            let p = &mut self.states[i];
            *p *= 1.0 + self.sigma * constant(&mut self.rng).uniform();
        }
    }
}

#[differentiable]
fn functions_of_fields(x: f64, y: f64) -> f64 {
    let mut filter = Filter { state: x, sigma: x * y, states: vec![x, y], rng: Generator::new(7) };
    for _ in 0..2 {
        filter.step();
    }
    filter.state + filter.states[0] * filter.states[1]
}

#[differentiable]
fn functions_of_variables(x: f64) -> f64 {
    let mut rng = Generator::new(3);
    let mut s = x;
    for _ in 0..3 {
        s += x * s * constant(normal(&mut rng));
    }
    s
}

programs![
    functions_of_fields(
        "functions without a rule that change a field: `constant(draw(&mut self.rng))`",
        2,
        |x| { functions_of_fields(x[0], x[1]) }
    ),
    functions_of_variables(
        "functions without a rule that change a constant: `constant(draw(&mut rng))`",
        1,
        |x| { functions_of_variables(x[0]) }
    ),
    paths("`&mut` constants that are handed on", 2, |x| paths(x, &mut Generator::new(5))),
    in_conditions_and_indices("methods of `&mut` constants in conditions", 2, |x| {
        in_conditions_and_indices(x, &mut Generator::new(7))
    }),
    in_more_conditions_and_indices("methods of `&mut` constants in conditions", 2, |x| {
        in_conditions_and_indices(x, &mut Generator::new(2))
    }),
    models("`&mut` constants in methods and traits", 2, |x| models(x, &mut Generator::new(3))),
    counted("counters that are handed on", 1, |x| counted(x[0], &mut 0)),
    in_closures("`&mut` constants in closures", 1, |x| in_closures(x[0], &mut Generator::new(9))),
    parts_of_constants("parts of `&mut` constants that are handed on", 1, |x| {
        parts_of_constants(
            x[0],
            &mut Simulation { rng: Generator::new(4), steps: 0, noise: vec![0.0; 2] },
        )
    }),
    constant_fields("methods of `#[constant]` fields: `constant(&mut self.rng).next()`", 3, |x| {
        constant_fields(&mut chain(x))
    }),
    fields_are_restored("what methods of `#[constant]` fields change is restored", || {
        let begin = chain(&[0.5, -0.25, 1.5]);
        let mut state = begin.clone();
        let (_, back) = constant_fields::rrule(&mut state, (Active,));
        assert_eq!((state.sampler.noise.drawn, state.sampler.setting.seen.len()), (9, 0));
        assert!(state.sampler.setting.rate < 0.1 && state.sampler.visited.len() == 3);
        let mut shadow = begin.clone();
        back(&mut state, &1.0, &mut shadow);
        assert_eq!(state.sampler.noise.state, begin.sampler.noise.state);
        assert_eq!(state.sampler.noise.drawn, 0);
        assert_eq!(state.sampler.setting.rate.to_bits(), begin.sampler.setting.rate.to_bits());
        assert!(state.sampler.visited.is_empty());
    }),
    made_inside("a generator that is made inside, `#[constant] let mut`", 2, |x| made_inside(
        x[0], x[1]
    )),
    metropolis("local values that only change, in conditions and indices", 2, |x| metropolis(x)),
    breadth_first(
        "local values that only change, in conditions and indices",
        5,
        |x| breadth_first(x)
    ),
    shuffled("local values that only change, in conditions and indices", 3, |x| shuffled(x)),
    latched("local values that only change, in conditions and indices", 3, |x| latched(x)),
    settings_inside("`#[constant] let`", 1, |x| settings_inside(x[0])),
    below_lengths("lengths that are given to constants", 3, |x| below_lengths(x)),
    generic_generators("generic constants by `&mut`", 1, |x| generic_generators(x[0])),
];
