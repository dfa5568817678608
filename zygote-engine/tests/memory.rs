//! What a gradient allocates: nothing for what the caller says to be constant.
#![expect(unsafe_code, reason = "an allocator that counts")]
#![expect(clippy::needless_range_loop, reason = "loops over indices are what is measured")]

use chainrules::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use zygote_engine::prelude::*;

/// The system's allocator, which counts the bytes that each thread asks for.
struct Counting;

thread_local! {
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is handed on to the system's allocator; the count is a number of the thread.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get() + layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block comes from `alloc` above, of the same layout.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What a computation gives, and how many bytes it asks for.
fn bytes<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = BYTES.get();
    let value = black_box(run());
    (value, BYTES.get() - before)
}

/// Two functions of one body, of which the second takes its last parameter for constant.
macro_rules! twice {
    ($(fn $open:ident, $closed:ident($x:ident: &[f64], $k:ident: $($ty:tt)*) $body:block)*) => {$(
        twice!(@ $open, $closed, $x, $k, ($($ty)*), $body);
    )*};
    (@ $open:ident, $closed:ident, $x:ident, $k:ident, ($($ty:tt)*), $body:block) => {
        #[differentiable]
        fn $open($x: &[f64], $k: $($ty)*) -> f64 $body

        #[differentiable]
        fn $closed($x: &[f64], #[constant] $k: $($ty)*) -> f64 $body
    };
}

twice! {
    fn weighted, weighted_by_constants(x: &[f64], k: &[f64]) {
        let mut s = 0.0;
        for i in 0..x.len() {
            let w = (k[i] * 2.0).sin();
            let e = (w * x[i]).exp();
            s += e * w;
        }
        s
    }
}

twice! {
    fn by_calls, by_constant_calls(x: &[f64], k: f64) {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += settled(k, 10) * x[i] * x[i];
        }
        s
    }
}

twice! {
    fn powers, constant_powers(x: &[f64], k: f64) {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += (k * 0.5).sin() * x[i] * (k * i as f64).cos().powi(2);
        }
        s
    }
}

twice! {
    fn collected, collected_constants(x: &[f64], k: &[f64]) {
        let w: Vec<f64> = k.iter().map(|v| v * 2.0).collect();
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * w[i];
        }
        s
    }
}

twice! {
    fn pushed, pushed_constants(x: &[f64], k: &[f64]) {
        let mut w = Vec::new();
        for i in 0..k.len() {
            w.push(k[i] * k[i]);
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * w[i];
        }
        s
    }
}

twice! {
    fn filled, filled_constants(x: &[f64], k: &[f64]) {
        let mut w = vec![0.0; k.len()];
        for i in 0..k.len() {
            w[i] = k[i] * k[i];
        }
        for i in 1..k.len() {
            w[i] += 0.5 * w[i - 1];
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] * w[i];
        }
        s
    }
}

twice! {
    fn collected_twice, collected_constants_twice(x: &[f64], k: &[f64]) {
        let squares: Vec<f64> = k.iter().map(|v| v * v).collect();
        let w: Vec<f64> = squares.iter().map(|v| v.sin()).collect();
        w.iter().zip(x).map(|(w, x)| w * x).sum()
    }
}

twice! {
    fn rows, rows_of_constants(x: &[f64], k: &[f64]) {
        let mut rows = Vec::new();
        for i in 0..10 {
            let mut row = vec![0.0; x.len()];
            for j in 0..x.len() {
                row[j] = k[i] * k[j];
            }
            rows.push(row);
        }
        let mut s = 0.0;
        for row in &rows {
            for j in 0..x.len() {
                s += row[j] * x[j];
            }
        }
        s
    }
}

#[differentiable]
fn settled(k: f64, steps: usize) -> f64 {
    let mut s = k;
    for _ in 0..steps {
        s = (s + 0.1).sin();
    }
    s
}

/// Compares `constant(k)` at the call with `#[constant]`, which allocates so much less, and with the
/// cotangent beside that of `k`.
macro_rules! compare {
    ($open:ident, $closed:ident, $k:expr) => {
        compare!($open, $closed, $k, 0)
    };
    ($open:ident, $closed:ident, $k:expr, $more:expr) => {{
        let x: Vec<f64> = (0..1000).map(|i| 0.001 * f64::from(i)).collect();
        let k = $k;
        // What is allocated once.
        black_box((gradient!($closed, &x, k), gradient!($open, &x, k)));
        let (at_call, bytes_at_call) = bytes(|| gradient!($open, &x, constant(k)));
        let (declared, bytes_declared) = bytes(|| gradient!($closed, &x, k));
        let ((of_both, _), bytes_of_both) = bytes(|| gradient!($open, &x, k));
        assert_eq!(at_call, of_both);
        assert_eq!(at_call, declared);
        assert_eq!(bytes_at_call, bytes_declared + $more);
        assert!(bytes_at_call < bytes_of_both);
    }};
}

#[test]
fn nothing_is_kept_for_a_constant_of_a_loop() {
    let weights: Vec<f64> = (0..1000).map(|i| 0.5 + 0.001 * f64::from(i)).collect();
    compare!(weighted, weighted_by_constants, &weights);
    compare!(powers, constant_powers, 0.4);
}

#[test]
fn nothing_is_kept_of_calls_with_constants() {
    compare!(by_calls, by_constant_calls, 0.3);
}

#[test]
fn nothing_is_kept_of_a_list_of_constants() {
    let weights: Vec<f64> = (0..1000).map(|i| 0.5 + 0.001 * f64::from(i)).collect();
    compare!(collected, collected_constants, &weights);
    compare!(collected_twice, collected_constants_twice, &weights);
    compare!(pushed, pushed_constants, &weights);
    compare!(filled, filled_constants, &weights);
    // Each row is copied into the list, as the reverse sweep may need it, and the length of each is kept.
    compare!(rows, rows_of_constants, &weights, 10 * (8000 + 8));
}
