//! Modules, nested items, constants, lifetimes.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

mod physics {
    use zygote_engine::prelude::*;

    pub const G: f64 = 9.81;

    pub mod energy {
        use super::*;

        #[differentiable]
        pub fn kinetic(m: f64, v: f64) -> f64 {
            0.5 * m * v * v
        }

        #[differentiable]
        pub(crate) fn potential(m: f64, h: f64) -> f64 {
            m * super::G * h
        }
    }

    #[differentiable]
    pub fn total(m: f64, v: f64, h: f64) -> f64 {
        energy::kinetic(m, v) + self::energy::potential(m, h)
    }
}

#[differentiable]
fn across_modules(m: f64, v: f64) -> f64 {
    use physics::energy::kinetic;
    kinetic(m, v) * physics::total(m, v, 1.0) + crate::modules::physics::energy::potential(m, v)
}

use physics::energy::kinetic as renamed;

#[differentiable]
fn under_another_name(m: f64, v: f64) -> f64 {
    renamed(m, v) * v
}

#[differentiable]
fn nested_function(x: f64, y: f64) -> f64 {
    #[differentiable]
    fn inner(a: f64, b: f64) -> f64 {
        a * b + a.sin()
    }
    inner(x, y) * inner(y, 2.0)
}

const SCALE: f64 = 1.5;

static TABLE: [f64; 3] = [1.0, -2.0, 0.5];

#[differentiable]
fn constants(x: &[f64]) -> f64 {
    const SHIFT: f64 = 0.25;
    let mut s = SHIFT;
    for (x, w) in x.iter().zip(&TABLE) {
        s += w * x * SCALE;
    }
    s * s * std::f64::consts::FRAC_1_PI
}

#[differentiable]
fn lifetimes<'a>(x: &'a [f64], y: &'a [f64]) -> f64 {
    let n = x.len().min(y.len());
    let (a, b): (&'a [f64], &'a [f64]) = (&x[..n], &y[..n]);
    a[0] * b[n - 1] + a[n - 1] * b[0]
}

#[differentiable]
pub(crate) fn documented(#[allow(unused_variables)] x: f64, #[constant] weights: &[f64]) -> f64 {
    #[allow(unused_mut)]
    let mut s = x * x;
    s * weights[0]
}

fn steps(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 / (1 + i) as f64).collect()
}

#[differentiable]
fn constant_helper(x: f64) -> f64 {
    let mut s = 0.0;
    for h in steps(4) {
        s = s * x + h;
    }
    s
}

#[differentiable]
fn checked(x: f64, n: usize) -> f64 {
    assert!(n > 0, "at least one, not {n}");
    debug_assert!(x.is_finite());
    if n > 100 {
        unreachable!("never so many");
    }
    x / n as f64 * x
}

type Real64 = f64;

#[differentiable]
fn aliased(x: Real64, v: &[Real64]) -> Real64 {
    let y: Real64 = x * v[0];
    y * y
}

macro_rules! make_power {
    ($name:ident, $n:literal) => {
        #[differentiable]
        fn $name(x: f64) -> f64 {
            x.powi($n) + x
        }
    };
}

make_power!(fourth, 4);

#[differentiable]
fn shadowed(x: f64) -> f64 {
    let y = x * x;
    let y = {
        let x = y + 1.0;
        x * y
    };
    let x = y * x;
    x + y
}

macro_rules! table {
    ($k:expr, $($x:expr),*) => { [$($x * $k),*] };
}

#[differentiable]
fn macros_of_constants(x: f64, #[constant] k: f64) -> f64 {
    let weights = table![k, 1.0, 2.0, 3.0];
    let mut s = 0.0;
    for i in 0..concat!("a", "bc").len() {
        s += weights[i] * x.powi(i as i32 + 1);
    }
    s * table!(k, 0.5)[0]
}

macro_rules! halves {
    ($($x:expr),*) => { [$($x * 0.5),*] };
}

macro_rules! length {
    ($list:expr, $part:expr) => {
        $list[$part].len()
    };
}

/// What `halves![..]` is of a list that varies.
#[differentiable]
fn halves_macro(list: [f64; 2]) -> [f64; 2] {
    [list[0] * 0.5, list[1] * 0.5]
}

#[differentiable]
fn macros_of_lists(x: f64, y: f64) -> f64 {
    let half = halves![x * y, y.sin()];
    half[0] * half[1] + halves![x, y][0]
}

fn ends(x: &[f64]) -> (usize, usize) {
    (x.len() / 2, x.len())
}

#[differentiable]
fn macros_of_ranges(x: &[f64]) -> f64 {
    let (from, to) = constant(ends(x));
    let mut s = 0.0;
    for i in 0..length![x, from..to] {
        s += x[i] * x[i + 1];
    }
    s
}

#[differentiable]
fn letters(x: f64, text: &str) -> f64 {
    let mut s = 1.0;
    for c in text.chars() {
        s = if c == 'a' { s * x } else { s + x };
    }
    for (i, b) in text.bytes().enumerate() {
        s += x * f64::from(b) * i as f64;
    }
    s
}

mod namesakes {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }

    pub mod deep {
        use chainrules::prelude::*;
        use zygote_engine::prelude::*;

        #[differentiable]
        pub fn shifted(x: f64) -> f64 {
            super::cube(x) + x
        }
    }
    pub use deep::shifted;
}

#[differentiable]
fn cube(x: f64) -> f64 {
    x.sin()
}

#[differentiable]
fn paths_to_namesakes(x: f64, y: f64) -> f64 {
    let near = cube(x) + self::cube(y);
    let far = namesakes::cube(y) + crate::modules::namesakes::cube(x);
    let all: f64 = [x, y].into_iter().map(namesakes::cube).sum();
    near * far + namesakes::shifted(x) + namesakes::deep::shifted(y) * all
}

mod of_stds_name {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    fn swap(v: &mut [f64], i: usize) {
        let t = v[i];
        v[i] = v[i + 1] * 2.0;
        v[i + 1] = t;
    }

    #[differentiable]
    pub fn both(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        self::swap(&mut v, 0);
        let (mut a, mut b) = (v[0], v[1]);
        std::mem::swap(&mut a, &mut b);
        a * a + b
    }
}

#[differentiable]
fn a_name_of_std(x: &[f64]) -> f64 {
    of_stds_name::both(x) * x[0]
}

mod shapes {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn area(r: f64) -> f64 {
        r * r * 3.0
    }

    pub mod solid {
        use chainrules::prelude::*;
        use zygote_engine::prelude::*;

        #[differentiable]
        pub fn volume(r: f64) -> f64 {
            super::area(r) * r.sin()
        }
    }
    pub use solid::volume;
}

mod facade {
    pub use super::shapes::*;
}

use shapes as forms;

#[differentiable]
fn modules_by_other_names(x: f64, y: f64) -> f64 {
    let near = forms::area(x) * forms::volume(y) + forms::solid::volume(x);
    near + facade::volume(x) * [x, y].into_iter().map(facade::area).sum::<f64>()
}

/// Functions with names of attributes and macros.
mod of_other_names {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn path(x: f64) -> f64 {
        x * x
    }

    #[differentiable]
    pub fn optimize(x: f64) -> f64 {
        x.sin()
    }

    #[differentiable]
    pub fn matches(x: f64) -> f64 {
        2.0 * x
    }

    #[differentiable]
    pub fn vec(x: f64) -> f64 {
        x.exp()
    }

    macro_rules! doubled_by_a_macro {
        ($x:expr) => {
            2.0 * $x
        };
    }
    pub(crate) use doubled_by_a_macro as doubled;

    #[differentiable]
    pub fn doubled(x: f64) -> f64 {
        2.0 * x * x
    }
}

use of_other_names::{doubled, matches, optimize, path, vec};

#[differentiable]
fn names_of_macros(x: f64) -> f64 {
    let all = vec![path(x), optimize(x), matches(x), vec(x), doubled(x)];
    all.iter().copied().map(path).sum::<f64>() + all[0]
}

/// A function of the name of its module.
mod step {
    use zygote_engine::prelude::*;

    pub const H: f64 = 0.5;

    #[differentiable]
    pub fn step(x: f64) -> f64 {
        x * x * H
    }

    pub mod inner {
        use super::*;

        #[differentiable]
        pub fn step(x: f64, h: f64) -> f64 {
            super::step(x) * h
        }
    }
}

#[differentiable]
fn of_the_modules_name(x: f64) -> f64 {
    let all = [step::step(x), step::inner::step(x, step::H), self::step::step(x)];
    all.iter().copied().map(step::step).sum::<f64>() + step::H * x
}

programs![
    modules_by_other_names("paths to other modules", 2, |x| modules_by_other_names(x[0], x[1])),
    across_modules("paths to other modules", 2, |x| across_modules(x[0], x[1])),
    total("paths to other modules", 3, |x| physics::total(x[0], x[1], x[2])),
    under_another_name("`use .. as ..`", 2, |x| under_another_name(x[0], x[1])),
    nested_function("functions in functions", 2, |x| nested_function(x[0], x[1])),
    constants("`const` and `static`", 3, |x| constants(x)),
    lifetimes("lifetimes", 4, |x| lifetimes(&x[..2], &x[2..])),
    documented("attributes of parameters and statements", 1, |x| documented(x[0], &[2.5])),
    constant_helper("calls without derivative", 1, |x| constant_helper(x[0])),
    checked("assertions and panics", 1, |x| checked(x[0], 3)),
    not_checked("assertions and panics", || {
        assert!(std::panic::catch_unwind(|| gradient!(checked, 1.0, 0)).is_err());
        assert!(std::panic::catch_unwind(|| gradient!(checked, 1.0, 101)).is_err());
    }),
    aliased("type aliases", 2, |x| aliased(x[0], &x[1..])),
    fourth("functions made by macros", 1, |x| fourth(x[0])),
    shadowed("shadowing", 1, |x| shadowed(x[0])),
    macros_of_constants("macros of constants", 1, |x| macros_of_constants(x[0], 1.5)),
    macros_of_lists("macros of lists that vary", 2, |x| macros_of_lists(x[0], x[1])),
    macros_of_ranges("macros of ranges", 3, |x| macros_of_ranges(x)),
    letters("loops over texts", 1, |x| letters(x[0], "abca")),
    paths_to_namesakes("functions of one name in several modules", 2, |x| paths_to_namesakes(
        x[0], x[1]
    )),
    names_of_macros("functions with names of macros and attributes", 1, |x| names_of_macros(x[0])),
    names_of_macros_at_gradient("functions with names of macros and attributes", || {
        assert_eq!(gradient!(path, vec![3.0][0]), 6.0);
        assert_eq!(gradient!(optimize, 0.0), 1.0);
        assert_eq!(gradient!(matches, 3.0), 2.0);
        assert_eq!(gradient!(vec, vec![0.0][0]), 1.0);
        assert_eq!(gradient!(doubled, doubled!(1.0)), 8.0);
    }),
    of_the_modules_name("functions of their module's name", 1, |x| of_the_modules_name(x[0])),
    of_the_modules_name_at_gradient("functions of their module's name", || {
        assert_eq!(gradient!(step::step, 3.0), 3.0);
        assert_eq!(gradient!(step::inner::step, 3.0, constant(step::H)), 1.5);
        assert_eq!(gradient!(|x: f64| step::step(x) * step::H, 3.0), 1.5);
    }),
    a_name_of_std("functions of std's names", 2, |x| a_name_of_std(x)),
];
