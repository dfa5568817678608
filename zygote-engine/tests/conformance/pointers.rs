//! `fn` pointers, whose derivatives are found when they are called.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(pointer)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable(pointer)]
fn wave(x: f64) -> f64 {
    if x > 1.0 { x.sin() } else { x.cos() * 0.5 }
}

mod elsewhere {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable(pointer)]
    pub fn weighted(w: &[f64], x: f64) -> f64 {
        w.iter().map(|w| w * x).sum::<f64>() + w[0]
    }

    #[differentiable(pointer)]
    pub fn product(w: &[f64], x: f64) -> f64 {
        let mut y = x;
        for w in w {
            y *= w;
        }
        y
    }
}

type Activation = fn(f64) -> f64;

#[differentiable]
fn twice(f: fn(f64) -> f64, x: f64) -> f64 {
    f(x) * 2.0 + f(f(x))
}

#[differentiable]
fn by_name(x: f64) -> f64 {
    twice(square, x) + twice(|y| y * y * 0.5, x)
}

#[differentiable]
fn table(x: f64, k: usize) -> f64 {
    let table: [fn(f64) -> f64; 2] = [square, wave];
    let f = table[k];
    f(x) + table[1 - k](2.0 * x)
}

#[differentiable]
fn chosen(x: f64) -> f64 {
    let f: Activation = if x > 1.0 { square } else { wave };
    let mut y = x;
    for _ in 0..3 {
        y = f(0.3 * y) + x;
    }
    y
}

#[differentiable]
fn of_slices(fs: &[fn(&[f64], f64) -> f64], w: &[f64]) -> f64 {
    let mut s = 0.1;
    for i in 0..fs.len() {
        s += fs[i](w, s + w[0]);
    }
    s
}

#[differentiable]
fn in_a_chain(fs: &[fn(f64) -> f64], x: f64) -> f64 {
    fs.iter().map(|f| f(x) * x).sum::<f64>()
}

#[derive(Clone, Tangent)]
struct Layer {
    weight: f64,
    #[constant]
    activation: Activation,
    bias: f64,
}

#[differentiable]
impl Layer {
    fn run(&self, x: f64) -> f64 {
        (self.activation)(self.weight * x) + self.bias
    }
}

#[differentiable]
fn network(layers: &[Layer], x: f64) -> f64 {
    let mut y = x;
    for layer in layers {
        y = layer.run(y);
    }
    y
}

#[differentiable]
fn by_alias(f: Activation, x: f64) -> f64 {
    f(x) * x
}

#[test]
#[should_panic(expected = "write `#[differentiable(pointer)]` on it")]
fn a_function_that_is_not_registered_panics() {
    let unknown: fn(f64) -> f64 = |x| x * x;
    let _ = gradient!(twice, unknown, 1.0);
}

#[derive(Clone, Tangent)]
struct Unit {
    weight: f64,
    #[constant]
    activation: Activation,
}

impl Unit {
    /// Its derivative is not asked for.
    fn new(weight: f64, activation: Activation) -> Self {
        Unit { weight, activation }
    }
}

#[differentiable]
impl Unit {
    fn run(&self, x: f64) -> f64 {
        (self.activation)(self.weight * x)
    }
}

#[differentiable]
fn of_library(x: &[f64]) -> f64 {
    let tanh: fn(f64) -> f64 = f64::tanh;
    let unit = Unit { weight: x[0], activation: f64::exp };
    let constant = Unit::new(0.5, f64::sin);
    let (power, larger) = (f64::powi, f64::max);
    tanh(unit.run(x[1])) + constant.run(x[0]) * power(x[1], 3) + larger(x[0], x[1])
}

#[differentiable]
fn pipeline(steps: &[fn(f64) -> f64], x: f64) -> f64 {
    let mut y = x;
    for step in steps {
        y = step(y);
    }
    y
}

#[differentiable]
fn library_table(x: f64) -> f64 {
    let mut steps: Vec<fn(f64) -> f64> = vec![f64::sin, square];
    let cosine: fn(f64) -> f64 = f64::cos;
    steps.push(cosine);
    pipeline(&steps, x) + pipeline(&[f64::atan, f64::exp], x)
}

#[differentiable]
fn library_chosen(x: f64) -> f64 {
    let f = if x > 1.0 { f64::ln as fn(f64) -> f64 } else { f64::exp };
    let g: Option<fn(f64) -> f64> = if x > 1.2 { Some(f64::sqrt) } else { None };
    f(x) * match g {
        Some(g) => g(x),
        None => x,
    }
}

#[derive(Clone, Copy, Tangent)]
enum Kind {
    Tanh,
    Sin,
}

#[differentiable]
impl Kind {
    /// Runs without its derivative, too.
    fn function(self) -> fn(f64) -> f64 {
        match self {
            Kind::Tanh => f64::tanh,
            Kind::Sin => f64::sin,
        }
    }
}

#[differentiable]
fn given_by_method(x: f64) -> f64 {
    let f = Kind::Sin.function();
    let kind = Kind::Tanh;
    f(x) * kind.function()(x)
}

/// Functions that a chain or another method takes stay what they are.
#[differentiable]
fn taken_by_methods(x: &[f64]) -> f64 {
    let parts: Vec<f64> = x.iter().copied().map(f64::abs).collect();
    let counts: Vec<f64> = [1, 2, 3].iter().copied().map(f64::from).collect();
    let root = Some(2.0_f64).map_or(0.0, f64::sqrt);
    parts.iter().copied().fold(f64::NEG_INFINITY, f64::max) * parts[0] * root + counts[1] * parts[1]
}

#[differentiable]
fn function_of(name: &str) -> fn(f64) -> f64 {
    match name {
        "square" => square,
        "tanh" => f64::tanh,
        _ => wave,
    }
}

#[differentiable]
fn given_by_function(x: &[f64]) -> f64 {
    let f = function_of("square");
    let table = [function_of("tanh"), function_of("wave")];
    f(x[0]) * x[1] + table[0](x[1]) + table[1](x[0]) + function_of("tanh")(x[0])
}

programs![
    twice_square(
        "`fn` pointers as arguments, `#[differentiable(pointer)]`",
        1,
        |x| twice(square, x[0]),
        |x| value_and_gradient!(twice, square, x[0])
    ),
    twice_chosen(
        "`fn` pointers as arguments, `#[differentiable(pointer)]`",
        2,
        |x| twice([square, wave][usize::from(x[1] > 1.0)], x[0]) * x[1],
        |x| {
            let f = [square as Activation, wave][usize::from(x[1] > 1.0)];
            let (value, d) = value_and_gradient!(twice, f, x[0]);
            (value * x[1], vec![d * x[1], value])
        }
    ),
    by_name("functions and closures for `fn` pointers", 1, |x| by_name(x[0])),
    by_alias(
        "a type that is a name for `fn` pointers",
        1,
        |x| by_alias(wave, x[0]),
        |x| {
            let (value, (_, d)) = value_and_gradient!(by_alias, wave as Activation, x[0]);
            (value, vec![d])
        }
    ),
    table("`fn` pointers in an array", 1, |x| table(x[0], 0)),
    chosen("`fn` pointers chosen by a branch", 1, |x| chosen(x[0])),
    of_slices("`fn` pointers that take slices", 2, |x| of_slices(
        &[elsewhere::weighted, elsewhere::product, elsewhere::weighted],
        x
    )),
    in_a_chain("`fn` pointers in a chain", 1, |x| in_a_chain(&[square, wave, square], x[0])),
    network("`fn` pointers in fields", 5, |x| network(
        &[
            Layer { weight: x[0], activation: square, bias: x[1] },
            Layer { weight: x[2], activation: wave, bias: x[3] }
        ],
        x[4]
    )),
    of_library("`fn` pointers to methods of numbers", 2, |x| of_library(x)),
    library_table("`fn` pointers to methods of numbers in a list", 1, |x| library_table(x[0])),
    library_chosen(
        "`fn` pointers to methods of numbers chosen by a branch",
        1,
        |x| library_chosen(x[0])
    ),
    given_by_method("`fn` pointers that a method gives", 1, |x| given_by_method(x[0])),
    taken_by_methods("methods of numbers that methods take", 2, |x| taken_by_methods(x)),
    pipeline(
        "`fn` pointers to methods of numbers at `gradient!`",
        1,
        |x| pipeline(&[f64::sin, f64::exp], x[0]),
        |x| {
            let (value, d) = value_and_gradient!(pipeline, &[f64::sin, f64::exp], x[0]);
            (value, vec![d])
        }
    ),
    unit_of_closure(
        "`fn` pointers to methods of numbers at `gradient!`",
        2,
        |x| Unit { weight: x[0], activation: f64::tanh }.run(x[1]),
        |x| {
            let (value, (a, b)) = value_and_gradient!(
                |weight: f64, x: f64| Unit { weight, activation: f64::tanh }.run(x),
                x[0],
                x[1]
            );
            (value, vec![a, b])
        }
    ),
    given_by_function("`fn` pointers that a function gives", 2, |x| given_by_function(x)),
];
