//! `#[constant]` fields of types without a cotangent, which are carried along.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Square,
    Double,
}

impl Kind {
    fn factor(self) -> f64 {
        if self == Self::Square { 1.5 } else { 2.0 }
    }
}

#[derive(Clone, Debug)]
struct Settings {
    steps: usize,
}

#[derive(Clone, Debug, Tangent)]
struct Layer {
    #[constant]
    kind: Kind,
    weight: f64,
    #[constant]
    settings: Settings,
}

#[differentiable]
fn layer(weight: f64) -> Layer {
    Layer { kind: Kind::Square, weight, settings: Settings { steps: 2 } }
}

#[differentiable]
impl Layer {
    fn scaled(&self, k: f64) -> Self {
        let settings = constant(&self.settings).clone();
        Self { kind: self.kind, weight: self.weight * k, settings }
    }

    fn value(&self, x: f64) -> f64 {
        let y = match self.kind {
            Kind::Square => x * x,
            Kind::Double => 2.0 * x,
        };
        self.weight * y
    }

    fn turn(&mut self, other: &Self) {
        self.kind = Kind::Double;
        self.weight *= other.weight;
        if self.weight > 1.0 {
            self.kind = other.kind;
        }
    }
}

#[differentiable]
fn rebuilt(weight: f64, k: f64) -> f64 {
    let l = layer(weight);
    let m = l.scaled(k);
    m.value(k) + m.weight
}

#[differentiable]
fn from_another(w: f64, x: f64, k: f64) -> f64 {
    let l = &layer(w);
    let m = Layer { kind: Kind::Double, weight: l.weight * k, ..l.clone() };
    let n = Layer { weight: m.weight * x, ..m.clone() };
    m.value(x) + n.value(k)
}

#[differentiable]
fn taken_apart(w: f64, x: f64) -> f64 {
    let l = layer(w);
    let Layer { kind, weight, settings } = l.clone();
    let m = Layer { kind, weight: weight * x, settings };
    m.value(x) * m.weight
}

#[differentiable]
fn overwritten(w: f64, x: f64, k: f64) -> f64 {
    let l = &layer(w);
    let mut m = l.clone();
    let before = m.value(x);
    m.kind = Kind::Double;
    m.weight *= k;
    let between = m.value(x);
    m.kind = l.kind;
    m.turn(l);
    before * between + m.value(k)
}

#[differentiable]
fn in_a_loop(w: f64, x: f64) -> f64 {
    let l = layer(w);
    let mut all = vec![l.clone()];
    for i in 0..3 {
        let kind = if i == 1 { Kind::Double } else { Kind::Square };
        let last = all[i].clone();
        all.push(Layer { kind, weight: last.weight * x, ..last });
        all[i].kind = all[i + 1].kind;
    }
    let mut s = 0.0;
    for l in &all {
        let m =
            Layer { kind: l.kind, weight: l.weight * 0.5, settings: constant(&l.settings).clone() };
        s += m.value(x) * constant(m.settings.steps as f64);
    }
    s
}

#[differentiable]
fn boxed(w: f64, x: f64) -> f64 {
    let mut boxed = Box::new(layer(w));
    boxed.kind = Kind::Double;
    let m = Layer {
        kind: boxed.kind,
        weight: boxed.weight * x,
        settings: constant(&boxed.settings).clone(),
    };
    let f = |k: f64| Layer { kind: Kind::Square, weight: k, ..m.clone() };
    f(x).value(x) + m.value(x)
}

/// What is carried along is read as it is, also where it gives a real number.
#[differentiable]
fn read(w: f64, x: f64) -> f64 {
    let l = layer(w);
    let m = l.scaled(x);
    let other = Layer { kind: Kind::Double, ..m.clone() };
    constant(m.kind).factor() * m.weight * x + constant(other.kind).factor() * x
}

#[derive(Clone, Tangent)]
struct Stack {
    layers: Vec<Layer>,
    table: [[f64; 2]; 2],
    #[constant]
    settings: Settings,
}

/// Names of references to items and to parts of items, in loops in loops, beside such fields.
#[differentiable]
fn references_in_loops(w: f64, x: f64) -> f64 {
    let settings = layer(w).settings;
    let mut stack = Stack { layers: vec![layer(w), layer(x)], table: [[w, x], [x, 1.0]], settings };
    for row in &mut stack.table {
        let mean = row.iter().sum::<f64>() / 2.0;
        for v in row.iter_mut() {
            *v = (*v - mean) * x;
        }
        row.iter_mut().for_each(|v| *v += mean * w);
    }
    stack.table.iter_mut().flatten().for_each(|v| *v *= w);
    for (Layer { weight, .. }, row) in stack.layers.iter_mut().zip(&stack.table) {
        *weight += row[0] * row[1];
    }
    for l in &mut stack.layers {
        let weight = &mut l.weight;
        *weight *= x;
    }
    stack.layers.iter().map(|l| l.value(x)).sum()
}

#[derive(Clone, Debug, Tangent)]
enum Stage {
    Set(#[constant] Settings, f64),
    Free(f64),
}

#[differentiable]
fn stage(l: &Layer, x: f64) -> Stage {
    if x > 0.0 { Stage::Set(l.settings.clone(), l.weight * x) } else { Stage::Free(x) }
}

#[differentiable]
fn cloned(w: f64, x: f64) -> f64 {
    let first = layer(w);
    let mut last = Layer { kind: first.kind, weight: x, settings: first.settings.clone() };
    for i in 0..3 {
        last = Layer { weight: last.weight * w, settings: last.settings.clone(), ..last };
        if i == 1 {
            last.settings = first.settings.clone();
        }
    }
    let both = [first, last];
    let all: Vec<Layer> = both
        .iter()
        .map(|l| Layer { kind: l.kind, weight: l.weight * x, settings: l.settings.clone() })
        .collect();
    let s: f64 = all.iter().map(|l| l.value(x)).sum();
    let last = stage(&all[1], x);
    match &last {
        Stage::Set(settings, y) => s * y * constant(settings.steps as f64),
        Stage::Free(y) => s * y,
    }
}

/// Its constant is of any type.
#[derive(Clone, Tangent)]
struct With<T> {
    #[constant]
    options: T,
    weight: f64,
}

#[differentiable]
fn of_parameters(x: &[f64], n: usize) -> f64 {
    let mut counts = With { options: vec![n, 3], weight: x[0] * x[1] };
    counts.options.push(n + 1);
    counts.weight *= x[2];
    let data = With { options: constant(x.to_vec()), weight: x[1] };
    let kind = With { options: Kind::Double, weight: x[0] };
    let n = counts.options[2] as f64;
    n * counts.weight
        + data.options.len() as f64 * data.weight * kind.weight
        + constant(&kind.options).factor() * x[2]
}

/// The last statement is behind an early end.
#[differentiable]
fn shifted(n: usize, m: &mut With<usize>, y: f64) -> f64 {
    if n == 0 {
        return m.weight * y;
    }
    m.weight = m.weight * y + n as f64;
    m.weight * shifted(n - 1, m, y * 0.5)
}

#[differentiable]
fn written_after_an_end(x: &[f64]) -> f64 {
    let mut m = With { options: 2, weight: x[0] };
    shifted(2, &mut m, x[1]) * m.weight
}

programs![
    written_after_an_end("fields written after an early end", 2, |x| written_after_an_end(x)),
    of_parameters(
        "the same, of a type parameter: `With { options: vec![n], weight: x }`",
        3,
        |x| { of_parameters(x, 1) }
    ),
    references_in_loops("the same, beside references to parts in loops", 2, |x| {
        references_in_loops(x[0], x[1])
    }),
    cloned("the same, cloned: `Self { settings: self.settings.clone(), .. }`", 2, |x| cloned(
        x[0], x[1]
    )),
    rebuilt(
        "`#[constant]` fields of types without a cotangent: `Self { kind: self.kind, .. }`",
        2,
        |x| { rebuilt(x[0], x[1]) }
    ),
    from_another("the same, `L { kind: Kind::B, ..l.clone() }`", 3, |x| from_another(
        x[0], x[1], x[2]
    )),
    taken_apart("the same, taken apart and put together", 2, |x| taken_apart(x[0], x[1])),
    overwritten("the same, overwritten: `m.kind = Kind::B`", 3, |x| overwritten(x[0], x[1], x[2])),
    in_a_loop("the same in loops", 2, |x| in_a_loop(x[0], x[1])),
    boxed("the same in boxes and closures", 2, |x| boxed(x[0], x[1])),
    read("the same, read", 2, |x| read(x[0], x[1])),
    carried_shadow("the cotangent carries them along", || {
        let start = layer(1.5);
        let (dl, dx) = gradient!(Layer::value, &start, 2.0);
        assert_eq!((dl.kind, dl.settings.steps, dl.weight, dx), (Kind::Square, 2, 4.0, 6.0));
    }),
];
