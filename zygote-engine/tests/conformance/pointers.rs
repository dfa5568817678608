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
];
