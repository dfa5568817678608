//! What the macros give: pullbacks, constants, arguments by `&mut`, single precision.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn products(x: &[f64], k: f64) -> Vec<f64> {
    x.windows(2).map(|w| w[0] * w[1] * k).collect()
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Polar {
    radius: f64,
    angle: f64,
}

#[differentiable]
fn polar(x: f64, y: f64) -> Polar {
    Polar { radius: x.hypot(y), angle: y.atan2(x) }
}

#[differentiable]
fn sum_and_product(x: f64, y: f64) -> (f64, f64) {
    (x + y, x * y)
}

#[differentiable]
fn maybe(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x * x) } else { None }
}

/// A running sum in place; the value is the product of the first and the last.
#[differentiable]
fn accumulated(v: &mut [f64], k: f64) -> f64 {
    for i in 1..v.len() {
        v[i] = v[i] * k + v[i - 1];
    }
    v[0] * v[v.len() - 1]
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Model {
    weight: f64,
    #[constant]
    scale: f64,
    degree: i32,
}

#[differentiable]
impl Model {
    fn at(&self, x: f64) -> f64 {
        self.weight * self.scale * x.powi(self.degree)
    }
}

#[differentiable]
fn single(x: f32, v: &[f32]) -> f32 {
    v.iter().map(|y| y * x).sum::<f32>() * x
}

#[differentiable]
fn mixed_precision(x: f32, y: f64) -> f64 {
    let z = x * x + y as f32;
    f64::from(z) * y
}

#[differentiable]
fn three(x: f64, y: f64, z: f64) -> f64 {
    x * y * y * z * z * z
}

macro_rules! doubled {
    ($name:ident, $e:expr, $x:ident) => {
        #[differentiable]
        fn $name($x: &[f64], n: usize) -> f64 {
            let mut s = 2.0 * $e - $e;
            for _ in 0..$x.len() * 2 {
                s += -$e;
            }
            assert!(n + 1 > 0, "n is {}", n);
            s + $e.sin()
        }
    };
}

macro_rules! repeated {
    ($name:ident, $x:ident, $n:expr, $k:expr) => {
        #[differentiable]
        fn $name($x: &[f64]) -> f64 {
            const N: usize = $n * 2;
            let (a, v) = ([$x[0]; N], vec![$x[1]; $n * 2]);
            let mut s = if v.len() == $n * 2 { $x[$n * 2 - 3] } else { 0.0 };
            for i in 0..$n * 2 {
                s += a[i] * v[i] * ($n * 2) as f64;
            }
            $k * s
        }
    };
}

doubled!(of_a_sum, x[0] + x[1], x);
repeated!(of_a_length, x, 1 + 1, x[0] - x[1]);
doubled!(of_a_product, x[0] * x[1] - 1.0, x);

macro_rules! chains {
    ($name:ident, $x:ident, $n:ident, $e:expr) => {
        #[differentiable]
        fn $name($x: f64, $n: usize) -> f64 {
            $e
        }
    };
}

chains!(chain_of_a_caller, x, n, {
    let mut s = x * 0.5;
    for i in (0..n).chain(n..2 * n) {
        s += x * i as f64;
    }
    let v = vec![s; n];
    for w in v.windows(2).filter(|w| w[0] > -9.0) {
        s += w[1] * x;
    }
    for (i, q) in v.iter().enumerate().skip(1).step_by(2) {
        s += q * i as f64;
    }
    s
});

#[differentiable]
fn fragments(x: &[f64]) -> f64 {
    of_a_sum(x, 1) * of_a_product(x, 2) + chain_of_a_caller(x[0], 4) + of_a_length(x)
}

#[differentiable]
fn squared(x: f64) -> f64 {
    x * x
}

/// A function and a type with the types that a macro hands on.
macro_rules! typed {
    ($name:ident, $of:ident, $list:ty, $slice:ty, $number:ty) => {
        #[derive(Clone, Tangent)]
        struct $of {
            scale: $number,
            shift: Option<$number>,
        }

        #[differentiable]
        impl $of {
            fn at(&self, x: $number) -> $number {
                self.scale * x + self.shift.unwrap_or(1.0)
            }
        }

        #[differentiable]
        fn $name(x: $list, y: &$slice, k: $number) -> $number {
            let of = $of { scale: x[0], shift: Some(y[0]) };
            let s: $number = of.at(k);
            s * x[1] + $of { scale: y[1], shift: None }.at(s)
        }
    };
}

typed!(of_types_of_a_caller, Line, &[f64], [f64], f64);

programs![
    rows_of_a_jacobian("pullbacks of vectors", || {
        let x = [1.0, 2.0, 3.0];
        let (y, back) = pullback!(products, &x, 2.0);
        assert_eq!(y, [4.0, 12.0]);
        assert_eq!(back.clone()(vec![1.0, 0.0]), (vec![4.0, 2.0, 0.0], 2.0));
        assert_eq!(back.clone()(vec![0.0, 1.0]), (vec![0.0, 6.0, 4.0], 6.0));
        assert_eq!(back(vec![1.0, 2.0]), (vec![4.0, 14.0, 8.0], 14.0));
    }),
    structs_and_tuples("pullbacks of structs and tuples", || {
        let (y, back) = pullback!(polar, 3.0, 4.0);
        assert_eq!(y, Polar { radius: 5.0, angle: 4.0_f64.atan2(3.0) });
        let (dx, dy) = back(Polar { radius: 1.0, angle: 0.0 });
        assert!((dx - 0.6).abs() < 1e-15 && (dy - 0.8).abs() < 1e-15);
        let (y, back) = pullback!(sum_and_product, 2.0, 5.0);
        assert_eq!(y, (7.0, 10.0));
        assert_eq!(back.clone()((1.0, 0.0)), (1.0, 1.0));
        assert_eq!(back((0.0, 1.0)), (5.0, 2.0));
    }),
    options("pullbacks of options", || {
        let (y, back) = pullback!(maybe, 3.0);
        assert_eq!((y, back(Some(0.5))), (Some(9.0), 3.0));
        let (y, back) = pullback!(maybe, -3.0);
        assert_eq!((y, back(None)), (None, 0.0));
    }),
    wrong_shapes("pullbacks of another shape panic", || {
        let wrong = std::panic::catch_unwind(|| {
            let (_, back) = pullback!(products, &[1.0, 2.0, 3.0], 2.0);
            back(vec![1.0])
        });
        assert!(wrong.is_err());
    }),
    exclusive("arguments by `&mut`", || {
        let mut v = [1.0, 2.0, 3.0];
        let (y, (dv, dk)) = value_and_gradient!(accumulated, &mut v, 2.0);
        // as after a call: 1, 2 k + 1, 3 k + 2 k + 1
        assert_eq!((y, v), (11.0, [1.0, 5.0, 11.0]));
        assert_eq!(dv, [11.0 + 1.0, 2.0, 2.0]);
        assert_eq!(dk, 5.0);
    }),
    constant_fields("`#[constant]` fields", || {
        let model = Model { weight: 2.0, scale: 3.0, degree: 2 };
        let (y, (d, dx)) = value_and_gradient!(Model::at, &model, 5.0);
        assert_eq!((y, dx), (150.0, 60.0));
        assert_eq!(d.weight, 75.0);
    }),
    constants("`constant(..)` at a call of `gradient!`", || {
        assert_eq!(value_and_gradient!(three, 2.0, 3.0, 1.0), (18.0, (9.0, 12.0, 54.0)));
        assert_eq!(value_and_gradient!(three, constant(2.0), 3.0, 1.0), (18.0, (12.0, 54.0)));
        assert_eq!(value_and_gradient!(three, constant(2.0), 3.0, constant(1.0)), (18.0, 12.0));
        assert_eq!(gradient!(three, 2.0, constant(3.0), 1.0), (9.0, 54.0));
    }),
    captured("closures at the call", || {
        let (k, v) = (2.0, vec![1.0, 3.0]);
        let (y, (dx, dw)) = value_and_gradient!(
            |x: f64, w: &[f64]| w[0] * x * k + w[1] * v[1] * x,
            5.0,
            &[1.0, 2.0]
        );
        assert_eq!((y, dx), (40.0, 8.0));
        assert_eq!(dw, [10.0, 15.0]);
    }),
    precision("`f32`", || {
        let (y, (dx, dv)) = value_and_gradient!(single, 2.0_f32, &[1.0_f32, 3.0]);
        assert_eq!((y, dx, dv), (16.0_f32, 16.0_f32, vec![4.0_f32, 4.0]));
        let (y, (dx, dy)) = value_and_gradient!(mixed_precision, 2.0_f32, 3.0);
        assert_eq!((y, dx, dy), (21.0, 12.0_f32, 10.0));
    }),
    fragments("expressions that a macro hands on", 2, |x| fragments(x)),
    fragments_at_calls("expressions that a macro hands on to `gradient!`", || {
        macro_rules! twice {
            ($e:expr) => {
                (
                    gradient!(|x: f64| 2.0 * $e * x * x, 2.0 * $e),
                    value_and_gradient!(squared, 3.0 - $e),
                )
            };
        }
        assert_eq!(twice!(1.0 + 2.0), (72.0, (0.0, 0.0)));
    }),
    fragments_of_types("types that a macro hands on", 5, |x| {
        of_types_of_a_caller(&x[..2], &x[2..4], x[4])
    }),
];
