//! A panic of a derivative is that of the function: its message, at the line where the user wrote it.
#![allow(clippy::all, clippy::pedantic, reason = "functions as users write them")]

use chainrules::prelude::*;
use std::cell::RefCell;
use std::panic::{self, UnwindSafe};
use zygote_engine::prelude::*;

thread_local! {
    static LAST: RefCell<Option<(u32, String)>> = const { RefCell::new(None) };
}

/// The line and the message of a panic.
fn panicked(f: impl FnOnce() + UnwindSafe) -> (u32, String) {
    panic::set_hook(Box::new(|info| {
        let line = info.location().expect("a panic has a place").line();
        let message = match info.payload().downcast_ref::<&str>() {
            Some(text) => (*text).to_owned(),
            None => info.payload().downcast_ref::<String>().expect("a message").clone(),
        };
        LAST.set(Some((line, message)));
    }));
    assert!(panic::catch_unwind(f).is_err(), "it did not panic");
    let _ = panic::take_hook();
    LAST.take().expect("the hook saw it")
}

#[differentiable]
fn element(v: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i];
    }
    s += v[k] * 2.0;
    s
}

#[differentiable]
fn last_value(v: &[f64], k: usize) -> f64 {
    let w = v.to_vec();
    w[k]
}

#[differentiable]
fn written(v: &[f64], k: usize) -> f64 {
    let mut u = v.to_vec();
    u[0] = u[1] * 3.0;
    u[k] = u[0] * 2.0;
    u[0] * u[1]
}

#[differentiable]
fn updated(v: &mut [f64], k: usize) -> f64 {
    v[0] += v[1];
    v[k] *= v[0];
    v[0]
}

#[differentiable]
fn part(v: &[f64], k: usize) -> f64 {
    let mut u = v.to_vec();
    let w = &mut u[..k];
    w[0] *= 2.0;
    u[0] * u[1]
}

#[differentiable]
fn unwrapped(v: &[f64], k: usize) -> f64 {
    let mut u = v.to_vec();
    u.truncate(u.len().saturating_sub(k));
    let last = u.pop().expect("one is left");
    last * last
}

#[differentiable]
fn swapped(v: &[f64], k: usize) -> f64 {
    let mut u = v.to_vec();
    u.swap(0, k);
    u[0]
}

#[differentiable]
fn called(v: &[f64], k: usize) -> f64 {
    let twice = 2.0 * v[0];
    twice * element(v, k)
}

#[differentiable]
fn in_a_chain(v: &[f64], k: usize) -> f64 {
    let squares = |i: usize| {
        let x = v[i];
        x * x
    };
    (0..k).map(|i| squares(i)).sum()
}

#[differentiable]
fn integers(v: &[f64], k: usize) -> f64 {
    let n = v.len();
    let j = (n - 1).checked_sub(k).expect("within the slice");
    v[j] * v[0]
}

#[differentiable]
fn asserted(v: &[f64], k: usize) -> f64 {
    let x = v[0];
    assert!(k < v.len(), "{k} is past the end of {} numbers", v.len());
    x * v[k]
}

#[differentiable]
fn asserted_of_items(v: &[f64], k: usize) -> f64 {
    v.iter()
        .enumerate()
        .map(|(i, v)| {
            assert!(i + k < 8 || v.is_nan());
            v * v
        })
        .sum()
}

#[differentiable]
fn counted_down(v: &[f64], k: usize) -> f64 {
    let mut left = 6;
    for _ in 0..k {
        left -= 1;
    }
    v[left] * 2.0
}

#[differentiable]
fn both_sides(v: &[f64], k: usize) -> f64 {
    let mut u = v[..2].to_vec();
    u[0] += v[0];
    u[k] = v[k + 1];
    u[0]
}

#[differentiable]
fn both_operands(v: &[f64], k: usize) -> f64 {
    let w = v[..2].to_vec();
    let mut s = v[0];
    s += v[k + 1] * w[k];
    s
}

#[differentiable]
fn what_stands_for_the_absent(v: &[f64], k: usize) -> f64 {
    let x = v[1];
    x * *v.first().unwrap_or(&v[k])
}

#[differentiable]
fn chunks_of_nothing(v: &[f64], k: usize) -> f64 {
    let mut s = v[0];
    for c in v.chunks(k - 7) {
        s += c[0];
    }
    s
}

#[differentiable]
fn windows_of_nothing(v: &[f64], k: usize) -> f64 {
    let sums: Vec<f64> = v.windows(k - 7).map(|w| w.iter().sum()).collect();
    sums[0]
}

mod geometry {
    use super::*;

    #[differentiable]
    pub fn step(x: f64) -> f64 {
        x * x
    }

    #[differentiable]
    pub fn scaled<T: Real>(x: T, by: &[T]) -> T {
        x * by[0]
    }
}

mod bending {
    use chainrules_core::rrule;

    pub fn bend(x: f64) -> f64 {
        x * x
    }

    #[rrule(crate::bending::bend)]
    fn rule(x: f64) -> f64 {
        (x * x, move |dy| Grad { x: 2.0 * x * dy })
    }
}

#[differentiable]
fn bends(x: f64) -> f64 {
    bending::bend(x) * x
}

// The rules of the names below are of other functions.
mod without_rules {
    #[allow(unused_imports, reason = "what is tested")]
    use super::bending::*;
    #[allow(unused_imports, reason = "what is tested")]
    use super::geometry::*;
    use super::*;

    fn bend(x: f64) -> f64 {
        5.0 * x
    }

    #[differentiable]
    pub fn calls_of_the_crate(x: f64) -> f64 {
        bend(x) * x
    }

    fn step(x: f64) -> f64 {
        3.0 * x
    }

    fn scaled<T: Real>(x: T, by: &[T]) -> T {
        x + by[0]
    }

    fn swap(a: &mut f64, b: &mut f64) {
        *a += *b;
    }

    #[differentiable]
    fn applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(f(x))
    }

    #[differentiable]
    pub fn calls(x: f64) -> f64 {
        step(x) * 2.0
    }

    #[differentiable]
    pub fn calls_generic(x: f64) -> f64 {
        scaled(x, &[x, 2.0])
    }

    #[differentiable]
    pub fn swaps(x: f64) -> f64 {
        let (mut a, mut b) = (x, x * x);
        swap(&mut a, &mut b);
        a
    }

    #[differentiable]
    pub fn hands_on(x: f64) -> f64 {
        applied(step, x)
    }

    fn constant<T>(x: T) -> T {
        x
    }

    fn hook<T>(x: T, _: impl FnOnce(T) -> T) -> T {
        x
    }

    fn checkpoint<T>(f: impl FnOnce() -> T) -> T {
        f()
    }

    #[differentiable]
    pub fn cuts(x: f64) -> f64 {
        constant(x) * x
    }

    #[differentiable]
    pub fn hooks(x: f64) -> f64 {
        hook(x, |dx| 2.0 * dx)
    }

    #[differentiable]
    pub fn runs_again(x: f64) -> f64 {
        checkpoint(|| x * x)
    }

    pub fn asks_for_constant(x: f64) -> f64 {
        gradient!(|x: f64, y: f64| x * y, x, constant(x))
    }

    pub fn asks(x: f64) -> f64 {
        gradient!(step, x)
    }

    #[differentiable]
    pub fn calls_by_path(x: f64) -> f64 {
        super::geometry::step(x) * self::scaled(x, &[x])
    }
}

#[differentiable]
fn drained(v: &mut [f64], k: usize) -> f64 {
    let mut all = v.to_vec();
    let part: Vec<f64> = all.drain(2..k).collect();
    part[0] * all[0]
}

#[differentiable]
fn drained_to_the_end(v: &mut [f64], k: usize) -> f64 {
    let mut all = v.to_vec();
    all.drain(k..);
    all[0]
}

#[differentiable]
fn drained_backwards(v: &mut [f64], k: usize) -> f64 {
    let mut all = v.to_vec();
    all.drain(k..1);
    all[0]
}

#[differentiable]
fn drained_of_a_deque(v: &mut [f64], k: usize) -> f64 {
    let mut all: std::collections::VecDeque<f64> = v.iter().copied().collect();
    all.drain(..=k);
    all[0]
}

#[differentiable(pointer)]
fn doubled(x: f64) -> f64 {
    2.0 * x
}

#[differentiable]
fn never_called(f: fn(f64) -> f64, x: f64) -> f64 {
    if x > 1e300 { f(x) } else { x }
}

#[differentiable]
fn a_pointer_handed_on(v: &mut [f64], k: usize) -> f64 {
    let pointers: [fn(f64) -> f64; 2] = [doubled, doubled];
    never_called(pointers[k], v[0])
}

fn of_another_function(f: impl FnOnce() + UnwindSafe, name: &str) {
    let (_, message) = panicked(f);
    let text = format!("`panics::without_rules::{name}` has no derivative, and the one that is");
    let generic = format!("`panics::without_rules::{name}<f64>` has no derivative");
    assert!(message.starts_with(&text) || message.starts_with(&generic), "{message}");
}

fn of_own_name(f: impl FnOnce() + UnwindSafe, name: &str) {
    let (_, message) = panicked(f);
    let text = format!("`panics::without_rules::{name}` has the name of a function of");
    assert!(message.starts_with(&text), "{message}");
}

macro_rules! same {
    ($($name:ident),+ $(,)?) => {$(
        let of_function = panicked(|| _ = $name(&mut [1.0, 2.0, 3.0], 7));
        let of_gradient = panicked(|| _ = gradient!($name, &mut [1.0, 2.0, 3.0], 7));
        assert_eq!(of_function, of_gradient, "{}", stringify!($name));
    )+};
}

/// Of methods that panic inside the standard library, at a line of it.
macro_rules! same_message {
    ($($name:ident),+ $(,)?) => {$(
        let (_, of_function) = panicked(|| _ = $name(&mut [1.0, 2.0, 3.0], 7));
        let (_, of_gradient) = panicked(|| _ = gradient!($name, &mut [1.0, 2.0, 3.0], 7));
        assert_eq!(of_function, of_gradient, "{}", stringify!($name));
    )+};
}

// One test, as the hook is that of the process.
#[test]
fn a_panic_is_the_functions() {
    same![element, last_value, written, updated, part, unwrapped, swapped];
    same![called, in_a_chain, integers, asserted, asserted_of_items, counted_down];
    same![chunks_of_nothing, windows_of_nothing, both_sides, both_operands];
    same![what_stands_for_the_absent, a_pointer_handed_on];
    same_message![drained, drained_to_the_end, drained_backwards, drained_of_a_deque];
    of_another_function(|| _ = gradient!(without_rules::calls, 1.0), "step");
    of_another_function(|| _ = gradient!(without_rules::calls_generic, 1.0), "scaled");
    of_another_function(|| _ = gradient!(without_rules::calls_of_the_crate, 1.0), "bend");
    assert_eq!(gradient!(bends, 1.0), 3.0);
    of_another_function(|| _ = gradient!(without_rules::swaps, 1.0), "swap");
    of_another_function(|| _ = gradient!(without_rules::hands_on, 1.0), "step");
    of_another_function(|| _ = without_rules::asks(1.0), "step");
    of_another_function(|| _ = gradient!(without_rules::calls_by_path, 1.0), "scaled");
    of_own_name(|| _ = gradient!(without_rules::cuts, 1.0), "constant");
    of_own_name(|| _ = gradient!(without_rules::hooks, 1.0), "hook");
    of_own_name(|| _ = gradient!(without_rules::runs_again, 1.0), "checkpoint");
    of_own_name(|| _ = without_rules::asks_for_constant(1.0), "constant");
}
