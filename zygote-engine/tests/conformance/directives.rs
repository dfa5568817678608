//! What steers the derivative: constants, checkpoints, hooks, rules of the user.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn constant_parameter(x: f64, #[constant] k: f64) -> f64 {
    x * x * k
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y * y
}

#[differentiable]
fn constant_inside(x: f64) -> f64 {
    let frozen = constant(x * x);
    frozen * x
}

/// A baseline that is not differentiated.
#[differentiable]
fn centred(x: &[f64]) -> f64 {
    let mean = constant(x.iter().sum::<f64>() / x.len() as f64);
    x.iter().map(|y| (y - mean) * y).sum()
}

/// A stage of a longer computation.
#[differentiable]
fn stage(s: f64, y: &[f64], k: f64) -> f64 {
    let mut a = s;
    for z in y {
        a = a.sin() * z + k * s;
    }
    a * k
}

#[differentiable]
fn checkpointed(x: &[f64], k: f64) -> f64 {
    let mut s = k;
    for i in 0..x.len() {
        s = checkpoint(|| stage(s, &x[i..], k));
    }
    s
}

#[differentiable]
fn clipped(x: f64) -> f64 {
    let y = hook(x * x, |d| d.clamp(-1.0, 1.0));
    3.0 * y + x
}

/// A step.
fn spike(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

/// With the derivative of a smooth one.
#[rule(spike)]
fn smooth_spike(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (spike(x), move |dy| dy / (1.0 + x.abs()).powi(2))
}

/// The root of y + k e^y = x by Newton's method.
fn implicit(x: f64, k: f64) -> f64 {
    let mut y = 0.0_f64;
    for _ in 0..60 {
        y -= (y + k * y.exp() - x) / (1.0 + k * y.exp());
    }
    y
}

/// By the theorem of implicit functions.
#[rule(implicit)]
fn implicit_rule(x: f64, k: f64) -> (f64, impl FnOnce(f64) -> (f64, f64) + Clone) {
    let y = implicit(x, k);
    (y, move |dy: f64| {
        let slope = dy / (1.0 + k * y.exp());
        (slope, -slope * y.exp())
    })
}

#[differentiable]
fn through_implicit(x: f64, k: f64) -> f64 {
    implicit(x * k, 1.0 + k * k) * x
}

#[differentiable]
fn spiking(x: f64) -> f64 {
    2.0 * spike(x * x - 0.5)
}

#[derive(Clone, Tangent)]
struct Layer {
    weights: Vec<f64>,
    bias: f64,
}

#[differentiable]
impl Layer {
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![self.bias; x.len()];
        for i in 0..x.len() {
            y[i] += (self.weights[i % self.weights.len()] * x[i]).tanh();
        }
        y
    }

    fn size(&self, k: f64) -> f64 {
        self.weights.iter().map(|w| w * w * k).sum::<f64>() + self.bias
    }

    fn checked(&self, x: f64) -> Option<f64> {
        if x > -1.0 { Some(self.bias * x.exp()) } else { None }
    }
}

mod far {
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn square(x: f64, k: f64) -> f64 {
        x * x * k
    }
}

#[differentiable]
fn checkpointed_methods(layer: &Layer, x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for _ in 0..2 {
        v = checkpoint(|| layer.forward(&v));
    }
    let s = checkpoint(|| Layer::size(layer, k));
    v[0] * v[1] + s
}

#[differentiable]
fn checkpointed_expressions(x: &[f64], k: f64) -> f64 {
    let a = checkpoint(|| far::square(x[0] + x[1], k * 2.0)) * x[1];
    let b = 1.0 + checkpoint(|| far::square(a, x[2]));
    if b > 0.0 {
        return checkpoint(|| far::square(b, a));
    }
    b * k
}

#[differentiable]
fn checkpointed_in_chains(x: &[f64], k: f64) -> f64 {
    x.iter().map(|y| checkpoint(|| far::square(*y, k))).sum::<f64>()
}

#[differentiable]
fn checkpointed_options(layer: &Layer, x: f64) -> f64 {
    match checkpoint(|| layer.checked(x)) {
        Some(y) => y * x,
        None => x * layer.weights[0],
    }
}

#[differentiable]
fn generic_stage<T: Real>(x: T, k: T) -> T {
    (x * k).sin() * x
}

#[differentiable]
fn checkpointed_generic<T: Real>(x: T, k: T) -> T {
    let mut s = x;
    for _ in 0..3 {
        s = checkpoint(|| generic_stage(s, k));
    }
    s
}

#[differentiable]
fn reversed(x: f64, y: f64) -> f64 {
    let a = hook(x, |d: f64| -d);
    a * y
}

#[differentiable]
fn hooked_vector(x: &[f64], limit: f64) -> f64 {
    let v: Vec<f64> = x.iter().map(|y| y * y).collect();
    let w = hook(v, |d| {
        let norm = d.iter().map(|d| d * d).sum::<f64>().sqrt();
        d.iter().map(|d| d * limit / norm).collect()
    });
    w[0] * 3.0 + w[1] * 4.0
}

#[differentiable]
fn hooked_struct(layer: Layer, x: f64) -> f64 {
    let l = hook(layer, |d: Layer| Layer { bias: 2.0 * d.bias, ..d });
    l.bias * x + l.weights[0] * x
}

#[differentiable]
fn hooked_in_a_loop(x: f64, n: usize) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s = hook(s * x, |d: f64| 0.5 * d);
    }
    s
}

/// A table that is read without derivative.
#[derive(Clone, Tangent)]
struct Table {
    knots: Vec<f64>,
}

fn square(table: &Table, x: f64) -> f64 {
    table.knots[0] * x * x
}

#[rule(square)]
fn square_rule(table: &Table, x: f64) -> (f64, impl FnOnce(f64) -> (Table, f64) + Clone + use<>) {
    let k = table.knots[0];
    let n = table.knots.len();
    (square(table, x), move |dy: f64| {
        let mut knots = vec![0.0; n];
        knots[0] = dy * x * x;
        (Table { knots }, 2.0 * dy * k * x)
    })
}

#[differentiable]
impl Table {
    fn square(&self, x: f64) -> f64 {
        square(self, x)
    }
}

#[differentiable]
fn through_a_method(table: &Table, x: f64) -> f64 {
    table.square(x) * x + table.knots[1]
}

/// The length of a vector.
fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[rule(norm)]
fn norm_rule(v: &[f64]) -> (f64, impl FnOnce(f64) -> Vec<f64>) {
    let y = norm(v);
    let v = v.to_vec();
    (y, move |dy: f64| v.iter().map(|x| dy * x / y).collect())
}

#[differentiable]
fn through_norm(x: &[f64]) -> f64 {
    norm(x) * norm(&x[1..]) + x[0]
}

#[differentiable]
fn constant_parts(x: &[f64], #[constant] weights: &[f64], layer: &Layer) -> f64 {
    let frozen = constant(layer.forward(x));
    x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() * layer.bias + frozen[0] * x[1]
}

#[derive(Clone, Copy, Tangent)]
struct Both {
    a: f64,
    b: f64,
}

#[differentiable]
fn pair(x: f64, k: f64) -> (f64, Both) {
    let y = x * k;
    (y.sin(), Both { a: y, b: x * x })
}

#[differentiable]
fn checked(x: f64) -> Option<f64> {
    if x > -1.0 { Some(x.exp()) } else { None }
}

#[differentiable]
fn checkpointed_pair(x: f64, k: f64) -> f64 {
    let (y, Both { a, b }) = checkpoint(|| pair(x, k));
    y * a + b
}

#[differentiable]
fn checkpointed_question(x: f64, k: f64) -> Option<f64> {
    let y = checkpoint(|| checked(x))?;
    let z = checkpoint(|| checked(y * k))?;
    Some(y * z)
}

#[differentiable]
fn checkpointed_with_question(x: f64, k: f64) -> f64 {
    checkpointed_question(x, k).unwrap_or(x * k)
}

#[differentiable]
fn checkpointed_by_move(x: f64, k: f64) -> f64 {
    let mut s = x;
    for _ in 0..3 {
        s = checkpoint(move || advance(s, k));
    }
    s
}

#[differentiable]
fn advance(s: f64, k: f64) -> f64 {
    s.sin() * k + s
}

#[differentiable]
fn checkpointed_block(x: f64, k: f64) -> f64 {
    let y = checkpoint(|| advance(x, k));
    y * x
}

#[differentiable]
fn stages_in_stages(x: f64, k: f64) -> f64 {
    let y = checkpoint(|| advance(x, k));
    checkpoint(|| advance(y, x)) * k
}

#[differentiable]
fn nested_checkpoints(x: f64, k: f64) -> f64 {
    checkpoint(|| stages_in_stages(x * k, k)) + x
}

#[differentiable]
fn checkpoint_in_a_closure(x: f64, k: f64) -> f64 {
    let f = |y: f64| checkpoint(|| advance(y, k));
    f(x) * f(k)
}

#[differentiable]
fn checkpoint_in_branches(x: f64, k: f64) -> f64 {
    if x > 0.0 { checkpoint(|| advance(x, k)) } else { checkpoint(|| advance(k, x)) * x }
}

#[differentiable]
fn checkpoint_of_a_state(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for i in 0..3 {
        let s = checkpoint(|| damped_total(&v, k));
        v[i % 2] += s * 0.1;
        v.push(s);
    }
    v.iter().sum()
}

#[differentiable]
fn damped_total(v: &[f64], k: f64) -> f64 {
    v.iter().fold(k, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn checkpoint_in_while(x: f64, k: f64) -> f64 {
    let mut s = x;
    let mut n = 0;
    while s.abs() < 3.0 && n < 5 {
        s = checkpoint(|| advance(s, k)) + 0.4;
        n += 1;
        if s < -2.0 {
            break;
        }
    }
    s * k
}

#[differentiable]
fn hook_tuple(x: f64, k: f64) -> f64 {
    let (a, b) = hook((x * x, k), |d: (f64, f64)| (d.0, d.1));
    a * b
}

#[differentiable]
fn hook_option(x: f64, k: f64) -> f64 {
    let o = hook(checked(x), |d: Option<f64>| d.map(|d| d * 1.0));
    o.unwrap_or(k) * k
}

#[differentiable]
fn hook_chain(x: &[f64], k: f64) -> f64 {
    x.iter().map(|y| hook(y * k, |d: f64| d * 1.0)).sum()
}

#[differentiable]
fn hook_in_closure(x: f64, k: f64) -> f64 {
    let f = |y: f64| {
        hook(y * k, |d: f64| {
            let e = d;
            e
        })
    };
    f(x) * f(k)
}

#[differentiable]
fn hook_receiver(x: f64, k: f64) -> f64 {
    hook(x, |d: f64| d).powi(2) * k + hook(k, |d| d)
}

#[differentiable]
fn damped(x: f64) -> f64 {
    x * x.sin()
}

#[differentiable]
fn recomputed_region(x: &[f64], k: f64) -> f64 {
    let w = k * 0.5;
    let mut state = vec![x[0], x[1]];
    let mut total = 0.0;
    for i in 0..3 {
        let y = checkpoint(|| {
            let mut s = w;
            let mut v = state.clone();
            for j in 0..4 {
                v[0] = damped(v[0] * k) + v[1];
                if v[0] > 1.0 {
                    v[1] *= 0.5;
                }
                s += v.iter().map(|z| z * s.cos()).sum::<f64>() * (j + i) as f64 * 0.1;
            }
            s
        });
        total += y * state[1];
        state[i % 2] = y * 0.1;
    }
    total
}

#[differentiable]
fn recomputed_beside(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let w = f(x);
    let z = checkpoint(|| {
        let y = w * x;
        y * y
    });
    z * checkpoint(|| x * z * w) * checkpoint(|| damped(x))
}

#[differentiable]
fn recomputed_with(x: f64) -> f64 {
    recomputed_beside(|y| y * y * x, x)
}

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn thrice(x: f64) -> f64 {
    x * x * x
}

programs![
    constant_parameter("`#[constant]` parameters", 1, |x| constant_parameter(x[0], 2.5)),
    constant_argument(
        "`constant(..)` at a call of `gradient!`",
        1,
        |x| product(x[0], 1.5),
        |x| value_and_gradient!(product, x[0], constant(1.5))
    ),
    constant_inside("`constant(..)` in a function", || {
        for x in [-1.0, 0.5, 2.0] {
            assert_eq!(value_and_gradient!(constant_inside, x), (x * x * x, x * x));
        }
    }),
    centred("`constant(..)` in a function", || {
        // without its derivative the mean is 3
        let (y, d) = value_and_gradient!(centred, &[1.0, 2.0, 6.0]);
        assert_eq!((y, d), (14.0, vec![-1.0, 1.0, 9.0]));
    }),
    checkpointed("`checkpoint`", 4, |x| checkpointed(&x[..3], x[3])),
    clipped("`hook`", || {
        // 3 x^2 + x, with the slope of x^2 times 1 in place of 3
        assert_eq!(value_and_gradient!(clipped, 0.25), (0.4375, 1.5));
        assert_eq!(value_and_gradient!(clipped, -2.0), (10.0, -3.0));
    }),
    through_implicit("`#[rule]`", 2, |x| through_implicit(x[0], x[1])),
    spiking("`#[rule]`", || {
        for (x, value) in [(1.5_f64, 2.0), (0.5, 0.0)] {
            let expected = 2.0 * 2.0 * x / (1.0 + (x * x - 0.5).abs()).powi(2);
            let (y, d) = value_and_gradient!(spiking, x);
            assert_eq!(y, value);
            assert!((d - expected).abs() < 1e-15);
        }
    }),
    checkpointed_methods("`checkpoint`", 6, |x| checkpointed_methods(
        &Layer { weights: x[..2].to_vec(), bias: x[2] },
        &x[3..5],
        x[5]
    )),
    checkpointed_expressions("`checkpoint`", 4, |x| checkpointed_expressions(&x[..3], x[3])),
    checkpointed_in_chains("`checkpoint`", 4, |x| checkpointed_in_chains(&x[..3], x[3])),
    checkpointed_options("`checkpoint`", 3, |x| checkpointed_options(
        &Layer { weights: vec![x[0]], bias: x[1] },
        x[2]
    )),
    checkpointed_generic("`checkpoint`", 2, |x| checkpointed_generic(x[0], x[1])),
    reversed("`hook`", || {
        assert_eq!(value_and_gradient!(reversed, 2.0, 3.0), (6.0, (-3.0, 2.0)));
    }),
    hooked_vector("`hook`", || {
        let (y, (d, _)) = value_and_gradient!(hooked_vector, &[1.0, 2.0], 10.0);
        assert_eq!((y, d), (19.0, vec![12.0, 32.0]));
    }),
    hooked_struct("`hook`", || {
        let (y, (d, dx)) =
            value_and_gradient!(hooked_struct, Layer { weights: vec![3.0], bias: 2.0 }, 5.0);
        assert_eq!((y, d.bias, d.weights, dx), (25.0, 10.0, vec![5.0], 5.0));
    }),
    hooked_in_a_loop("`hook`", || {
        // x^4, with half of the cotangent kept in each step
        let (y, d) = value_and_gradient!(hooked_in_a_loop, 2.0, 3);
        assert_eq!(y, 16.0);
        let half = 0.5;
        assert_eq!(
            d,
            half * 8.0 + half * half * 2.0 * 4.0 + half * half * half * (4.0 * 2.0 + 4.0 * 2.0)
        );
    }),
    through_a_method("`#[rule]`", 3, |x| through_a_method(&Table { knots: x[..2].to_vec() }, x[2])),
    through_norm("`#[rule]`", 3, |x| through_norm(x)),
    constant_parts("`constant(..)` in a function", || {
        let layer = Layer { weights: vec![0.0], bias: 2.0 };
        let (y, (dx, dl)) = value_and_gradient!(constant_parts, &[1.0, 3.0], &[0.5, -1.0], &layer);
        assert_eq!(y, -2.5 * 2.0 + 2.0 * 3.0);
        assert_eq!(dx, [1.0, -2.0 + 2.0]);
        assert_eq!((dl.bias, dl.weights), (-2.5, vec![0.0]));
    }),
    checkpointed_pair("`checkpoint`", 2, |x| checkpointed_pair(x[0], x[1])),
    checkpointed_with_question("`checkpoint`", 2, |x| checkpointed_with_question(x[0], x[1])),
    checkpointed_by_move("`checkpoint`", 2, |x| checkpointed_by_move(x[0], x[1])),
    checkpointed_block("`checkpoint`", 2, |x| checkpointed_block(x[0], x[1])),
    nested_checkpoints("`checkpoint`", 2, |x| nested_checkpoints(x[0], x[1])),
    checkpoint_in_a_closure("`checkpoint`", 2, |x| checkpoint_in_a_closure(x[0], x[1])),
    checkpoint_in_branches("`checkpoint`", 2, |x| checkpoint_in_branches(x[0], x[1])),
    checkpoint_of_a_state("`checkpoint`", 3, |x| checkpoint_of_a_state(&x[..2], x[2])),
    checkpoint_in_while("`checkpoint`", 2, |x| checkpoint_in_while(x[0], x[1])),
    hook_tuple("`hook`", 2, |x| hook_tuple(x[0], x[1])),
    hook_option("`hook`", 2, |x| hook_option(x[0], x[1])),
    hook_chain("`hook`", 3, |x| hook_chain(&x[..2], x[2])),
    hook_in_closure("`hook`", 2, |x| hook_in_closure(x[0], x[1])),
    hook_receiver("`hook`", 2, |x| hook_receiver(x[0], x[1])),
    recomputed_region("`checkpoint` of a region", 3, |x| recomputed_region(&x[..2], x[2])),
    recomputed_with("`checkpoint` of a region", 1, |x| recomputed_with(x[0])),
    patterns_of_closures("patterns of closures at `gradient!`", || {
        assert_eq!(gradient!(|(a, b): (f64, f64)| a * b * a, (2.0, 3.0)), (12.0, 4.0));
        assert_eq!(
            gradient!(|[a, b]: [f64; 2], &c: &f64| a * b * c, [2.0, 3.0], &5.0),
            ([15.0, 10.0], 6.0)
        );
        let pair = Pair { a: 2.0, b: 3.0 };
        let of_pair = Pair { a: 12.0, b: 4.0 };
        assert_eq!(gradient!(|Pair { a, b }: Pair| a * b * a, pair), of_pair);
        assert_eq!(gradient!(|&Pair { a: x, b }: &Pair| x * b * x, &pair), of_pair);
        assert_eq!(gradient!(|text: &str, x: f64| text.len() as f64 * x, "abc", 2.0), 3.0);
        assert_eq!(
            gradient!(
                |mut v: Vec<f64>| {
                    v[0] *= v[1];
                    v[0]
                },
                vec![2.0, 3.0]
            ),
            [3.0, 2.0]
        );
    }),
    functions_given_to_macros("functions that macros are given, at `gradient!`", || {
        macro_rules! by_path {
            ($f:path) => {
                gradient!($f, 2.0)
            };
        }
        macro_rules! by_expression {
            ($f:expr) => {
                gradient!($f, 2.0)
            };
        }
        assert_eq!((by_path!(thrice), by_expression!(thrice)), (12.0, 12.0));
        assert_eq!(by_expression!(|x: f64| x * x), 4.0);
    }),
];
