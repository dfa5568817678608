//! Constants whose types are no `Tangent`: options, kinds and labels that are kept, and walked over beside what
//! varies.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Up,
    Down,
}
use Kind::{Down, Up};

impl Kind {
    fn sign(self) -> f64 {
        if self == Up { 1.0 } else { -1.0 }
    }
}

impl From<Kind> for f64 {
    fn from(kind: Kind) -> f64 {
        kind.sign()
    }
}

#[derive(Clone)]
struct Options {
    steps: usize,
    damping: f64,
    names: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { steps: 2, damping: 0.5, names: vec!["default".to_string()] }
    }
}

#[derive(Clone)]
struct Part {
    weight: f64,
    kind: Kind,
    sizes: Vec<f64>,
}

impl Part {
    fn gain(&self) -> f64 {
        self.weight * 2.0
    }
}

fn parts() -> Vec<Part> {
    vec![
        Part { weight: 2.0, kind: Up, sizes: vec![0.3] },
        Part { weight: 1.5, kind: Down, sizes: vec![1.3, 0.1] },
    ]
}

#[differentiable]
fn damped(x: f64, #[constant] options: &Options) -> f64 {
    let mut y = x;
    for _ in 0..options.steps {
        y -= options.damping * y * y;
    }
    y + options.names.len() as f64
}

#[differentiable]
fn a_literal_with_a_base(x: f64) -> f64 {
    let options = Options { steps: 3, ..Options::default() };
    damped(x, &options) * x
}

#[differentiable]
fn literals_in_a_loop(x: f64) -> f64 {
    let mut s = 0.0;
    for steps in 0..3 {
        let options = Options { steps, damping: 0.1, names: vec!["loop".to_string()] };
        s += damped(x, &options) * x;
    }
    s
}

#[differentiable]
fn chosen(x: f64) -> f64 {
    let options =
        if x > 0.5 { Options::default() } else { Options { steps: 1, ..Options::default() } };
    let kinds = [Up, Down, Up];
    let kind = kinds[1];
    damped(x, &options) * kind.sign()
}

#[differentiable]
fn in_a_closure(x: f64) -> f64 {
    let kinds = [Up, Down];
    let each = |k: usize, y: f64| {
        let options = Options { steps: k, ..Options::default() };
        damped(y, &options) * kinds[k].sign()
    };
    each(0, x) + each(1, x * x)
}

#[differentiable]
fn slices(x: &[f64], #[constant] kinds: &[Kind]) -> f64 {
    let mut s = 0.0;
    for (a, &kind) in x.iter().zip(kinds) {
        let sign: f64 = kind.into();
        s += sign * a * a;
    }
    s + kinds.iter().zip(x).map(|(kind, a)| f64::from(*kind) * a.sin()).sum::<f64>()
}

#[differentiable]
fn lists(x: &[f64], #[constant] kinds: &Vec<Kind>) -> f64 {
    let items = x.iter().zip(kinds.iter()).enumerate();
    items.map(|(i, (a, kind))| i as f64 * a + kind.sign() * a * a).sum()
}

#[differentiable]
fn structs(x: &[f64], #[constant] parts: &[Part]) -> f64 {
    let mut s = 0.0;
    for (a, part) in x.iter().zip(parts) {
        s += part.weight * a * a + part.sizes[0] * a;
    }
    for (part, a) in parts.iter().rev().zip(x) {
        s += part.gain() * a * a;
        if part.kind == Up {
            s += a;
        }
    }
    s
}

#[differentiable]
fn pairs(x: &[f64], #[constant] pairs: &[(Kind, f64)]) -> f64 {
    let mut s = 0.0;
    for (&(kind, weight), a) in pairs.iter().zip(x) {
        if kind == Up {
            s += weight * a * a;
        } else {
            s -= a * weight;
        }
    }
    s
}

#[differentiable]
fn by_value(x: &[f64]) -> f64 {
    let kinds = [Up, Down, Up];
    let more = vec![Down, Up];
    let mut s = 0.0;
    for (kind, a) in kinds.into_iter().zip(x) {
        s += kind.sign() * a * a;
    }
    for (a, kind) in x.iter().zip(more) {
        s += a * a * a * kind.sign();
    }
    s
}

#[differentiable]
fn copied(x: &[f64]) -> f64 {
    let kinds = vec![Up, Down, Up];
    let mut s = 0.0;
    for (kind, a) in kinds.iter().copied().zip(x.iter().copied()) {
        s += kind.sign() * a * a;
    }
    for (a, kind) in x.iter().rev().zip(kinds) {
        s += a * a.cos() * kind.sign();
    }
    s
}

#[differentiable]
fn generic<T: Copy + PartialEq>(x: &[f64], #[constant] all: &[T], #[constant] one: T) -> f64 {
    let mut s = 0.0;
    for (a, t) in x.iter().zip(all) {
        s += if *t == one { a * a } else { a.sin() };
    }
    s
}

#[derive(Clone)]
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[differentiable]
fn step(#[constant] draws: &mut Draws, x: f64) -> f64 {
    x * x * draws.uniform() + draws.uniform()
}

#[differentiable]
fn walk(#[constant] draws: &mut Draws, x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y += step(draws, y) * 0.1;
    }
    y
}

#[differentiable]
fn fill(buffer: &mut Vec<f64>, x: f64) -> f64 {
    buffer[0] *= x * x;
    buffer[0] * 2.0
}

#[derive(Clone, Tangent)]
struct Sum {
    of: f64,
}

#[differentiable]
impl Sum {
    fn new(of: f64) -> Self {
        Sum { of }
    }
}

#[differentiable]
fn add(sum: &mut Sum, x: f64) -> f64 {
    sum.of += x * x;
    sum.of * x
}

#[differentiable]
fn lent_generators(x: f64) -> f64 {
    let mut draws = Draws(42);
    let a = walk(&mut draws, x, 3);
    let mut s = 0.0;
    for k in 0..3 {
        s += walk(&mut draws, a * x, k);
        let mut inner = Draws(k as u64);
        s *= step(&mut inner, x);
    }
    if x > 0.5 {
        s += step(&mut draws, x);
    }
    let again = |y: f64| step(&mut Draws(7), y) * x;
    s + again(x) + step(&mut Draws(3), a)
}

#[differentiable]
fn lent_sums(x: f64, y: f64) -> f64 {
    let mut buffer = vec![y; 1];
    let mut s = fill(&mut buffer, x) + fill(&mut vec![1.0], y);
    s += fill(&mut buffer, y);
    let mut sum = Sum::new(x);
    for _ in 0..2 {
        s += add(&mut sum, y);
    }
    s + add(&mut Sum::new(x * y), x)
}

programs![
    lent_generators(
        "a generator without `Tangent`, and a temporary one, lent to functions",
        1,
        |x| { lent_generators(x[0]) }
    ),
    lent_sums("what varies, and a temporary value that does, lent to functions alone", 2, |x| {
        lent_sums(x[0], x[1])
    }),
    a_literal_with_a_base("`let options = Options { steps: 3, ..Options::default() };`", 1, |x| {
        a_literal_with_a_base(x[0])
    }),
    literals_in_a_loop("a constant of a type without `Tangent` in a loop", 1, |x| {
        literals_in_a_loop(x[0])
    }),
    chosen("a constant of a type without `Tangent` of two branches", 1, |x| chosen(x[0])),
    in_a_closure("a constant of a type without `Tangent` in a closure", 1, |x| in_a_closure(x[0])),
    slices("`zip` with constants of a type without `Tangent`", 2, |x| slices(x, &[Down, Up])),
    lists("`zip` with a `Vec` of constants of a type without `Tangent`", 3, |x| {
        lists(x, &vec![Up, Down, Up])
    }),
    structs("`zip` with constant structs without `Tangent`", 2, |x| structs(x, &parts())),
    pairs("`zip` with constant pairs of a type without `Tangent`", 3, |x| {
        pairs(x, &[(Up, 0.5), (Down, 2.0), (Up, 1.5)])
    }),
    by_value("`zip` with an array and a `Vec` of a type without `Tangent`, by value", 3, |x| {
        by_value(x)
    }),
    copied("`copied` of constants of a type without `Tangent`", 3, |x| copied(x)),
    generic("`zip` with constants of a type parameter", 3, |x| generic(x, &[1, 2, 1], 2)),
];
