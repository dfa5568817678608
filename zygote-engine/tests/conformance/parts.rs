//! Several parts of one value in one call, and several closures that use one value or function.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
enum Shape {
    Pair(f64, f64),
    Rows { upper: Vec<f64>, lower: Vec<f64>, scale: f64 },
    Nested(Box<Shape>, Box<Shape>),
}

/// Changes both and gives a number.
#[differentiable]
fn turn(a: &mut f64, b: &mut f64) -> f64 {
    let t = *a;
    *a = *b * t.sin() + t;
    *b = t * t - *b;
    *a * *b
}

#[differentiable]
fn mix(a: &mut [f64], b: &mut [f64], by: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len().min(b.len()) {
        let t = a[i];
        a[i] = b[i] * by;
        b[i] = t * t + b[i];
        sum += a[i] * t;
    }
    sum
}

#[differentiable]
fn grown(a: &mut f64, b: &f64) -> f64 {
    *a += *b * *a;
    *a * *b
}

#[differentiable(recursive)]
fn turned(shape: &mut Shape) -> f64 {
    match shape {
        Shape::Pair(a, b) => turn(a, b) + *a - turn(b, a),
        Shape::Rows { upper, lower, scale } => mix(upper, lower, *scale) + mix(lower, upper, 0.5),
        Shape::Nested(a, b) => both(a, b),
    }
}

#[differentiable(recursive)]
fn both(a: &mut Shape, b: &mut Shape) -> f64 {
    if let (Shape::Pair(p, q), Shape::Pair(r, s)) = (&mut *a, &mut *b) {
        return turn(p, s) * turn(q, r);
    }
    let mut sum = turned(a);
    sum += turned(b);
    sum
}

#[differentiable]
fn shapes(x: &[f64]) -> f64 {
    let mut pair = Shape::Pair(x[0], x[1]);
    let mut rows =
        Shape::Rows { upper: vec![x[1], x[2]], lower: vec![x[0], x[1] * x[2]], scale: x[2] };
    let mut nested =
        Shape::Nested(Box::new(Shape::Pair(x[0], x[2])), Box::new(Shape::Pair(x[1], x[0] * x[1])));
    let mut unlike = Shape::Nested(Box::new(Shape::Pair(x[1], x[2])), Box::new(rows.clone()));
    let mut sum = 0.0;
    for _ in 0..2 {
        sum += turned(&mut pair) * turned(&mut rows) + turned(&mut nested);
        sum += turned(&mut unlike) * 0.1;
    }
    sum
}

#[differentiable]
fn whole_and_read(x: &[f64]) -> f64 {
    let mut pair = if x[0] > -0.5 {
        Shape::Pair(x[0], x[1])
    } else {
        Shape::Rows { upper: vec![x[0]], lower: vec![], scale: x[1] }
    };
    let mut sum = x[0] * x[1];
    if let Shape::Pair(a, b) = &mut pair {
        sum += grown(a, b);
        sum *= grown(b, a);
    }
    if let Shape::Pair(a, b) = pair {
        sum += a * b;
    }
    sum
}

#[differentiable]
fn of_a_parameter(shape: &mut Shape, by: f64) -> f64 {
    let Shape::Rows { upper, lower, scale } = shape else { return by };
    *scale *= by;
    let t = mix(&mut upper[1..], lower, *scale);
    t + turn(&mut upper[0], scale)
}

#[differentiable]
fn halves(x: &[f64], n: usize) -> f64 {
    let mut v = x.to_vec();
    let (a, b) = v.split_at_mut(n);
    let mut sum = mix(a, b, 0.5);
    let (c, d) = b.split_at_mut(1);
    sum += mix(a, d, sum) + mix(c, d, 1.5) + turn(&mut a[0], &mut c[0]);
    sum + v[0] * v[2]
}

#[differentiable]
fn patterns(x: &[f64], n: usize) -> f64 {
    let mut v = x[..n].to_vec();
    let mut sum = 0.0;
    if let [first, .., last] = &mut v[..] {
        sum += turn(first, last);
    }
    if let [_, second, rest @ ..] = &mut v[..] {
        sum += turn(second, &mut rest[0]) * rest[1];
    }
    if let [a, b, ..] = &mut v[..] {
        sum *= turn(b, a);
    }
    let mut four = [x[0], x[1], x[0] * x[1], x[2]];
    let [a, b, c, d] = &mut four;
    sum += turn(a, d) * turn(b, c);
    sum + four[0] * four[3] * x[3]
}

#[differentiable]
fn ends(x: &[f64], n: usize) -> f64 {
    let mut v = x.to_vec();
    let mut sum = 0.0;
    if let Some((first, rest)) = v[n..].split_first_mut() {
        sum += turn(first, &mut rest[0]) + turn(first, &mut rest[1]);
    }
    let (last, rest) = v.split_last_mut().unwrap();
    sum += turn(last, &mut rest[0]);
    sum * v[0] + x[1]
}

#[derive(Clone, Tangent)]
struct Cell {
    value: f64,
    next: Option<Box<Cell>>,
}

#[differentiable]
impl Cell {
    fn take_of(&mut self, other: &mut Cell) -> f64 {
        let t = self.value;
        self.value = other.value * t;
        other.value = t.exp();
        t * other.value
    }
}

#[differentiable]
fn receivers(x: &[f64]) -> f64 {
    let mut pair = (
        Cell { value: x[0], next: None },
        [Cell { value: x[1], next: None }, Cell { value: x[0] * x[1], next: None }],
    );
    let [a, b] = &mut pair.1;
    let mut sum = a.take_of(b);
    sum += pair.0.take_of(&mut pair.1[1]);
    sum * pair.0.value + pair.1[0].value
}

#[differentiable]
fn with_one(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    x * f(x) + f(0.5)
}

#[differentiable]
fn with_two(x: f64, f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> f64 {
    f(x) * g(x + 0.5) - f(g(x))
}

#[differentiable]
fn changed_by(mut x: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    x *= f(x);
    x + f(x)
}

#[differentiable]
fn function_twice(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut sum = with_two(x, &f, &f);
    for k in 0..2 {
        sum += with_two(x, |p| if f(p) > 0.2 { p * f(p) } else { p }, &f) * k as f64;
    }
    sum + with_two(x, |p| f(p) * p, |p| with_two(p, &f, |q| f(q) + x))
}

#[differentiable]
fn functions(x: f64, k: f64) -> f64 {
    function_twice(x, |p| k * p.tanh())
}

#[differentiable]
fn parameter_in_closures(x: &[f64]) -> f64 {
    let a = with_two(x[0], |p| x[0] * p, |p| x[1].powi(2) * p.sin());
    let b = with_two(x[1], |p| p * x[1].cos(), |p| with_one(x[0], |q| q * x[1].exp() + p));
    let c = with_two(
        0.5,
        |p| p * x[0],
        |p| {
            let mut s = 0.0;
            for y in x {
                s += y.sin() * p;
            }
            s
        },
    );
    a * b + c
}

#[differentiable]
fn references_in_closures(x: &f64, y: &f64, z: &(f64, f64), t: &mut f64) -> f64 {
    let a = with_two(0.5, |p| *x * p + *y, |p| *x + *y * p);
    *t *= a;
    let b = with_two(*y, |p| z.0 * p + *t, |p| *t + z.1 * p * z.0);
    a * b + *t
}

#[differentiable]
fn number_in_closures(x: &[f64]) -> f64 {
    let mut a = x[0] * x[0] + 0.3;
    a += x[1] * x[1];
    let mut sum = with_two(a, |p| a.sin() * p, |p| p + a.cos());
    a *= 2.0;
    sum += with_one(a, |p| p * a.sqrt().max(0.1));
    sum + a
}

#[differentiable]
fn number_changed_in_a_closure(x: &[f64]) -> f64 {
    let mut a = x[0];
    let mut calls = 0;
    let t = changed_by(a, |p| {
        a = a * p + x[1];
        calls += 1;
        a * p
    });
    t * a + calls as f64
}

#[differentiable]
fn sequence_in_closures(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.push(x[0] * x[1]);
    let sum = with_two(v[0], |p| v[1] * p + v.len() as f64, |p| v.iter().sum::<f64>() * p);
    v[0] += sum;
    let read = reading(&v, |p| p * v.iter().map(|y| y.sin()).sum::<f64>() + v.len() as f64);
    v[0] * read
}

#[differentiable]
fn reading(v: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    f(v[0]) * v[1]
}

#[derive(Clone, Tangent)]
struct Gain {
    by: f64,
}

#[differentiable]
impl Gain {
    fn mixed(&self, x: &f64, all: &Vec<f64>, rest: &[f64]) -> f64 {
        self.by * *x * all[0] + rest[0]
    }
}

#[derive(Clone, Tangent)]
struct Mixer {
    level: f64,
    gain: Gain,
    inputs: Vec<f64>,
}

#[differentiable]
impl Mixer {
    fn mix(&mut self, k: f64) -> f64 {
        let n = self.inputs.len();
        let y = self.gain.mixed(&self.inputs[n - 2], &self.inputs, &self.inputs[1..]);
        self.level = y * k + scaled(&mut self.gain.by, self.inputs[1], &self.inputs, &self.inputs);
        y
    }
}

#[differentiable]
fn scaled(by: &mut f64, x: f64, all: &Vec<f64>, same: &[f64]) -> f64 {
    *by *= x;
    x * all[0] + same[1] * *by
}

#[differentiable]
fn read_beside_a_change(x: &[f64]) -> f64 {
    let gain = Gain { by: x[0] };
    let mut mixer = Mixer { level: 0.0, gain, inputs: vec![x[1], x[2], x[0] * x[1]] };
    let first = mixer.mix(x[2]);
    first * mixer.mix(first) + mixer.level * mixer.gain.by
}

programs![
    of_another_variant("parts of a variant of a parameter", || {
        let d = value_and_gradient!(of_a_parameter, &mut Shape::Pair(1.0, 2.0), 3.0);
        assert_eq!(d.0, 3.0);
        assert_eq!(d.1.1, 1.0);
    }),
    read_beside_a_change("parts that overlap and are read, beside one that changes", 3, |x| {
        read_beside_a_change(x)
    }),
    sequence_in_closures("two closures that use a sequence that changed", 2, |x| {
        sequence_in_closures(x)
    }),
    shapes("parts of a variant in one call", 3, |x| shapes(x)),
    whole_and_read("parts of a variant, one of which is read", 2, |x| whole_and_read(x)),
    of_a_parameter("parts of a variant of a parameter", 7, |x| of_a_parameter(
        &mut Shape::Rows { upper: vec![x[0], x[1], x[2]], lower: vec![x[3], x[4]], scale: x[5] },
        x[6]
    )),
    halves("halves by `split_at_mut` in one call", 5, |x| halves(x, 2)),
    patterns("parts of a slice by patterns in one call", 4, |x| patterns(x, 4)),
    patterns_of_one("parts of a slice by patterns in one call", 4, |x| patterns(x, 1)),
    ends("`split_first_mut` and `split_last_mut` in one call", 3, |x| ends(x, 0)),
    ends_of_nothing("`split_first_mut` and `split_last_mut` in one call", 3, |x| ends(x, 3)),
    receivers("a part that changes another", 2, |x| receivers(x)),
    functions("a parameter that is a function, twice in one call", 2, |x| functions(x[0], x[1])),
    parameter_in_closures("two closures that read one parameter", 2, |x| parameter_in_closures(x)),
    references_in_closures("two closures that read a reference", 5, |x| references_in_closures(
        &x[0],
        &x[1],
        &(x[2], x[3]),
        &mut { x[4] }
    )),
    number_in_closures("two closures that use a number that changed", 2, |x| number_in_closures(x)),
    number_changed_in_a_closure("a number beside a closure that changes it", 2, |x| {
        number_changed_in_a_closure(x)
    }),
];
