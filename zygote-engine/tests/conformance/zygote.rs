//! What the tests of Zygote.jl differentiate, in Rust: the values and gradients in closed form.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[differentiable]
fn identity(x: f64) -> f64 {
    x
}

#[differentiable]
fn multiply(a: f64, b: f64) -> f64 {
    a * b
}

const DOUBLE: bool = true;

#[differentiable]
fn by_a_constant(x: f64) -> f64 {
    if DOUBLE { 2.0 * x } else { x }
}

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

#[differentiable]
fn power_by_loop(x: f64, n: i32) -> f64 {
    let mut n = n;
    let mut r = 1.0;
    while n > 0 {
        n -= 1;
        r *= x;
    }
    r
}

#[differentiable]
fn power_in_place(x: f64, n: i32) -> f64 {
    let mut cell = Box::new(1.0);
    for _ in 0..n {
        *cell = *cell * x;
    }
    *cell
}

static START: f64 = 1.0;

#[differentiable]
fn power_of_static(x: f64, n: i32) -> f64 {
    let mut r = START;
    for _ in 0..n {
        r *= x;
    }
    r
}

#[differentiable]
fn power_by_recursion(x: f64, n: i32) -> f64 {
    if n == 0 { 1.0 } else { x * power_by_recursion(x, n - 1) }
}

#[differentiable]
fn nothing_of(_x: f64) -> f64 {
    1.0
}

#[differentiable]
fn of_a_tuple(t: (f64, f64)) -> f64 {
    t.0 * t.1
}

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct Foo<T> {
    a: T,
    b: T,
}

#[differentiable]
fn multiply_in_struct(a: f64, b: f64) -> f64 {
    let c = Foo { a, b };
    c.a * c.b
}

#[differentiable]
fn multiply_in_tuple(a: f64, b: f64) -> f64 {
    let c = (a, b);
    c.0 * c.1
}

#[differentiable]
fn multiply_in_closure(x: f64, y: f64) -> f64 {
    let g = |z: f64| x * z;
    g(y)
}

#[differentiable]
fn multiply_in_vector(a: f64, b: f64) -> f64 {
    let v = vec![a, b];
    v[0] * v[1]
}

#[differentiable]
fn multiply_in_map(x: f64) -> f64 {
    let mut d = BTreeMap::new();
    d.insert("x", x);
    x * d["x"]
}

#[differentiable]
fn multiply_in_stack(a: f64, b: f64) -> f64 {
    let mut stack = Vec::new();
    stack.push(a);
    stack.push(b);
    stack.pop().unwrap() * stack.pop().unwrap()
}

/// A function with a default for its first argument.
#[differentiable]
fn with_default(a: Option<f64>, b: f64) -> f64 {
    a.unwrap_or(1.0) * b
}

#[differentiable]
fn multiply_by_name(a: f64, b: f64) -> f64 {
    with_default(Some(a), b) * with_default(None, 1.0)
}

#[differentiable]
fn product(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for x in x {
        s *= x;
    }
    s
}

/// A matrix that is called with a vector.
#[derive(Clone, Debug, PartialEq, Tangent)]
struct Dense {
    w: Vec<Vec<f64>>,
}

#[differentiable]
impl Dense {
    fn call(&self, x: &[f64]) -> Vec<f64> {
        self.w.iter().map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum()).collect()
    }
}

#[differentiable]
fn sum_of_layer(layer: &Dense, x: &[f64]) -> f64 {
    layer.call(x).iter().sum()
}

#[differentiable]
fn unless_negative(x: f64) -> f64 {
    if x < 0.0 {
        panic!("negative");
    }
    5.0 * x
}

#[differentiable]
fn three_ways(x: f64) -> f64 {
    let mut x = x;
    if x > 0.0 {
        x *= 2.0;
    } else if x < 0.0 {
        x *= 3.0;
    }
    x
}

#[differentiable]
fn empty_branches(x: f64) -> f64 {
    if x > 0.0 {
    } else if x < -1.0 {
        ()
    }
    x + x
}

#[differentiable]
fn reversed(a: f64, b: f64) -> f64 {
    hook(a, |d: f64| -d) * b
}

#[derive(Clone, Tangent)]
struct Mutable {
    value: f64,
}

#[differentiable]
fn set(m: &mut Mutable, x: f64) {
    m.value = x;
}

#[differentiable]
fn set_and_read(args: (f64,)) -> f64 {
    let mut m = Mutable { value: 0.0 };
    set(&mut m, args.0);
    m.value
}

#[differentiable]
fn size_only(x: &[f64]) -> f64 {
    let n = x.len();
    (n * n) as f64
}

#[differentiable]
fn first_two(x: f64, y: f64, z: f64) -> f64 {
    let t = [x, y, z];
    t[..2].iter().sum()
}

#[differentiable]
fn first_twice(x: f64, y: f64, z: f64) -> f64 {
    let t = [x, y, z];
    [0, 1, 0].iter().map(|i| t[*i]).sum()
}

#[differentiable]
fn compose(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(g(x))
}

#[differentiable]
fn composed(x: f64, k: f64) -> f64 {
    compose(|y| y * k, |y| y * y, x) + compose(f64::sin, multiply_by_two, x)
}

#[differentiable]
fn multiply_by_two(x: f64) -> f64 {
    2.0 * x
}

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
impl Point {
    fn width(&self) -> f64 {
        self.x
    }

    fn dist(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

#[differentiable]
impl std::ops::Add for Point {
    type Output = Point;

    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }
}

#[differentiable]
fn length_of_sum(a: Point, b: Point) -> f64 {
    (a + b).dist() + a.width()
}

/// Taylor's series of the sine, until its terms are small.
#[differentiable]
fn sine(x: f64) -> f64 {
    let mut sum = 0.0;
    let mut term = x;
    let mut k = 1.0;
    while term.abs() > 1e-17 {
        sum += term;
        term = -term * x * x / ((k + 1.0) * (k + 2.0));
        k += 2.0;
    }
    sum
}

#[differentiable]
fn relu(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[differentiable]
fn softmax(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = x.iter().map(|x| (x - largest).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|e| e / sum).collect()
}

#[differentiable]
fn cross_entropy(x: &[f64], label: usize) -> f64 {
    -softmax(x)[label].ln()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a}, not {b}");
}

programs![
    constant_parameters_of_closures("`#[constant]` on parameters of closures", || {
        let k = 2.0;
        let product = |x: f64, y: f64| x * y * k;
        let d = gradient!(|x: f64, #[constant] y: f64| x * y * k, 2.0, 3.0);
        assert_eq!((d, product(2.0, 3.0)), (6.0, 12.0));
        let both = value_and_gradient!(
            |#[constant] w: &[f64], x: &[f64], #[constant] (a, _): (f64, f64)| w[0] * x[1] * a,
            &[3.0],
            &[5.0, 7.0],
            (2.0, 1.0)
        );
        assert_eq!(both, (42.0, vec![0.0, 6.0]));
        let (_, back) = pullback!(|#[constant] x, y: f64| (x * y, y), 2.0, 3.0);
        assert_eq!(back((1.0, 1.0)), 3.0);
    }),
    text_of_closures("`code_ir!` and `code_adjoint!` of closures", || {
        let k = 2.0;
        assert_eq!(code_ir!(|x: f64| x * k), "fn(x*: f64)\n    t* = x * k\n    t\n");
        assert!(code_adjoint!(|x: f64| k * x * x).contains("reverse(dy)"));
        assert_eq!(k, 2.0);
    }),
    identity("pullbacks", || {
        let (y, back) = pullback!(identity, 1.0);
        assert_eq!((y, back(2.0)), (1.0, 2.0));
        let (y, back) = pullback!(multiply, 2.0, 3.0);
        assert_eq!((y, back(4.0)), (6.0, (12.0, 8.0)));
        let (y, back) = pullback!(by_a_constant, 3.0);
        assert_eq!((y, back(4.0)), (6.0, 8.0));
    }),
    closures("closures at the call", || {
        assert_eq!(value_and_gradient!(|x: f64| multiply(5.0, x), 2.0), (10.0, 5.0));
        assert_eq!(
            value_and_gradient!(|x: &[f64]| squares(x), &[1.0, 2.0, 3.0]),
            (14.0, vec![2.0, 4.0, 6.0])
        );
    }),
    powers("powers by loops and recursion", || {
        assert_eq!(value_and_gradient!(power_by_loop, 2.0, 3), (8.0, 12.0));
        assert_eq!(value_and_gradient!(power_in_place, 2.0, 3), (8.0, 12.0));
        assert_eq!(value_and_gradient!(power_of_static, 2.0, 3), (8.0, 12.0));
        assert_eq!(value_and_gradient!(power_by_recursion, 2.0, 3), (8.0, 12.0));
        assert_eq!(value_and_gradient!(power_by_loop, 2.0, 0), (1.0, 0.0));
    }),
    independent("functions that do not depend on an argument", || {
        assert_eq!(value_and_gradient!(nothing_of, 2.0), (1.0, 0.0));
        assert_eq!(value_and_gradient!(size_only, &[1.0, 2.0, 3.0]), (9.0, vec![0.0; 3]));
        assert_eq!(value_and_gradient!(set_and_read, (1.5,)), (1.5, (1.0,)));
    }),
    products("a product through tuples, structs, closures, collections", || {
        let expected = (6.0, (3.0, 2.0));
        assert_eq!(value_and_gradient!(of_a_tuple, (2.0, 3.0)), expected);
        assert_eq!(value_and_gradient!(multiply_in_struct, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_in_tuple, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_in_closure, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_in_vector, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_in_stack, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_by_name, 2.0, 3.0), expected);
        assert_eq!(value_and_gradient!(multiply_in_map, 2.0), (4.0, 4.0));
        assert_eq!(value_and_gradient!(product, &[1.0, 2.0, 3.0]), (6.0, vec![6.0, 3.0, 2.0]));
        assert_eq!(value_and_gradient!(reversed, 2.0, 3.0), (6.0, (-3.0, 2.0)));
    }),
    layers("a layer that is called", || {
        let layer = Dense { w: vec![vec![1.0, 0.0], vec![0.0, 1.0]] };
        let (y, back) = pullback!(Dense::call, &layer, &[1.0, 2.0]);
        assert_eq!(y, [1.0, 2.0]);
        let (dw, dx) = back(vec![1.0, 1.0]);
        assert_eq!(dw, Dense { w: vec![vec![1.0, 2.0]; 2] });
        assert_eq!(dx, [1.0, 1.0]);
        let (y, (dw, _)) = value_and_gradient!(sum_of_layer, &layer, &[1.0, 2.0]);
        assert_eq!((y, dw), (3.0, Dense { w: vec![vec![1.0, 2.0]; 2] }));
    }),
    branches("branches with three ways, empty ones, ones that panic", || {
        assert_eq!(value_and_gradient!(unless_negative, 2.0), (10.0, 5.0));
        assert!(std::panic::catch_unwind(|| gradient!(unless_negative, -2.0)).is_err());
        assert_eq!(value_and_gradient!(three_ways, 1.0), (2.0, 2.0));
        assert_eq!(value_and_gradient!(three_ways, -1.0), (-3.0, 3.0));
        assert_eq!(value_and_gradient!(three_ways, 0.0), (0.0, 1.0));
        assert_eq!(value_and_gradient!(empty_branches, 1.0), (2.0, 2.0));
        assert_eq!(value_and_gradient!(empty_branches, -2.0), (-4.0, 2.0));
        assert_eq!(value_and_gradient!(empty_branches, -0.5), (-1.0, 2.0));
        assert_eq!(value_and_gradient!(relu, 2.0), (2.0, 1.0));
        assert_eq!(value_and_gradient!(relu, -2.0), (0.0, 0.0));
    }),
    indices("parts of tuples and arrays, also twice", || {
        assert_eq!(value_and_gradient!(first_two, 7.0, 8.5, 9.5), (15.5, (1.0, 1.0, 0.0)));
        assert_eq!(value_and_gradient!(first_twice, 1.0, 2.0, 3.0), (4.0, (2.0, 1.0, 0.0)));
    }),
    compositions("compositions", || {
        let (x, k) = (0.5_f64, 3.0);
        let (y, (dx, dk)) = value_and_gradient!(composed, x, k);
        close(y, k * x * x + (2.0 * x).sin());
        close(dx, 2.0 * k * x + 2.0 * (2.0 * x).cos());
        close(dk, x * x);
    }),
    points("methods and operators of a struct", || {
        let (a, b) = (Point { x: 1.0, y: 2.0 }, Point { x: 2.0, y: 2.0 });
        let (y, (da, db)) = value_and_gradient!(length_of_sum, a, b);
        close(y, 6.0);
        close(da.x, 0.6 + 1.0);
        close(da.y, 0.8);
        close(db.x, 0.6);
        close(db.y, 0.8);
    }),
    series("a series to a tolerance", || {
        for x in [-2.0_f64, -0.5, 0.25, 3.0] {
            let (y, d) = value_and_gradient!(sine, x);
            close(y, x.sin());
            close(d, x.cos());
        }
    }),
    entropy("softmax and cross-entropy", || {
        let x: [f64; 3] = [0.5, -1.0, 2.0];
        let sum: f64 = x.iter().map(|x| x.exp()).sum();
        let (y, d) = value_and_gradient!(cross_entropy, &x, 1);
        close(y, sum.ln() - x[1]);
        for i in 0..3 {
            close(d[i], x[i].exp() / sum - f64::from(i == 1));
        }
    }),
];
