//! Closures that functions give, which are handed on and not called where they are made.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn sine_times(a: f64) -> impl Fn(f64) -> f64 {
    move |x| x.sin() * a + a
}

#[differentiable]
fn product_in_a_box(a: f64) -> Box<dyn Fn(f64) -> f64> {
    Box::new(move |x| x * a)
}

#[differentiable]
fn chained_after(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    move |x| g(f(x))
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[differentiable]
fn once(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x).cos()
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn pull_back(&self, scale: f64) -> impl Fn(f64) -> f64 + '_ {
        move |x| -scale * self.stiffness * x
    }

    fn motion(&self) -> impl Fn(f64, [f64; 2]) -> [f64; 2] + '_ {
        move |t, [x, v]| [v, -self.stiffness * x + t]
    }

    fn own(&self) -> impl Fn(f64) -> f64 + use<> {
        let stiffness = self.stiffness;
        move |x| stiffness * x
    }
}

#[differentiable]
fn step<const N: usize>(f: &impl Fn(f64, [f64; N]) -> [f64; N], t: f64, y: [f64; N]) -> [f64; N] {
    let mut next = y;
    for (n, d) in next.iter_mut().zip(f(t, y)) {
        *n += 0.1 * d;
    }
    next
}

#[differentiable]
fn by_name(x: &[f64]) -> f64 {
    let f = sine_times(x[0] * x[0]);
    twice(&f, x[1]) + twice(f, 0.5)
}

#[differentiable]
fn as_an_argument(x: &[f64]) -> f64 {
    twice(sine_times(x[0]), x[1]) + once(&sine_times(x[1]), x[0])
}

#[differentiable]
fn of_a_method(x: &[f64]) -> f64 {
    let spring = Spring { stiffness: x[0] };
    let f = spring.motion();
    let mut y = [x[1], 0.3];
    for i in 0..4 {
        y = step(&f, 0.1 * i as f64, y);
    }
    y[0] * y[1] + twice(spring.pull_back(x[1]), y[0])
}

#[differentiable]
fn of_items(x: &[f64]) -> f64 {
    let springs: Vec<_> = x.iter().map(|k| Spring { stiffness: *k }).collect();
    let mut s = 1.0;
    for spring in &springs {
        let f = spring.pull_back(0.5);
        s += twice(&f, s) + twice(spring.pull_back(2.0), s);
    }
    s
}

#[differentiable]
fn of_chains(x: &[f64]) -> f64 {
    let f = sine_times(x[0]);
    let all: f64 = x.iter().copied().map(f).sum();
    let squares: f64 = x.iter().copied().map(sine_times(x[1])).map(|y| y * y).sum();
    all * squares + Some(x[0]).map(sine_times(x[1])).unwrap()
}

#[differentiable]
fn of_each_other(x: &[f64]) -> f64 {
    let h = chained_after(sine_times(x[0]), |y| y * y + x[1]);
    let k = chained_after(&h, sine_times(x[1]));
    twice(&h, x[1]) + k(0.2) + twice(chained_after(sine_times(x[1]), sine_times(x[0])), 1.5)
}

/// Each closure has what was there when it was made.
#[differentiable]
fn of_what_changes(x: &[f64]) -> f64 {
    let mut a = x[0];
    let f = sine_times(a);
    a *= x[1];
    let y = twice(&f, x[1]);
    a += y;
    let mut spring = Spring { stiffness: a };
    let h = chained_after(spring.own(), chained_after(sine_times(a), spring.own()));
    spring.stiffness = x[1];
    let s = h(spring.stiffness);
    a = s;
    twice(h, 0.3) * a * spring.stiffness
}

#[differentiable]
fn of_boxes(x: &[f64]) -> f64 {
    let f = product_in_a_box(x[0]);
    let g: Box<dyn Fn(f64) -> f64> = product_in_a_box(x[1]);
    once(&f, x[1]) + once(&*f, x[0]) * once(&*g, 0.4)
}

/// Functions of other modules that have the name of one that gives a closure.
mod elsewhere {
    pub fn sine_times(n: i32) -> i32 {
        2 * n
    }
}

#[differentiable]
fn weighted(n: i32, x: f64) -> f64 {
    n as f64 * x
}

#[differentiable]
fn beside_a_name_of_elsewhere(x: &[f64]) -> f64 {
    let n = elsewhere::sine_times(2);
    weighted(n, x[0]) + twice(sine_times(x[1]), x[0]) + twice(self::sine_times(x[0]), x[1])
}

/// Numbers that functions give whose name is that of one that gives a closure.
#[derive(Clone, Tangent)]
struct Tuner(f64);

#[differentiable]
impl Tuner {
    fn max(&self, k: f64) -> impl Fn(f64) -> f64 + '_ {
        move |x| self.0 * k * x
    }
}

#[differentiable]
fn of_numbers_by_such_a_name(x: &[f64]) -> f64 {
    let largest = x[0].max(x[1]);
    let tuner = Tuner(x[1]);
    product(largest, x[0]) + product(x[0].max(0.1), x[1]) * twice(tuner.max(x[0]), 0.5)
}

#[differentiable]
fn product(a: f64, b: f64) -> f64 {
    a * b
}

#[differentiable]
fn scaled_first(a: &mut f64) -> f64 {
    *a *= 1.5;
    *a
}

#[differentiable]
fn of_what_is_made_for_it(x: &[f64]) -> f64 {
    let mut a = x[0];
    let before = twice(sine_times(a), {
        a *= 2.0;
        x[1] * a
    });
    before
        + twice(sine_times(scaled_first(&mut a)), a * 0.1)
        + twice(sine_times(if x[1] > 0.0 { a * x[1] } else { x[0] }), x[1])
        + once(&sine_times(twice(sine_times(x[0] * x[1]), x[1]).sin()), x[0])
}

#[differentiable]
fn made_in_a_loop(x: &[f64]) -> f64 {
    let springs = [Spring { stiffness: x[0] }, Spring { stiffness: x[1] * x[2] }];
    let mut s = 0.5;
    for i in 0..x.len() {
        s = twice(sine_times(x[i] * s), x[(i + 1) % x.len()]);
        s += twice(springs[i % 2].pull_back((s * x[i]).cos()), x[0]);
    }
    s
}

#[differentiable]
fn never_called(_f: impl Fn(f64) -> f64, x: f64) -> f64 {
    x * 2.0
}

#[differentiable]
fn of_an_item(x: &[f64], i: usize) -> f64 {
    never_called(sine_times(x[i]), x[0])
}

#[differentiable]
fn of_a_method_of_an_item(x: &[f64], i: usize) -> f64 {
    let springs = [Spring { stiffness: x[0] }, Spring { stiffness: x[1] }];
    never_called(springs[i].pull_back(x[0]), x[1])
}

/// What a closure is made of is evaluated, and may panic, where the function is called that gives it.
#[test]
fn what_it_is_made_of_panics_where_it_is_made() {
    let x = [0.3, 0.4];
    let panics =
        |f: &dyn Fn() -> f64| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err();
    for (i, expected) in [(1, false), (2, true)] {
        assert_eq!(panics(&|| of_an_item(&x, i)), expected);
        assert_eq!(panics(&|| gradient!(of_an_item, &x, i)[0]), expected);
        assert_eq!(panics(&|| of_a_method_of_an_item(&x, i)), expected);
        assert_eq!(panics(&|| gradient!(of_a_method_of_an_item, &x, i)[0]), expected);
    }
}

programs![
    of_what_is_made_for_it("functions that give closures, as arguments", 2, |x| {
        of_what_is_made_for_it(x)
    }),
    made_in_a_loop("functions that give closures, as arguments", 3, |x| made_in_a_loop(x)),
    by_name("functions that give closures, handed on", 2, |x| by_name(x)),
    as_an_argument("functions that give closures, as arguments", 2, |x| as_an_argument(x)),
    of_a_method("methods that give closures, handed on", 2, |x| of_a_method(x)),
    of_items("methods that give closures, handed on", 3, |x| of_items(x)),
    of_chains("functions that give closures, in chains", 3, |x| of_chains(x)),
    of_each_other("functions that take and give closures, handed on", 2, |x| of_each_other(x)),
    of_what_changes("functions that give closures, handed on", 2, |x| of_what_changes(x)),
    beside_a_name_of_elsewhere("functions that give closures, handed on", 2, |x| {
        beside_a_name_of_elsewhere(x)
    }),
    of_numbers_by_such_a_name("functions of the name of one that gives a closure", 2, |x| {
        of_numbers_by_such_a_name(x)
    }),
    of_boxes("functions that give closures in boxes, handed on", 2, |x| of_boxes(x)),
];
