//! One rule of each kind, found as generated code finds it, and in the registry.

use chainrules_core::{
    Active, Activity, Add, Constant, Kind, Mul, ProductRule, SumRule, Tangent, inert, like,
    list_of, projection, rrule, rules, scalar_rule, twin,
};
use std::cmp::Ordering;
use std::ops;

scalar_rule!(tanh, |_, y| [1.0 - y * y]);
scalar_rule!(ln, |x, _| [1.0 / x], x = 0.5..4.0);
scalar_rule!([f64::mul_add], |x, a, _, _| [a, x, 1.0]);
scalar_rule!(
    powi,
    |x, n: i32, _| [if n == 0 { 0.0 } else { n as Self * x.powi(n - 1) }],
    x = 0.5..2.0,
    n = -3..4
);

#[rrule(f32::sin_cos, f64::sin_cos)]
fn sin_cos(this: Self) -> (Self, Self) {
    let (sin, cos) = this.sin_cos();
    ((sin, cos), |(dsin, dcos)| Grad { this: dsin * cos - dcos * sin })
}

/// The sum of the products.
#[rrule(slice::dot)]
fn dot(this: &[f64], rhs: &[f64]) -> f64 {
    (this.dot(rhs), |dy| Grad {
        this: |d| d.iter_mut().zip(rhs).for_each(|(d, x)| *d += dy * x),
        rhs: |d| d.iter_mut().zip(this).for_each(|(d, x)| *d += dy * x),
    })
}

trait Dot {
    fn dot(&self, rhs: &Self) -> f64;
}

impl Dot for [f64] {
    fn dot(&self, rhs: &[f64]) -> f64 {
        self.iter().zip(rhs).map(|(a, b)| a * b).sum()
    }
}

#[rrule(slice::swap, check(T = f64, T = [f32; 2], this = |d| vec![draw(d), draw(d), draw(d)], i = 0..3, j = 0..3))]
fn swap<T: Tangent<M>, M>(this: &mut [T], i: usize, j: usize) {
    this.swap(i, j);
    Mutation { undo: || this.swap(i, j), pull: |d| d.this.swap(i, j) }
}

fn draw<T: 'static>(d: &mut chainrules_core::Draw) -> T {
    chainrules_core::draw_by_type(d)
}

#[rrule(Vec::pop, check(T = f64))]
fn pop<T: Tangent<M>, M>(this: &mut Vec<T>) -> Option<T> {
    let y = this.pop();
    (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
}

#[rrule(std::mem::swap, check(T = f64))]
fn swap_values<T: Tangent<M>, M>(a: &mut T, b: &mut T) {
    std::mem::swap(a, b);
    Mutation { undo: || std::mem::swap(a, b), pull: |d| std::mem::swap(d.a, d.b) }
}

#[rrule(Box::new, check(T = f64))]
fn new<T: Tangent<M>, M>(x: T) -> Box<T> {
    (Box::new(x), |dy| Grad { x: (**dy).clone() })
}

#[rrule(Option::map, check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos)))]
fn map<T: Tangent<M>, M, U>(this: Option<T>, f: impl FnOnce(T) -> U) -> Option<U> {
    let (y, residual) = this.map(f).unzip();
    (y, |d, dy| {
        if let (Some(residual), Some(x), Some(dy), Some(dx)) = (residual, this, dy, d.this) {
            f(residual, x, dy, dx);
        }
    })
}

#[derive(Clone, Debug, PartialEq)]
struct Point(f64, f64);

impl Tangent<()> for Point {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = f64::EPSILON;
    fn keep(&self) -> Self {
        self.clone()
    }
    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
    fn shape(&self) {}
    fn zero_of(_: &()) -> Self {
        Self(0.0, 0.0)
    }
    fn accumulate(&mut self, rhs: &Self) {
        self.0 += rhs.0;
        self.1 += rhs.1;
    }
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0 = f(self.0);
        self.1 = f(self.1);
    }
}

chainrules_core::inputs!(Point, |draw| Point(draw.real(), draw.real()));

impl ops::Add<&Point> for &Point {
    type Output = Point;
    fn add(self, rhs: &Point) -> Point {
        Point(self.0 + rhs.0, self.1 + rhs.1)
    }
}

impl ops::Mul<f64> for &Point {
    type Output = Point;
    fn mul(self, rhs: f64) -> Point {
        Point(self.0 * rhs, self.1 * rhs)
    }
}

#[rrule(ops::Add)]
fn add(a: &Point, b: &Point) -> Point {
    (a + b, |dy| Grad { a: dy.clone(), b: dy.clone() })
}

#[rrule(ops::Mul)]
fn mul(a: &Point, b: f64) -> Point {
    (a * b, |dy| Grad {
        a: |d| {
            d.0 += dy.0 * b;
            d.1 += dy.1 * b;
        },
        b: dy.0 * a.0 + dy.1 * a.1,
    })
}

macro_rules! scaled {
    ($($t:ty),+) => {$(
        impl ops::Div<$t> for &Point {
            type Output = Point;
            fn div(self, rhs: $t) -> Point {
                Point(self.0 / f64::from(rhs), self.1 / f64::from(rhs))
            }
        }

        #[rrule(ops::Div, check(b = 0.5..2.0))]
        fn div(a: &Point, b: $t) -> Point {
            (a / b, |dy| Grad {
                a: dy / b,
                b: -(dy.0 * a.0 + dy.1 * a.1) as $t / b / b,
            })
        }
    )+};
}
scaled!(f32, f64);

inert! {
    impl f32, f64 {
        fn is_nan(self) -> bool;
        fn total_cmp(&self, other: &Self) -> Ordering;
    }

    impl<T: Tangent<M>, M> [T], check(T = f64) {
        fn len(&self) -> usize;
    }

    impl i32, u32 {
        #[check(this = 0..4, n = 0..3)]
        fn pow(self, n: u32) -> Self;
    }
}

/// Parts of a slice that are lent as views.
trait Parts<T> {
    fn tail(&self, from: usize) -> &[T];
    fn tail_mut(&mut self, from: usize) -> &mut [T];
    fn head(&self) -> &T;
    fn lend_head(&mut self) -> &mut T;
}

impl<T> Parts<T> for [T] {
    fn tail(&self, from: usize) -> &[T] {
        &self[from..]
    }

    fn tail_mut(&mut self, from: usize) -> &mut [T] {
        &mut self[from..]
    }

    fn head(&self) -> &T {
        &self[0]
    }

    fn lend_head(&mut self) -> &mut T {
        &mut self[0]
    }
}

projection! {
    impl<T: Tangent<M> + 'static, M: 'static> [T], check(T = f64) {
        #[check(from = 0..this.len())]
        fn tail(&self, from: usize) -> Vec<T>;
        fn head(&self) -> T = lend_head;
    }

    impl Vec<f32> {
        /// The entry at a place that is given as a pair.
        #[check(this = list_of(2..4), at = |d| (d.index(2), d.index(2)))]
        fn offset(&self, at: (usize, usize)) -> f32;
    }
}

/// An entry, found by a pair and lent.
trait Offset {
    fn offset(&self, at: (usize, usize)) -> &f32;
    fn offset_mut(&mut self, at: (usize, usize)) -> &mut f32;
}

impl Offset for Vec<f32> {
    fn offset(&self, at: (usize, usize)) -> &f32 {
        &self[at.0.max(at.1)]
    }

    fn offset_mut(&mut self, at: (usize, usize)) -> &mut f32 {
        &mut self[at.0.max(at.1)]
    }
}

fn rule(name: &str) -> chainrules_core::Rule {
    rules().into_iter().find(|rule| rule.name == name).expect("the rule is registered")
}

#[test]
fn a_scalar_rule_keeps_what_its_partials_use() {
    let (y, back) = 0.5_f64.rrule_tanh((Active,));
    let mut dx = 1.0;
    assert_eq!(size_of_val(&back), 8);
    back(&0.5, &2.0, &mut dx);
    assert_eq!((y, dx), (0.5_f64.tanh(), 1.0 + 2.0 * (1.0 - y * y)));

    let (_, back) = 2.0_f64.rrule_ln((Active,));
    assert_eq!(size_of_val(&back), 0);

    let (y, back) = 2.0_f32.rrule_powi(3, (Active, Constant));
    assert_eq!(size_of_val(&back), 0);
    let mut dx = 0.0;
    back(&2.0, &3, &1.0, &mut dx, ());
    assert_eq!((y, dx), (8.0, 12.0));
}

#[test]
fn methods_are_found_through_references() {
    let (a, b) = (vec![1.0, 2.0], [3.0, 4.0]);
    let (y, back) = a.rrule_dot(&b, (Active, Constant));
    let mut da = vec![0.0; 2];
    back(&a, &b, &1.0, &mut da, ());
    assert_eq!((y, da), (11.0, vec![3.0, 4.0]));

    let ((s, c), back) = 0.5_f64.rrule_sin_cos((Active,));
    let mut dx = 0.0;
    back(&0.5, &(1.0, 0.0), &mut dx);
    assert_eq!((s, dx), (0.5_f64.sin(), c));
}

#[test]
fn a_mutation_is_undone_and_pulled() {
    let mut v = vec![1.0, 2.0, 3.0];
    let ((), back) = v.rrule_swap(0, 2, (Active, Constant, Constant));
    assert_eq!(v, [3.0, 2.0, 1.0]);
    assert_eq!(size_of_val(&back), 0);
    let mut d = [1.0, 0.0, 5.0];
    back(&mut v, &0, &2, &(), &mut d, (), ());
    assert_eq!((v, d), (vec![1.0, 2.0, 3.0], [5.0, 0.0, 1.0]));

    let mut v = vec![1.0, 2.0];
    let (y, back) = v.rrule_pop((Active,));
    let mut d = vec![1.0];
    back(&mut v, &Some(4.0), &mut d);
    assert_eq!((y, v, d), (Some(2.0), vec![1.0, 2.0], vec![1.0, 4.0]));
}

#[test]
fn functions_and_associated_functions() {
    let (mut a, mut b) = (1.0, 2.0);
    let ((), back) = swap::rrule(&mut a, &mut b, (Active, Active));
    let (mut da, mut db) = (3.0, 5.0);
    back(&mut a, &mut b, &(), &mut da, &mut db);
    assert_eq!((a, b, da, db), (1.0, 2.0, 5.0, 3.0));

    let (y, back) = Box::rrule_new(&3.0, (Active,));
    let mut dx = 0.0;
    back(&3.0, &Box::new(2.0), &mut dx);
    assert_eq!((*y, dx), (3.0, 2.0));
}

#[test]
fn a_function_valued_argument_brings_its_pullback() {
    let mut factor = 3.0;
    let x = Some(2.0);
    let (y, back) = x.rrule_map(&mut |x| (x * factor, factor), (Active, Active));
    // The pullback does not borrow what the function captured.
    factor += 1.0;
    let (mut dx, mut dfactor) = (Some(0.0), 0.0);
    back(&x, &(), &Some(1.0), &mut dx, &mut |factor, x, dy, dx| {
        *dx += factor * dy;
        dfactor += x * dy;
    });
    assert_eq!((y, dx, dfactor, factor), (Some(6.0), Some(3.0), 2.0, 4.0));
}

#[test]
fn what_a_function_captures_varies_where_its_argument_is_constant() {
    let (x, factor, mut dfactor) = (Some(2.0), 3.0, 0.0);
    let (_, back) = x.rrule_map(&mut |x| (x * factor, ()), (Constant, Active));
    back(&x, &(), &Some(5.0), (), &mut |(), x, dy, _| dfactor += x * dy);
    assert_eq!(dfactor, 10.0);
}

fn pull_sum<A: SumRule<Add, B, M>, B, M>(a: &A, b: &B, dy: &A::Output) -> A {
    A::pull_lhs(&A::residual(a, b), dy)
}

fn pull_product<A: ProductRule<Mul, B, M>, B, M>(a: &A, b: &B, dy: &A::Output) -> (A, B) {
    (a.pull_lhs(b, dy), a.pull_rhs(b, dy))
}

#[test]
fn operators() {
    let (a, b) = (Point(1.0, 2.0), Point(3.0, 4.0));
    assert_eq!(pull_sum(&a, &b, &a), a);
    assert_eq!(pull_product(&a, &2.0, &b), (Point(6.0, 8.0), 11.0));
}

#[test]
fn inert_methods_keep_nothing() {
    let (n, back) = [1.0].rrule_len((Active,));
    assert_eq!((n, size_of_val(&back)), (1, 0));
    let (order, _) = 1.0_f64.rrule_total_cmp(&2.0, (Active, Active));
    assert_eq!(order, Ordering::Less);
    assert_eq!(2_i32.rrule_pow(3, (Constant, Constant)).0, 8);
}

#[test]
fn a_projection_adds_to_its_part_and_keeps_nothing() {
    let x = [1.0, 2.0, 3.0];
    let (y, back) = x.rrule_tail(1, (Active, Constant));
    assert_eq!((y, size_of_val(&back)), (vec![2.0, 3.0], 0));
    let mut dx = [1.0; 3];
    back(&x, &1, &vec![4.0, 5.0], &mut dx, ());
    assert_eq!(dx, [1.0, 5.0, 6.0]);

    let (y, back) = x.rrule_head((Active,));
    back(&x, &2.0, &mut dx);
    assert_eq!((y, dx), (1.0, [3.0, 5.0, 6.0]));

    let (x, mut dx) = (vec![1.0_f32, 2.0], vec![0.0; 2]);
    let (y, back) = x.rrule_offset((0, 1), (Active, Constant));
    back(&x, &(0, 1), &3.0, &mut dx, ());
    assert_eq!((y, dx), (2.0, vec![0.0, 3.0]));
    let kept = x.rrule_offset((0, 1), (Constant, Constant)).1;
    kept(&x, &(0, 1), &3.0, (), ());
    assert_eq!(rule("Vec<f32>::offset").kind, Kind::Projection);
}

#[test]
#[should_panic(expected = "length")]
fn a_cotangent_is_as_long_as_its_part() {
    let x = [1.0, 2.0, 3.0];
    let back = x.rrule_tail(1, (Active, Constant)).1;
    back(&x, &1, &vec![4.0], &mut [0.0; 3], ());
}

#[test]
fn every_rule_is_registered() {
    let all = rules();
    let here = |name: &str| all.iter().filter(|rule| rule.name == name).count();
    for name in [
        "f32::tanh",
        "f64::tanh",
        "f64::mul_add",
        "f64::powi",
        "f32::sin_cos",
        "[f64]::dot",
        "Vec<T>::pop",
        "std::mem::swap",
        "Box<T>::new",
        "Option<T>::map",
        "Point + Point",
        "Point * f64",
        "Point / f32",
        "f64::is_nan",
        "f32::total_cmp",
        "[T]::len",
        "i32::pow",
        "[T]::tail",
        "[T]::head",
        "Vec<f32>::offset",
    ] {
        assert_eq!(here(name), 1, "{name}");
    }
    assert_eq!(here("[T]::swap"), 2);
    assert_eq!(all.len(), 30);

    let swap = rule("[T]::swap");
    assert_eq!(swap.krate, "chainrules-core");
    assert_eq!(swap.kind, Kind::Mutating);
    assert_eq!(swap.signature, "fn swap<T: Tangent<M>, M>(this: &mut [T], i: usize, j: usize)");
    assert_eq!(swap.types, "T = [f32; 2]");
    assert_eq!(rule("f64::ln").domain, "x = 0.5..4.0");
    assert!(swap.file.ends_with("notation.rs") && swap.line > 40, "{}:{}", swap.file, swap.line);
}

#[test]
fn a_handle_runs_the_rule() {
    let handle = rule("f64::mul_add").handle;
    let mut args = (handle.draw)(&mut chainrules_core::Draw::new(vec![1 << 38; 32]));
    let y = (handle.primal)(&mut args);
    let (value, back) = (handle.forward)(&mut args);
    assert!(y.same(&*value));
    let mut shadows = vec![Some(args[0].zero()), None, Some(args[2].zero())];
    back(&mut args, &*value, &mut shadows);
    let (a, y) = (args[1].scalars()[0], y.scalars()[0]);
    assert_eq!(shadows[0].as_ref().unwrap().scalars(), [y * a]);
    assert_eq!(shadows[2].as_ref().unwrap().scalars(), [y]);
}

#[test]
fn a_domain_sees_the_arguments_before_it() {
    let a = [1.0, 2.0, 3.0];
    let drawn =
        chainrules_core::Domain::draw(like(&a[..]), &mut chainrules_core::Draw::new(vec![]));
    let drawn: Vec<f64> = drawn;
    assert_eq!(drawn.len(), 3);
}

fn _activities_are_generic<A: Activity>(x: f64, a: A) -> f64 {
    x.rrule_tanh((a,)).0
}
