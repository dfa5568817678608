//! Sums in an inner loop, which the derivative makes for several trips of the outer loop at once, and
//! loops that look like them.

#![allow(clippy::needless_range_loop, reason = "the loops are written in indices")]

use crate::check::{check, programs};
use chainrules::prelude::*;
use std::panic::catch_unwind;
use zygote_engine::prelude::*;

#[differentiable]
fn product(a: &[f64], x: &[f64], rows: usize, columns: usize) -> f64 {
    let mut total = 0.0;
    for r in 0..rows {
        let mut sum = x[0] * 0.5;
        for c in 0..columns {
            sum += a[r * columns + c] * x[c];
        }
        total += sum.sin() * (r as f64 + 1.0);
    }
    total
}

#[differentiable]
fn layers(weights: &[Vec<f64>], x: &[f64], by: f64) -> f64 {
    let mut y = x.to_vec();
    let mut out = vec![0.0; weights.len()];
    for _ in 0..2 {
        for r in 0..weights.len() {
            let scale = by * (r as f64 + 1.0);
            let mut sum = scale - by;
            for c in 0..x.len() {
                let w = weights[r][c];
                sum -= w * y[c] * scale;
            }
            out[r] = sum.tanh();
        }
        for c in 0..x.len() {
            y[c] = out[c] * 0.5 + x[c];
        }
    }
    let mut total = y[0];
    for r in 0..out.len() {
        total += out[r] * (r as f64 + 0.5);
    }
    total
}

/// What a row gives is read by the next ones.
#[differentiable]
fn in_place(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = x.to_vec();
    for r in 0..n {
        let mut sum = y[r];
        for c in 0..n {
            sum += a[r * n + c] * y[c];
        }
        y[r] = sum * 0.3;
    }
    let mut total = 0.0;
    for v in &y {
        total += v * v;
    }
    total
}

/// The range of the inner loop, and what is added, follow the outer loop.
#[differentiable]
fn triangle(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    let mut last = 1.0;
    for r in 0..n {
        let mut sum = 0.1;
        for c in 0..r {
            sum += a[r * n + c] * x[c];
        }
        let mut other = last;
        for c in 0..n {
            other += x[c] * a[c * n + r] * last;
        }
        last = sum * other;
        total += last;
    }
    total
}

#[differentiable]
fn several(a: &[[f64; 3]], x: &[f64; 3], n: usize) -> f64 {
    let mut total = 0.0;
    for r in 0..n {
        let mut p = x[0];
        let mut q = a[r][1];
        for c in 0..3 {
            p += a[r][c] * x[c];
        }
        for c in 0..3 {
            q -= a[r][c] * x[c] * x[c];
        }
        total += p * q;
        if r == 4 {
            total *= p;
        }
    }
    total
}

#[differentiable]
fn short(a: &[f64], x: &[f64], rows: usize) -> f64 {
    let mut total = 0.0;
    let mut before = 1.0;
    for r in 0..rows {
        let mut sum = 0.0;
        for c in 0..x.len() {
            sum += a[r * x.len() + c] * x[c];
        }
        assert!(before < 1e9, "row {r} after {before}");
        before = sum;
        total += sum * sum;
    }
    total
}

#[differentiable]
fn single(a: &[f32], x: &[f32]) -> f32 {
    let mut total = 0.0;
    for r in 0..6u32 as usize {
        let mut sum = 0.0;
        for c in 0..x.len() {
            sum += a[r * x.len() + c] * x[c];
        }
        total += sum * sum;
    }
    total
}

/// References that a trip of the outer loop makes.
#[differentiable]
fn by_reference(x: &[f64], w: &[Vec<f64>], pairs: &[(f64, f64)], m: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let xi = &x[i];
        let mut s = 0.0;
        for j in 0..m {
            s += xi * x[j];
        }
        total += s * s;
    }
    for i in 0..w.len() {
        let row = &w[i];
        let mut s = 0.1;
        for j in 0..m {
            let r = row[j];
            s += r * x[j] * row[0];
        }
        let (a, b) = &pairs[i];
        let mut t = *a;
        for j in 0..m {
            t -= a * b * x[j];
        }
        total += s * t;
    }
    total
}

#[differentiable]
fn by_slices(x: &[f64], n: usize, m: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..n {
        let row = &x[i * m..(i + 1) * m];
        let rest = &row[1..];
        let mut s = 0.0;
        for j in 0..m {
            s += row[j] * x[j];
        }
        let f = rest[0] * 2.0;
        let mut t = f;
        for j in 1..m {
            t += rest[j - 1] * row[j];
        }
        let (l, r) = x.split_at(i);
        let mut u = 0.5;
        for j in 0..m {
            u += r[j] * x[j];
        }
        total += s * t + u * l.len() as f64;
    }
    for r in x[..2 * n].chunks(2) {
        let mut s = 0.0;
        for j in 0..m {
            s += r[0] * x[j] + r[1];
        }
        total += s * s;
    }
    total
}

#[differentiable]
fn in_closures(x: &[f64], n: usize, m: usize) -> f64 {
    let sum = |i: usize| {
        let tail = &x[i..];
        let mut s = 0.0;
        for j in 0..m {
            s += tail[j] * x[j];
        }
        s
    };
    let mut total = (0..n).map(|i| sum(i) * sum(i + 1)).sum::<f64>();
    for i in 0..n {
        total += sum(i) * sum(i);
    }
    (0..n).for_each(|i| {
        let tail = &x[i..];
        let mut s = 0.0;
        for j in 0..m {
            s += tail[j] * tail[0];
        }
        total += s;
    });
    total
}

/// A reference to what the outer loop changes.
#[differentiable]
fn of_what_changes(x: &[f64], m: usize) -> f64 {
    let mut y = x.to_vec();
    let mut total = 0.0;
    for i in 0..x.len() - m {
        let tail = &y[i..];
        let mut s = 0.0;
        for j in 0..m {
            s += tail[j] * x[j];
        }
        y[i + 1] = s * 0.5;
        total += s;
    }
    total + y[1] * x[x.len() - 1]
}

/// A type that is indexed by its own `Index`, with a `get` that is another thing.
#[derive(Clone, Tangent)]
struct Ring {
    cells: Vec<f64>,
}

#[differentiable]
impl std::ops::Index<usize> for Ring {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.cells[i % self.cells.len()]
    }
}

impl std::ops::IndexMut<usize> for Ring {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        let n = self.cells.len();
        &mut self.cells[i % n]
    }
}

impl Ring {
    fn get(&self, i: usize) -> Option<&f64> {
        self.cells.get(i / 2)
    }
}

#[differentiable]
fn own_index(ring: &Ring, n: usize) -> f64 {
    let mut total = 0.0;
    for r in 0..n {
        let mut s = 0.1;
        for c in 0..n {
            s += ring[c];
        }
        let mut t = 0.2;
        for c in 0..n {
            t += ring[r + c] * ring[c];
        }
        total += s * t;
    }
    total
}

fn message(f: impl FnOnce() -> f64 + std::panic::UnwindSafe) -> String {
    let payload = catch_unwind(f).expect_err("an index is out of bounds");
    payload.downcast_ref::<String>().expect("panics with a text").clone()
}

fn sizes() {
    for rows in 0..11 {
        let n = 3 * rows + 3;
        let with = |x: &[f64]| product(&x[3..], &x[..3], rows, 3) + x.iter().sum::<f64>();
        check(n, with, |x| {
            let (y, (a, x3)) = value_and_gradient!(product, &x[3..], &x[..3], rows, 3);
            let gradient = x3.iter().chain(&a).map(|d| d + 1.0).collect();
            (y + x.iter().sum::<f64>(), gradient)
        });
    }
}

/// The sums are those of the function, bit by bit, and so are the panics.
fn as_the_function_does() {
    let x = [0.3, -1.2, 0.7];
    let a: Vec<f64> = (0..40).map(|k| (f64::from(k) * 0.7).sin()).collect();
    for rows in 0..13 {
        let (y, _) = value_and_gradient!(product, &a, &x, rows, 3);
        assert_eq!(y.to_bits(), product(&a, &x, rows, 3).to_bits());
        let (y, _) = value_and_gradient!(short, &a, &x, rows);
        assert_eq!(y.to_bits(), short(&a, &x, rows).to_bits());
    }
    for (rows, at) in [(14, 40), (20, 40), (3, 7), (5, 13)] {
        let of_function = message(|| short(&a[..at], &x, rows));
        let of_derivative = message(|| value_and_gradient!(short, &a[..at], &x, rows).0);
        assert_eq!(of_function, of_derivative);
    }
    for n in [3, 6, 7] {
        let (y, _) = value_and_gradient!(by_slices, &a[..18], n.min(6), 3);
        assert_eq!(y.to_bits(), by_slices(&a[..18], n.min(6), 3).to_bits());
        let of_function = message(|| by_slices(&a[..17], n + 4, 3));
        let of_derivative = message(|| value_and_gradient!(by_slices, &a[..17], n + 4, 3).0);
        assert_eq!(of_function, of_derivative);
    }
    let mut large = a.clone();
    large[4] = 1e12;
    let of_function = message(|| short(&large[..20], &x, 9));
    let of_derivative = message(|| value_and_gradient!(short, &large[..20], &x, 9).0);
    assert!(of_function.starts_with("index out of bounds"), "{of_function}");
    assert_eq!(of_function, of_derivative);
    large[4] = -1e12;
    let of_function = message(|| short(&large[..20], &x, 9));
    let of_derivative = message(|| value_and_gradient!(short, &large[..20], &x, 9).0);
    assert!(of_function.starts_with("row 2"), "{of_function}");
    assert_eq!(of_function, of_derivative);
}

fn of_own_index() {
    let ring = Ring { cells: vec![0.5, 1.5, -0.7] };
    assert_eq!(ring.get(2), Some(&1.5));
    let (y, _) = value_and_gradient!(own_index, &ring, 5);
    assert_eq!(y.to_bits(), own_index(&ring, 5).to_bits());
}

fn of_singles() {
    let (a, x): (Vec<f32>, _) =
        ((0..12u8).map(|k| f32::from(k) * 0.25 - 1.0).collect(), [0.5, 2.0]);
    let (y, (da, dx)) = value_and_gradient!(single, &a, &x);
    let sums: Vec<f32> = (0..6).map(|r| a[2 * r] * x[0] + a[2 * r + 1] * x[1]).collect();
    assert_eq!(y, sums.iter().map(|s| s * s).sum());
    for r in 0..6 {
        assert_eq!(da[2 * r], 2.0 * sums[r] * x[0]);
        assert_eq!(da[2 * r + 1], 2.0 * sums[r] * x[1]);
    }
    let d0: f32 = (0..6).map(|r| 2.0 * sums[r] * a[2 * r]).sum();
    assert!((dx[0] - d0).abs() < 1e-4, "{} {d0}", dx[0]);
}

programs![
    sizes_of_products("a product of a matrix and a vector, of any size", || sizes()),
    sums_as_written("the sums and panics of the function", || as_the_function_does()),
    own_index_as_written("an own `Index` beside a `get`", || of_own_index()),
    singles("a product in `f32`", || of_singles()),
    layers(
        "layers of a network, rows of a `Vec<Vec<f64>>`",
        33,
        |x| { layers(&x[5..33].chunks(4).map(<[f64]>::to_vec).collect::<Vec<_>>(), &x[..4], x[4]) },
        |x| {
            let weights: Vec<_> = x[5..33].chunks(4).map(<[f64]>::to_vec).collect();
            let (y, (w, dx, by)) = value_and_gradient!(layers, &weights, &x[..4], x[4]);
            (y, (dx, by, w))
        }
    ),
    by_reference("references made in the outer loop", 40, |x| by_reference(
        &x[..5],
        &x[5..30].chunks(5).map(<[f64]>::to_vec).collect::<Vec<_>>(),
        &x[30..].chunks(2).map(|p| (p[0], p[1])).collect::<Vec<_>>(),
        5
    )),
    by_slices("slices made in the outer loop", 18, |x| by_slices(x, 6, 3)),
    in_closures("sums in closures", 10, |x| in_closures(x, 6, 4)),
    of_what_changes("slices of what the outer loop changes", 9, |x| of_what_changes(x, 3)),
    own_index("an own `Index` beside a `get`", 5, |x| own_index(&Ring { cells: x.to_vec() }, 6)),
    in_place("rows that later rows read", 42, |x| in_place(&x[..36], &x[36..])),
    triangle("inner loops that follow the outer one", 42, |x| triangle(&x[..36], &x[36..])),
    several(
        "several sums in one trip",
        24,
        |x| {
            let rows: Vec<[f64; 3]> = x[..21].chunks(3).map(|r| [r[0], r[1], r[2]]).collect();
            several(&rows, &[x[21], x[22], x[23]], 7)
        },
        |x| {
            let rows: Vec<[f64; 3]> = x[..21].chunks(3).map(|r| [r[0], r[1], r[2]]).collect();
            value_and_gradient!(several, &rows, &[x[21], x[22], x[23]], 7)
        }
    ),
];
