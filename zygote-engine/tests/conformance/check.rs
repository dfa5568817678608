//! A program of the suite, and its comparison with central finite differences.

use chainrules::prelude::Tangent;

/// A program, with the row of the table that it belongs to.
pub struct Program {
    pub row: &'static str,
    pub name: &'static str,
    pub run: fn(),
}

/// The programs of a file, each as `name("row of the table", ..)` and a test of that name. After
/// the row comes one of
/// - `n, |x| f(..)`: the function with arguments made of the slice `x` of `n` numbers, in the order
///   of the scalars of the arguments that have a derivative;
/// - `n, |x| value, |x| (value, gradient)`: the same where the order is another;
/// - `|| ..`: a comparison with a closed form.
macro_rules! programs {
    ($($name:ident($row:literal, $($body:tt)*)),+ $(,)?) => {
        pub const PROGRAMS: &[$crate::check::Program] = &[$($crate::check::Program {
            row: $row,
            name: stringify!($name),
            run: || $crate::check::run!($($body)*),
        }),+];

        mod programs {
            $(#[test]
            fn $name() {
                let program = super::PROGRAMS.iter().find(|p| p.name == stringify!($name));
                (program.expect("the program is in the list").run)();
            })+
        }
    };
}
pub(crate) use programs;

macro_rules! run {
    ($n:literal, |$x:ident| $($f:ident)::+ ($($args:tt)*)) => {
        $crate::check::check(
            $n,
            |$x: &[f64]| $($f)::+($($args)*),
            |$x: &[f64]| {
                let (value, gradient) = value_and_gradient!($($f)::+, $($args)*);
                (value, $crate::check::ravel(gradient))
            },
        )
    };
    ($n:literal, |$x:ident| { $($f:ident)::+ ($($args:tt)*) }) => {
        $crate::check::run!($n, |$x| $($f)::+ ($($args)*))
    };
    ($n:literal, |$x:ident| $value:expr, |$y:ident| $both:expr) => {
        $crate::check::check($n, |$x: &[f64]| $value, |$y: &[f64]| {
            let (value, gradient) = $both;
            (value, $crate::check::ravel(gradient))
        })
    };
    (|| $body:expr) => { $body };
}
pub(crate) use run;

/// The scalars of a cotangent, in order.
pub fn ravel<T: Tangent<M>, M>(mut cotangent: T) -> Vec<f64> {
    let mut scalars = Vec::new();
    cotangent.map_scalars(&mut |x| {
        scalars.push(x);
        x
    });
    scalars
}

/// Numbers in -1.5..1.5 that are the same in each run.
struct Draw(u64);

impl Draw {
    fn real(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 * 3.0 - 1.5
    }
}

/// Compares the value and the gradient of a function of `n` numbers with the function and its
/// differences at 30 random points.
///
/// At a jump or a kink the differences of two steps disagree and decide nothing; if more than a
/// tenth of them do, the check fails. It fails, too, if the function does not vary with one of its
/// numbers at any of the points.
pub fn check(
    n: usize,
    f: impl Fn(&[f64]) -> f64,
    value_and_gradient: impl Fn(&[f64]) -> (f64, Vec<f64>),
) {
    let points = 30;
    let mut draw = Draw(0x2545_f491_4f6c_dd1d ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (mut decided, mut moved) = (0, vec![false; n]);
    for point in 0..points {
        let x: Vec<f64> = (0..n).map(|_| draw.real()).collect();
        let (value, got) = value_and_gradient(&x);
        let expected = f(&x);
        assert_eq!(value.to_bits(), expected.to_bits(), "{value} is not the value at {x:?}");
        assert_eq!(got.len(), n, "one cotangent for each number");
        for i in 0..n {
            let at = |d: f64| {
                let mut x = x.clone();
                x[i] += d;
                f(&x)
            };
            let h = 1e-5;
            let fine = (at(h) - at(-h)) / (2.0 * h);
            let coarse = (at(2.0 * h) - at(-2.0 * h)) / (4.0 * h);
            let scale = fine.abs().max(value.abs()).max(1.0);
            if (fine - coarse).abs() > 1e-5 * scale {
                continue;
            }
            decided += 1;
            moved[i] |= fine.abs() > 1e-3;
            assert!(
                (got[i] - fine).abs() <= 1e-5 * scale,
                "point {point}, d/dx{i}: {} but differences give {fine} at {x:?}",
                got[i]
            );
        }
    }
    let unmoved: Vec<usize> = (0..n).filter(|i| !moved[*i]).collect();
    assert!(unmoved.is_empty(), "the function does not depend on its numbers {unmoved:?}");
    assert!(decided * 10 >= points * n * 9, "differences decide only {decided} of {}", points * n);
}
