//! Functions that give closures.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn line(a: f64) -> impl Fn(f64) -> f64 {
    move |x| a * x + x.sin()
}

#[differentiable]
fn polynomial<'a>(w: &'a [f64], k: f64) -> impl Fn(f64, f64) -> f64 + 'a {
    let scale = k * w[0];
    move |x: f64, y: f64| {
        let mut s = 0.0;
        for c in w {
            s = s * x + c * y;
        }
        if s > 0.5 { s * scale } else { scale - s }
    }
}

mod elsewhere {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn weighted(w: Vec<f64>) -> impl Fn(&[f64]) -> f64 {
        move |x| w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
    }
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(2.0 * x)
}

#[differentiable]
fn called(x: &[f64]) -> f64 {
    let f = line(x[0]);
    f(x[1]) * f(x[0])
}

#[differentiable]
fn called_in_a_loop(x: &[f64]) -> f64 {
    let f = line(x[0]);
    let p = polynomial(x, x[1]);
    let mut t = f(x[1]);
    for i in 0..3 {
        t += f(t * 0.3) * p(x[2], i as f64 + t * 0.1);
    }
    t
}

#[differentiable]
fn called_at_once(x: &[f64]) -> f64 {
    line(x[1])(x[0]) * x[0]
}

#[differentiable]
fn handed_on(x: &[f64]) -> f64 {
    let f = line(x[0]);
    twice(|y| f(y), x[1]) + twice(f, x[0]) + twice(|y| line(2.0)(y), x[1])
}

#[differentiable]
fn of_a_list(x: &[f64]) -> f64 {
    let dot = elsewhere::weighted(vec![x[0], x[1] * x[0]]);
    let y = [x[1], x[2]];
    dot(&y) * dot(&x[..2])
}

#[differentiable]
fn of_what_changes_later(x: &[f64]) -> f64 {
    let mut a = x[0];
    let f = line(a);
    a *= x[1];
    f(a) + a
}

#[differentiable]
fn hidden_names(x: f64) -> impl Fn(f64, (f64, f64)) -> f64 {
    let y = x * 2.0;
    let k = y + 1.0;
    move |x, (y, z)| k * x + y * z
}

#[differentiable]
fn of_hidden_names(x: &[f64]) -> f64 {
    let f = hidden_names(x[0]);
    let t = f(x[1], (x[2], x[0]));
    let f = |y: f64| y * t;
    f(x[1]) + {
        let f = x[2] * t;
        f
    }
}

#[differentiable]
fn changed_by(s: &mut f64, k: f64) -> f64 {
    *s *= k;
    k
}

#[differentiable]
fn a_value_with_the_name_of_a_closure(x: &[f64]) -> f64 {
    let mut s = x[0];
    let f = changed_by(&mut s, x[1]);
    let g = f * s;
    let f = |y: f64| y * g;
    f(x[0])
}

#[test]
fn the_function_itself_is_as_written() {
    assert_eq!(line(2.0)(0.5), 1.0 + 0.5_f64.sin());
}

#[differentiable]
fn in_a_box(a: f64, b: f64) -> Box<dyn Fn(f64) -> f64> {
    let c = a * b;
    Box::new(move |x| c * x * x)
}

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn composed(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    move |x| g(f(x))
}

#[differentiable]
fn given_in_boxes(x: &[f64]) -> f64 {
    let f = in_a_box(x[0], x[1]);
    let a = x[2];
    let g = Box::new(move |y: f64| y * a);
    f(x[1]) * f(x[2]) + g(x[0]) + in_a_box(x[1], 2.0)(x[0])
}

#[differentiable]
fn of_functions_by_name(x: &[f64]) -> f64 {
    let a = x[0];
    let f = composed(f64::sin, move |y| y * a);
    let g = composed(square, f64::cos);
    f(x[1]) + g(x[0]) * composed(square, |y| y * a)(x[1])
}

#[differentiable]
fn local_ones(x: &[f64]) -> f64 {
    let scaled = |a: f64| move |y: f64| y * a + a;
    let f = scaled(x[0]);
    let g = scaled(x[1]);
    f(g(x[1])) + twice(f, x[0]) + twice(scaled(x[1]), x[0]) + scaled(x[0])(x[1]) * twice(&g, x[0])
}

/// What it gives has a state of its own.
#[differentiable]
fn local_ones_with_a_state(x: &[f64]) -> f64 {
    let counter = |mut sum: f64| {
        move |y: f64| {
            sum += y * y;
            sum * y
        }
    };
    let mut f = counter(x[0]);
    let mut g = counter(x[1]);
    f(x[1]) + f(x[0]) * g(x[0]) + g(0.5)
}

#[differentiable]
fn repeated<F: Fn(f64) -> f64>(f: F, n: usize) -> impl Fn(f64) -> f64 {
    move |x| {
        let mut y = x;
        for _ in 0..n {
            y = f(y);
        }
        y
    }
}

#[differentiable]
fn slope<'a>(f: &'a dyn Fn(f64) -> f64, h: f64) -> impl Fn(f64) -> f64 + 'a {
    move |x| (f(x + h) - f(x - h)) / (2.0 * h)
}

#[differentiable]
fn scaled(f: Box<dyn Fn(f64) -> f64>, k: f64) -> Box<dyn Fn(f64) -> f64> {
    Box::new(move |x| f(x) * k)
}

#[differentiable]
fn of_closures(x: &[f64]) -> f64 {
    let k = x[0];
    let f = |y: f64| y * y * y * k;
    let g = |y: f64| y.sin() + k;
    let h = composed(f, g);
    let three = repeated(|y| y * k + 0.1, 3);
    let d = slope(&f, 0.5 + x[1] * x[1]);
    let s = scaled(Box::new(move |y| y * k), x[1]);
    h(x[1]) * three(x[2]) + d(x[1]) + s(x[2]) + twice(&three, x[2]) * composed(f, g)(x[2])
}

#[differentiable]
fn of_closures_of_closures(x: &[f64]) -> f64 {
    let k = x[0];
    let f = composed(|y| y * k, |y| y + k * y * y);
    let g = composed(|y| f(y), f64::sin);
    let h = composed(|z| composed(f64::sin, |y| y * k)(z), &g);
    g(x[1]) * h(x[2])
}

/// It ends with a choice of closures.
#[differentiable]
fn chosen(k: f64, n: usize) -> Box<dyn Fn(f64) -> f64> {
    let square = move |x: f64| x * x * k;
    match n {
        0 => Box::new(move |x| x * k),
        1 => Box::new(square),
        _ => in_a_box(k, 2.0),
    }
}

#[differentiable]
fn of_a_choice(x: &[f64]) -> f64 {
    let mut s = x[1];
    for n in 0..3 {
        let f = chosen(x[0], n);
        s += f(s) * f(x[1]);
    }
    s
}

#[differentiable]
fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |x| g(f(x))
}

#[differentiable]
fn iterated<T>(f: impl Fn(T) -> T) -> impl Fn(T) -> T {
    move |x| f(f(x))
}

#[derive(Clone, Tangent)]
struct Polar {
    r: f64,
    angle: f64,
}

#[differentiable]
fn of_any_types(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let f = compose(|x: f64| x * x, f64::sin);
    let polar = compose(move |x: f64| Polar { r: x * a, angle: x }, |p: Polar| p.r * p.angle.cos());
    let more = compose(f, move |y: f64| y * b);
    more(b) * polar(a) + polar(b) + iterated(|x: f64| x * b + 1.0)(a)
}

#[differentiable]
fn lent(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x).sin()
}

#[differentiable]
fn changed(f: impl Fn(f64) -> f64, mut g: impl FnMut(f64) -> f64, x: f64) -> f64 {
    let y = g(x);
    f(y) * g(f(x))
}

/// What a function gives is an argument of others; what it was made of changes before and in the call.
#[differentiable]
fn given_to_others(x: &[f64]) -> f64 {
    let (mut a, b) = (x[0], x[1]);
    let early = line(a * b);
    let mut s = twice(&early, b) + twice(line(a), b);
    a *= 2.0;
    s += twice(&early, a) + lent(&line(b), a);
    let late = line(a);
    a += 1.0;
    let change = |y: f64| {
        a += y;
        y * a
    };
    s += changed(late, change, b) + twice(compose(line(b), f64::tanh), b);
    s + a
}

/// Types that only the functions show which a function is given.
#[differentiable]
fn piped<A, B, C, F, G>(x: A, f: F, g: G) -> C
where
    F: Fn(A) -> B,
    G: FnOnce(B) -> C,
{
    g(f(x))
}

#[differentiable]
fn mapped<A, B, C>(x: &[A], mut f: impl FnMut(&A) -> B, g: &dyn Fn(B) -> C) -> Vec<C> {
    let mut all = Vec::new();
    for a in x {
        all.push(g(f(a)));
    }
    all
}

#[differentiable]
fn read<S, T: Clone>(s: &S, get: impl Fn(&S) -> Vec<T>, fold: impl Fn(&[T]) -> f64) -> f64 {
    let all = get(s);
    fold(&all)
}

#[differentiable]
fn of_types_between(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let all = mapped(x, |y| (*y, y * b), &|(y, z): (f64, f64)| y * z * a);
    let p = Polar { r: a, angle: b };
    let sum = read(&p, |p| vec![p.r, p.angle.sin()], |all| all.iter().map(|y| y * y).sum());
    piped(a, |y: f64| [y, y * b], |[y, z]: [f64; 2]| y * z) + all[0] * all[1] + sum
}

programs![
    called("functions that give closures", 2, |x| called(x)),
    called_in_a_loop("functions that give closures", 3, |x| called_in_a_loop(x)),
    called_at_once("functions that give closures", 2, |x| called_at_once(x)),
    handed_on("functions that give closures, handed on", 2, |x| handed_on(x)),
    of_a_list("functions that give closures", 3, |x| of_a_list(x)),
    of_what_changes_later("functions that give closures", 2, |x| of_what_changes_later(x)),
    of_hidden_names("functions that give closures, with names used twice", 3, |x| of_hidden_names(
        x
    )),
    a_value_with_the_name_of_a_closure(
        "functions that give closures, with names used twice",
        2,
        |x| a_value_with_the_name_of_a_closure(x)
    ),
    given_in_boxes("functions that give closures in boxes", 3, |x| given_in_boxes(x)),
    of_functions_by_name("functions that give closures, of functions by name", 2, |x| {
        of_functions_by_name(x)
    }),
    of_closures("functions that take and give closures", 3, |x| of_closures(x)),
    of_closures_of_closures("functions that take and give closures", 3, |x| {
        of_closures_of_closures(x)
    }),
    of_a_choice("functions that give one of several closures", 2, |x| of_a_choice(x)),
    local_ones("closures that give closures", 2, |x| local_ones(x)),
    local_ones_with_a_state("closures that give closures with a state", 2, |x| {
        local_ones_with_a_state(x)
    }),
    of_any_types("functions that take and give closures of any types", 2, |x| of_any_types(x)),
    given_to_others(
        "what functions give that give closures, as arguments",
        2,
        |x| given_to_others(x)
    ),
    of_types_between(
        "types that only functions show which are arguments",
        2,
        |x| of_types_between(x)
    ),
];
