//! Closures and functions as values.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn without_captures(x: f64) -> f64 {
    let square = |y: f64| y * y;
    square(x) + square(square(x) * 0.5)
}

#[differentiable]
fn captured_by_reference(x: f64, k: f64) -> f64 {
    let line = |y: f64| k * y + x;
    line(x) * line(2.0)
}

#[differentiable]
fn captured_by_move(x: f64, k: f64) -> f64 {
    let v = vec![x, k, x * k];
    let at = move |i: usize| v[i] * k;
    at(0) * at(1) + at(2)
}

#[differentiable]
fn captured_sequence(w: &[f64], x: f64) -> f64 {
    let horner = |y: f64| {
        let mut s = 0.0;
        for i in 0..w.len() {
            s = s * y + w[i];
        }
        s
    };
    horner(x) - 0.5 * horner(x.sin())
}

#[differentiable]
fn changing(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    let mut add = |y: f64| {
        total += y * x;
        total *= 0.9;
    };
    for k in 0..n {
        add(x + k as f64);
    }
    total * total
}

#[differentiable]
fn changing_with_a_result(x: f64, y: f64) -> f64 {
    let mut state = x;
    let mut next = || {
        state = state * y + 0.5;
        state * state
    };
    let a = next();
    let b = next();
    a * b + next() + state
}

#[differentiable]
fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut s = 0.5 * (f(a) + f(b));
    for i in 1..n {
        s += f(a + h * i as f64);
    }
    s * h
}

#[differentiable]
fn integral(k: f64, b: f64) -> f64 {
    integrate(|x| (k * x).sin() * x, 0.0, b, 6)
}

#[differentiable]
fn integral_of_function(b: f64) -> f64 {
    integrate(f64::tanh, 0.0, b, 4) + integrate(bump, b, 1.0, 3)
}

#[differentiable]
fn bump(x: f64) -> f64 {
    1.0 / (1.0 + x * x)
}

#[differentiable]
fn twice<F>(f: F, x: f64) -> f64
where
    F: Fn(f64) -> f64,
{
    f(f(x))
}

#[differentiable]
fn generic_parameter(x: f64, k: f64) -> f64 {
    twice(|y| y * k + x, x) + twice(|y| y.cos(), k)
}

#[differentiable]
fn dynamic(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(2.0 * x)
}

#[differentiable]
fn dynamic_closures(x: f64, k: f64) -> f64 {
    dynamic(&|y| y.sin() * k, x) + dynamic(&|y| k - y, x)
}

#[differentiable]
fn repeat(mut f: impl FnMut(f64), n: usize) {
    for i in 0..n {
        f(i as f64);
    }
}

#[differentiable]
fn changing_argument(x: f64, y: f64) -> f64 {
    let mut list = vec![x];
    let mut last = y;
    repeat(
        |k| {
            last = last * x + k;
            list.push(last * 0.5);
        },
        3,
    );
    list[1] * list[3] + last
}

#[differentiable]
fn applied_once(f: impl FnOnce(f64) -> Vec<f64>, x: f64) -> f64 {
    let v = f(x);
    v[0] * v[1]
}

#[differentiable]
fn consumed(x: f64, y: f64) -> f64 {
    let mut list = vec![y, x * y];
    applied_once(
        move |z| {
            list[0] *= z;
            list
        },
        x,
    )
}

#[differentiable]
fn nested(x: f64, y: f64) -> f64 {
    let outer = |a: f64| {
        let inner = |b: f64| a * b + y;
        inner(a) * inner(x)
    };
    outer(x) + outer(y)
}

#[differentiable]
fn several_arguments(x: f64, y: f64) -> f64 {
    let blend = |a: f64, b: &[f64], (c, d): (f64, f64)| a * b[0] + c * d * b[1];
    blend(x, &[y, x], (x, 2.0)) * blend(y, &[1.0, y], (x, y))
}

#[differentiable]
fn in_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, y) in x.iter().enumerate() {
        let term = |k: f64| if k > 0.0 { k * y * s } else { k };
        s += term(*y) * 0.3 + term(i as f64);
    }
    s
}

/// Solves y = g(y) by iteration.
#[differentiable]
fn fixed_point<G: Fn(f64, f64) -> f64>(g: G, x: f64) -> f64 {
    let mut y = 1.0;
    for _ in 0..12 {
        y = g(x, y);
    }
    y
}

#[differentiable]
fn babylonian(x: f64) -> f64 {
    fixed_point(|x, y| 0.5 * (y + (2.0 + x) / y), x)
}

#[derive(Clone, Tangent)]
struct Line {
    slope: f64,
    offset: f64,
}

#[differentiable]
fn captured_fields(line: &Line, x: f64) -> f64 {
    let at = |x: f64| line.slope * x + line.offset;
    at(at(x))
}

#[differentiable]
fn at_the_call(x: &[f64], f: impl Fn(&[f64]) -> f64) -> f64 {
    f(x) * x[0]
}

#[differentiable]
fn slices_as_arguments(x: &[f64], k: f64) -> f64 {
    at_the_call(x, |v| v[0] * v[1] * k) + at_the_call(&x[1..], |v| v[0] * v[1] + k)
}

#[differentiable]
fn kept_by(x: &[f64], keep: impl Fn(f64) -> bool, close: &dyn Fn(f64, f64) -> bool) -> f64 {
    let mut sum = 0.0;
    for v in x {
        if keep(*v) {
            sum += v * v;
        }
        if close(*v, sum) {
            sum *= 0.5;
        }
    }
    sum
}

#[differentiable]
fn predicates(x: &[f64]) -> f64 {
    let limit = x[0] * 0.5;
    let a = kept_by(x, |v| v > 0.3, &|a, b| (a - b).abs() < 0.4);
    let b = kept_by(x, |v| v > limit && v < 1.2, &|a, b| a < b);
    let c = kept_by(x, |v| !(v > 0.3), &|a, _| a.abs() < 0.5);
    a * b + c * x[0]
}

#[differentiable]
fn each(v: &mut [f64], f: impl Fn(&mut f64)) {
    for i in 0..v.len() {
        f(&mut v[i]);
    }
}

#[differentiable]
fn each_row(rows: &mut Vec<Vec<f64>>, mut f: impl FnMut(&mut Vec<f64>, f64)) {
    for i in 0..rows.len() {
        f(&mut rows[i], i as f64);
    }
}

#[differentiable]
fn changes_what_it_is_given(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    each(&mut v, |x| *x = *x * *x);
    each(&mut v, |x| {
        *x += k;
        if *x > 1.0 {
            *x *= *x * k;
        }
    });
    let mut rows = vec![v.clone(), x.to_vec()];
    let mut seen = 0.0;
    each_row(&mut rows, |row, i| {
        row[0] *= i + k;
        seen += row[1] * row[0];
    });
    each_row(&mut rows, |row: &mut Vec<f64>, i| row.push(i * k));
    v[0] * v[1] + rows[1][0] * rows[1][2] + seen
}

#[differentiable]
fn behind_a_reference(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

#[differentiable]
fn behind_an_exclusive_reference(f: &mut dyn FnMut(f64) -> f64, x: f64) -> f64 {
    f(x) * f(x)
}

fn without_a_derivative(f: &dyn Fn(f64) -> f64) -> f64 {
    f(2.0)
}

#[differentiable]
fn references_to_closures(x: f64, n: usize) -> f64 {
    let scaled = |k: f64| k * n as f64;
    let mut calls = 0.0;
    let constant = behind_a_reference(&scaled, 2.0)
        + behind_a_reference(&|t| t * 2.0, 1.5)
        + behind_an_exclusive_reference(
            &mut |t| {
                calls += 1.0;
                t * calls
            },
            2.0,
        )
        + without_a_derivative(&|x| x * n as f64);
    constant * behind_a_reference(&|t| t * x, x)
}

#[differentiable]
fn through_a_name(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let g = &f;
    let apply = |h: &dyn Fn(f64) -> f64, y: f64| h(h(y));
    g(x) + apply(&f, x) * apply(g, 2.0 * x)
}

#[differentiable]
fn given_to_closures(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let apply = |f: &dyn Fn(f64) -> f64, y: f64| f(y) * y;
    let scale = |y: f64| y * a;
    let mut sum = 0.0;
    {
        let each = |f: &mut dyn FnMut(f64), y: f64| {
            f(y);
            f(2.0 * y);
        };
        each(&mut |y| sum += y * a, b);
        each(&mut |y| sum += y * y, a);
    }
    apply(&|y| y * b, a) + apply(&scale, b) + apply(&f64::sin, a) + through_a_name(scale, b) + sum
}

#[differentiable]
fn changed_by(a: &mut f64, f: impl Fn(f64) -> f64) {
    *a = f(*a);
}

/// Nothing depends on `s` but a branch.
#[differentiable]
fn what_nothing_depends_on(x: f64, y: f64) -> f64 {
    let (mut s, mut unused) = (1.3, 0.5);
    let mut t = y;
    for _ in 0..3 {
        changed_by(&mut s, |p| p * x + t);
        changed_by(&mut unused, |p| p * t);
        if s > 1.0 {
            t *= x;
        } else {
            t += x * x;
        }
    }
    t
}

/// Blocks that end with closures, of names that mean something else around.
#[differentiable]
fn ends_of_blocks(p: &[f64]) -> f64 {
    let twice = |f: &dyn Fn(f64) -> f64, x: f64| f(x) * f(x + 1.0);
    let mut k = p[0];
    let f = {
        let k = k * k;
        move |x: f64| x * k
    };
    k += f(p[1]);
    let table = {
        let mut t = vec![p[0], p[1]];
        t[0] *= p[1];
        t.push(k);
        move |x: f64| t.iter().fold(0.0, |s, c| s * x + c)
    };
    let boxed: Box<dyn Fn(f64) -> f64> = {
        let c = k.sin();
        Box::new(move |x| c * x)
    };
    let mut sums = {
        let mut sum = p[0];
        move |x: f64| {
            sum += x * k;
            sum
        }
    };
    let mut s = 0.0;
    for i in 0..3 {
        let h = {
            let w = p[i % 2] * i as f64;
            move |x: f64| w * x
        };
        s += h(s + 1.0) + sums(s);
    }
    let k = 3.0;
    let until = {
        let mut sum = 0.0;
        for v in p {
            if sum > 1.0 {
                break;
            }
            sum += v;
        }
        move |x: f64| x * sum
    };
    s + f(p[1]) * k + table(p[0]) + boxed(p[1]) + twice(&f, p[0]) + until(p[0])
}

/// The same as an argument.
#[differentiable]
fn end_of_a_block_as_an_argument(x: f64, y: f64) -> f64 {
    let map = |f: &dyn Fn(f64) -> f64, x: f64| f(x) + x;
    map(
        &{
            let q = x * y;
            move |z: f64| z.sin() * q
        },
        y,
    )
}

programs![
    ends_of_blocks("closures at the end of a block", 2, |x| ends_of_blocks(x)),
    end_of_a_block_as_an_argument("closures at the end of a block", 2, |x| {
        end_of_a_block_as_an_argument(x[0], x[1])
    }),
    what_nothing_depends_on(
        "closures given to what changes a number that nothing depends on",
        2,
        |x| { what_nothing_depends_on(x[0], x[1]) }
    ),
    predicates("closures that give `bool`", 4, |x| predicates(x)),
    without_captures("local closures", 1, |x| without_captures(x[0])),
    captured_by_reference("captures by reference", 2, |x| captured_by_reference(x[0], x[1])),
    captured_sequence("captures by reference", 4, |x| captured_sequence(&x[..3], x[3])),
    captured_fields("captures by reference", 3, |x| captured_fields(
        &Line { slope: x[0], offset: x[1] },
        x[2]
    )),
    captured_by_move("`move` closures", 2, |x| captured_by_move(x[0], x[1])),
    changing("closures that change what they capture", 1, |x| changing(x[0], 4)),
    changing_with_a_result(
        "closures that change what they capture",
        2,
        |x| changing_with_a_result(x[0], x[1])
    ),
    integral("`impl Fn` parameters", 2, |x| integral(x[0], x[1])),
    integral_of_function("functions as arguments", 1, |x| integral_of_function(x[0])),
    generic_parameter("generic `F: Fn`", 2, |x| generic_parameter(x[0], x[1])),
    babylonian("generic `F: Fn`", 1, |x| babylonian(x[0])),
    dynamic_closures("`&dyn Fn` parameters", 2, |x| dynamic_closures(x[0], x[1])),
    changing_argument("`impl FnMut` parameters", 2, |x| changing_argument(x[0], x[1])),
    consumed("`impl FnOnce` parameters", 2, |x| consumed(x[0], x[1])),
    nested("closures in closures", 2, |x| nested(x[0], x[1])),
    several_arguments("patterns and several arguments", 2, |x| several_arguments(x[0], x[1])),
    in_a_loop("closures in loops", 3, |x| in_a_loop(x)),
    slices_as_arguments("slices to closures", 4, |x| slices_as_arguments(&x[..3], x[3])),
    changes_what_it_is_given("arguments that a closure changes", 3, |x| changes_what_it_is_given(
        &x[..2],
        x[2]
    )),
    references_to_closures("references to closures of which nothing varies", 1, |x| {
        references_to_closures(x[0], 3)
    }),
    given_to_closures("closures as arguments of closures", 2, |x| given_to_closures(x)),
    through_a_name(
        "another name for a parameter that is a function",
        1,
        |x| through_a_name(|y| y * y, x[0]),
        |x| value_and_gradient!(|x: f64| through_a_name(|y| y * y, x), x[0])
    ),
];
