//! Generic functions and types.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};
use zygote_engine::prelude::*;

#[differentiable]
fn logistic<T: Real>(x: T) -> T {
    T::one() / (T::one() + (-x).exp())
}

#[differentiable]
fn mixed<T: Real>(x: T, y: T, n: i32) -> T {
    let two = T::from_f64(2.0);
    (x * two).sin() * y.powi(n) + x.max(y) / (two + y * y).sqrt()
}

#[differentiable]
fn norm<T>(x: &[T]) -> T
where
    T: Real,
{
    let mut s = T::zero();
    for y in x {
        s += *y * *y;
    }
    (s + T::one()).sqrt()
}

#[differentiable]
fn dot<T: Real, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let mut s = T::zero();
    for i in 0..N {
        s += a[i] * b[i];
    }
    s
}

#[differentiable]
fn square_matrix<const N: usize>(m: [[f64; N]; N], v: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        for j in 0..N {
            s += v[i] * m[i][j] * v[j];
        }
    }
    s
}

#[derive(Clone, Copy, Tangent)]
struct Vec3<T> {
    x: T,
    y: T,
    z: T,
}

#[differentiable]
impl<T: Real> Vec3<T> {
    fn new(x: T, y: T, z: T) -> Self {
        Vec3 { x, y, z }
    }

    fn dot(&self, other: &Self) -> T {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn cross(self, other: Self) -> Self {
        Vec3 {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    fn scale(&mut self, by: T) {
        self.x *= by;
        self.y *= by;
        self.z *= by;
    }
}

#[differentiable]
fn volume<T: Real>(a: Vec3<T>, b: Vec3<T>, k: T) -> T {
    let mut c = Vec3::new(k, a.x, b.y);
    c.scale(k);
    a.cross(b).dot(&c)
}

#[differentiable]
fn polynomial<T: Real>(coefficients: &[T], x: T) -> T {
    coefficients.iter().rev().fold(T::zero(), |s, c| s * x + *c)
}

#[differentiable]
fn calls_generic(x: &[f64], y: f64) -> f64 {
    polynomial(x, logistic(y)) * norm::<f64>(x)
}

/// A function of some dimension, named by a type.
trait Model {
    type State: Clone;
    const ORDER: i32;
    fn label() -> &'static str;
}

struct Cubic;

impl Model for Cubic {
    type State = f64;
    const ORDER: i32 = 3;

    fn label() -> &'static str {
        "cubic"
    }
}

#[differentiable]
fn constants_of_types<M: Model<State = f64>>(x: M::State) -> f64 {
    x.powi(M::ORDER) * M::label().len() as f64
}

#[differentiable]
fn cubic(x: f64, y: f64) -> f64 {
    constants_of_types::<Cubic>(x) * y
}

#[derive(Clone, Tangent)]
struct Ring<T, const N: usize> {
    items: [T; N],
    at: usize,
}

#[differentiable]
impl<T: Real, const N: usize> Ring<T, N> {
    fn put(&mut self, x: T) {
        self.items[self.at] = x;
        self.at = (self.at + 1) % N;
    }

    fn mean(&self) -> T {
        let mut s = T::zero();
        for x in &self.items {
            s += *x;
        }
        s / T::from_usize(N)
    }
}

#[differentiable]
fn moving_average(x: &[f64]) -> f64 {
    let mut ring = Ring::<f64, 2> { items: [0.5; 2], at: 0 };
    let mut s = 0.0;
    for y in x {
        ring.put(*y);
        s += ring.mean() * ring.mean();
    }
    s
}

fn vec3(x: &[f64]) -> Vec3<f64> {
    Vec3 { x: x[0], y: x[1], z: x[2] }
}

#[differentiable]
fn fused<T: Copy + Add<Output = T> + Mul<Output = T>>(a: T, b: T, c: T) -> T {
    a * b + c * a
}

#[differentiable]
fn combined<T>(x: &[T], k: T) -> T
where
    T: Copy
        + Add<Output = T>
        + Sub<Output = T>
        + Mul<Output = T>
        + Div<Output = T>
        + Neg<Output = T>,
{
    let mut s = x[0];
    for y in x {
        s = s * *y - k / s;
    }
    -s + k
}

#[differentiable]
fn with_operator_bounds(x: &[f64], k: f64) -> f64 {
    fused(x[0] + 3.0, k, x[1]) * combined(&[x[0] + 3.0, 2.0], fused(k, k, 1.0))
}

/// What a field needs.
trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + AddAssign + PartialOrd
{
    const ZERO: Self;
    const ONE: Self;
    fn label() -> &'static str;
}

impl Number for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
    fn label() -> &'static str {
        "f64"
    }
}

#[differentiable]
fn power<T: Number + Mul<Output = T>>(x: T, n: usize) -> T {
    let mut y = T::ONE;
    for _ in 0..n {
        y = y * x;
    }
    y
}

#[differentiable]
fn horner<T: Number + Add<Output = T> + Mul<Output = T>>(c: &[T], x: T) -> T {
    let mut s = T::ZERO;
    for a in c {
        s = s * x + *a;
    }
    if s > T::ZERO { s } else { s + T::ONE }
}

#[differentiable]
fn with_own_numbers(c: &[f64], x: f64) -> f64 {
    horner(c, x) * power(x, 3)
}

/// A matrix of M rows.
#[derive(Clone, Copy, Tangent)]
struct Matrix<const M: usize, const N: usize>([[f64; N]; M]);

#[differentiable]
impl<const M: usize, const K: usize, const N: usize> Mul<Matrix<K, N>> for Matrix<M, K> {
    type Output = Matrix<M, N>;

    fn mul(self, other: Matrix<K, N>) -> Matrix<M, N> {
        let mut product = [[0.0; N]; M];
        for i in 0..M {
            for j in 0..N {
                for k in 0..K {
                    product[i][j] += self.0[i][k] * other.0[k][j];
                }
            }
        }
        Matrix(product)
    }
}

#[differentiable]
impl<const M: usize, const N: usize> Matrix<M, N> {
    fn transposed(&self) -> Matrix<N, M> {
        let mut t = [[0.0; M]; N];
        for i in 0..M {
            for j in 0..N {
                t[j][i] = self.0[i][j];
            }
        }
        Matrix(t)
    }

    fn frobenius(&self) -> f64 {
        self.0.iter().map(|row| row.iter().map(|a| a * a).sum::<f64>()).sum()
    }
}

#[differentiable]
fn products(a: Matrix<2, 3>, b: Matrix<3, 2>) -> f64 {
    let p = a * b;
    (p * p).0[0][1] + (a.transposed() * p).frobenius() * 0.1
}

/// Any scalar in the entries.
#[derive(Clone, Copy, Tangent)]
struct SquareMatrix<T, const N: usize> {
    entries: [[T; N]; N],
}

#[differentiable]
impl<T: Real, const N: usize> Mul for SquareMatrix<T, N> {
    type Output = SquareMatrix<T, N>;

    fn mul(self, other: SquareMatrix<T, N>) -> SquareMatrix<T, N> {
        let mut entries = [[T::zero(); N]; N];
        for i in 0..N {
            for j in 0..N {
                for k in 0..N {
                    entries[i][j] += self.entries[i][k] * other.entries[k][j];
                }
            }
        }
        SquareMatrix { entries }
    }
}

#[differentiable]
impl<T: Real, const N: usize> SquareMatrix<T, N> {
    fn trace(&self) -> T {
        let mut s = T::zero();
        for i in 0..N {
            s += self.entries[i][i];
        }
        s
    }
}

#[differentiable]
fn trace_of_cube(x: &[f64]) -> f64 {
    let m = SquareMatrix { entries: [[x[0], x[1]], [x[2], x[3]]] };
    (m * m * m).trace()
}

#[differentiable]
trait Unit {
    type Value: Copy;
    const SCALE: f64;
    const STEPS: usize = 2;

    fn size(&self) -> f64;

    fn scaled(&self) -> f64 {
        let mut s = self.size();
        for _ in 0..Self::STEPS {
            s *= Self::SCALE * s;
        }
        s
    }
}

#[derive(Clone, Tangent)]
struct Feet(f64);

#[derive(Clone, Tangent)]
struct Yards(f64, f64);

#[differentiable]
impl Unit for Feet {
    type Value = f64;
    const SCALE: f64 = 0.3;

    fn size(&self) -> f64 {
        self.0
    }
}

#[differentiable]
impl Unit for Yards {
    type Value = f64;
    const SCALE: f64 = 0.9;
    const STEPS: usize = 1;

    fn size(&self) -> f64 {
        self.0 * self.1
    }
}

#[differentiable]
fn length<U: Unit<Value = f64>>(u: &U, k: f64) -> f64 {
    u.scaled() * k + U::SCALE
}

#[differentiable]
fn constants_in_defaults(f: &Feet, y: &Yards, k: f64) -> f64 {
    length(f, k) * length(y, k)
}

/// Traits of one's own with names of the standard library's.
mod own {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub trait Sum {
        fn total(&self) -> f64;

        fn max(&self, other: f64) -> f64 {
            self.total() * other
        }
    }

    #[differentiable]
    pub trait Default {
        fn of(scale: f64) -> Self;
        fn abs(&self) -> f64;
    }

    #[derive(Clone, Tangent)]
    pub struct Bag {
        pub items: Vec<f64>,
    }

    #[differentiable]
    impl Sum for Bag {
        fn total(&self) -> f64 {
            let mut s = 0.5;
            for x in &self.items {
                s = s * 0.5 + x * x;
            }
            s
        }
    }

    #[derive(Clone, Tangent)]
    pub struct Level(f64);

    #[differentiable]
    impl Default for Level {
        fn of(scale: f64) -> Self {
            Level(scale * scale)
        }

        fn abs(&self) -> f64 {
            self.0 * 2.0
        }
    }
}

#[differentiable]
fn traits_with_names_of_std(x: &[f64], k: f64) -> f64 {
    use own::{Bag, Default, Level, Sum};
    let bag = Bag { items: x.to_vec() };
    let level = Level::of(k);
    bag.max(k) * level.abs() + x.iter().sum::<f64>().max(k.abs())
}

#[derive(Clone, Tangent)]
struct Pair<A, B> {
    first: A,
    second: B,
}

#[derive(Clone, Tangent)]
struct Tagged<T> {
    inner: T,
    tag: usize,
}

#[differentiable]
fn nested_generic_structs(
    p: &Tagged<Pair<Pair<f64, Vec<f64>>, Option<Tagged<f64>>>>,
    k: f64,
) -> f64 {
    let Pair { first: Pair { first, second: list }, second } = &p.inner;
    let mut q = p.clone();
    q.inner.first.second[q.tag] *= k;
    let deep = match second {
        Some(Tagged { inner, tag }) => inner * *tag as f64,
        None => k,
    };
    first * list[0] + q.inner.first.second[p.tag] * deep
}

#[differentiable]
impl<A: Clone, B: Clone> Pair<A, B> {
    fn swapped(self) -> Pair<B, A> {
        Pair { first: self.second, second: self.first }
    }
}

#[differentiable]
fn swapped_twice(x: f64, y: &[f64]) -> f64 {
    let p = Pair { first: x * x, second: y.to_vec() };
    let q = p.swapped();
    q.first[0] * q.second + q.swapped().second[1]
}

fn matrix<const M: usize, const N: usize>(x: &[f64]) -> Matrix<M, N> {
    Matrix(std::array::from_fn(|i| std::array::from_fn(|j| x[i * N + j])))
}

/// Names that generated code might have.
#[derive(Clone, Tangent)]
struct A0(f64, f64);

#[differentiable]
fn named_like_a_parameter(a: &A0, x: f64) -> f64 {
    let b = A0(a.1 * x, a.0);
    b.0 * b.1
}

programs![
    named_like_a_parameter("type names", 3, |x| named_like_a_parameter(&A0(x[0], x[1]), x[2])),
    logistic("`T: Real`", 1, |x| logistic(x[0])),
    mixed("`T: Real`", 2, |x| mixed(x[0], x[1], 3)),
    polynomial("`T: Real`", 4, |x| polynomial(&x[..3], x[3])),
    norm("`where` clauses", 3, |x| norm(x)),
    at_both_precisions("one function at `f32` and `f64`", || {
        for x in [-1.25_f32, -0.5, 0.75, 1.5] {
            let (y, d) = value_and_gradient!(logistic, x);
            let expected = 1.0 / (1.0 + (-x).exp());
            assert!((y - expected).abs() < 1e-6 && (d - y * (1.0 - y)).abs() < 1e-6, "{d} at {x}");
            let (y, (a, b)) = value_and_gradient!(mixed, x, 0.5, 3);
            let (z, (c, d)) = value_and_gradient!(mixed, f64::from(x), 0.5, 3);
            assert!((f64::from(y) - z).abs() < 1e-5, "at {x}");
            assert!((f64::from(a) - c).abs() < 1e-5 && (f64::from(b) - d).abs() < 1e-5, "at {x}");
        }
    }),
    dot("const generics", 6, |x| dot(&[x[0], x[1], x[2]], &[x[3], x[4], x[5]])),
    square_matrix("const generics", 6, |x| square_matrix(
        [[x[0], x[1]], [x[2], x[3]]],
        [x[4], x[5]]
    )),
    moving_average("const generics", 4, |x| moving_average(x)),
    volume("methods of generic types", 7, |x| volume(vec3(x), vec3(&x[3..]), x[6])),
    calls_generic("calls of generic functions", 4, |x| calls_generic(&x[..3], x[3])),
    cubic("associated types and constants", 2, |x| cubic(x[0], x[1])),
    with_operator_bounds("bounds of operators", 3, |x| with_operator_bounds(&x[..2], x[2])),
    fused("bounds of operators", 3, |x| fused(x[0], x[1], x[2])),
    with_own_numbers("traits of numbers of one's own", 4, |x| with_own_numbers(&x[..3], x[3])),
    products("const generics", 12, |x| products(matrix(x), matrix(&x[6..]))),
    trace_of_cube("const generics", 4, |x| trace_of_cube(x)),
    constants_in_defaults("associated constants and types in default methods", 4, |x| {
        constants_in_defaults(&Feet(x[0]), &Yards(x[1], x[2]), x[3])
    }),
    traits_with_names_of_std("traits with names of the standard library's", 3, |x| {
        traits_with_names_of_std(&x[..2], x[2])
    }),
    nested_generic_structs_of_none("nested generic structs", 4, |x| nested_generic_structs(
        &Tagged {
            inner: Pair { first: Pair { first: x[0], second: x[1..3].to_vec() }, second: None },
            tag: 1
        },
        x[3]
    )),
    nested_generic_structs("nested generic structs", 5, |x| nested_generic_structs(
        &Tagged {
            inner: Pair {
                first: Pair { first: x[0], second: x[1..3].to_vec() },
                second: Some(Tagged { inner: x[3], tag: 3 })
            },
            tag: 1
        },
        x[4]
    )),
    swapped_twice("nested generic structs", 3, |x| swapped_twice(x[0], &x[1..])),
];
