//! Traits of generic types, of foreign types, by their path, and of names of the language.

use crate::check::programs;
use chainrules::prelude::*;
use std::marker::PhantomData;
use std::ops::Add;
use zygote_engine::prelude::*;

#[differentiable]
trait Scale {
    fn scale(&self, k: f64) -> f64;
    fn twice(&self, k: f64) -> f64 {
        self.scale(2.0 * k) * k
    }
}

#[derive(Clone, Tangent)]
struct Leaf(f64);

#[differentiable]
impl Scale for Leaf {
    fn scale(&self, k: f64) -> f64 {
        self.0 * k * k
    }
}

#[differentiable]
impl Scale for f64 {
    fn scale(&self, k: f64) -> f64 {
        self.sin() * k
    }
}

#[derive(Clone, Tangent)]
struct W<T> {
    inner: T,
    by: f64,
}

#[differentiable]
impl<T: Scale + Clone> Scale for W<T> {
    fn scale(&self, k: f64) -> f64 {
        self.inner.scale(k) * self.by + self.inner.twice(k)
    }
}

#[differentiable]
impl<T: Scale> Scale for Vec<T> {
    fn scale(&self, k: f64) -> f64 {
        let mut s = 0.0;
        for x in self {
            s += x.scale(k);
        }
        s
    }
}

#[differentiable]
impl<T: Scale> Scale for Option<T> {
    fn scale(&self, k: f64) -> f64 {
        match self {
            Some(x) => x.scale(k) * k,
            None => k,
        }
    }
}

#[differentiable]
impl<T: Scale, const N: usize> Scale for [T; N] {
    fn scale(&self, k: f64) -> f64 {
        self.iter().map(|x| x.scale(k)).sum()
    }
}

#[differentiable]
impl<A: Scale, B: Scale> Scale for (A, B) {
    fn scale(&self, k: f64) -> f64 {
        self.0.scale(k) * self.1.scale(k)
    }
}

#[differentiable]
impl<T: Scale> Scale for Box<T> {
    fn scale(&self, k: f64) -> f64 {
        (**self).scale(k) * 2.0
    }
}

#[derive(Clone, Tangent)]
struct Group<T> {
    items: Vec<T>,
}

#[differentiable]
impl<T: Scale + Clone> Scale for Group<T> {
    fn scale(&self, k: f64) -> f64 {
        let mut s = 1.0;
        for (i, x) in self.items.iter().enumerate() {
            s *= x.scale(k) + i as f64;
        }
        s + self.items[0].scale(s)
    }
}

#[derive(Clone, Tangent)]
struct Tree<T> {
    leaf: T,
    below: Vec<Tree<T>>,
}

#[differentiable]
impl<T: Scale + Clone> Scale for Tree<T> {
    fn scale(&self, k: f64) -> f64 {
        let mut s = self.leaf.scale(k);
        for tree in &self.below {
            s += tree.scale(k * s) * k;
        }
        s
    }

    fn twice(&self, k: f64) -> f64 {
        self.leaf.clone().scale(k)
    }
}

#[differentiable]
fn wrapped(x: f64, by: f64, k: f64) -> f64 {
    let w = W { inner: Leaf(x), by };
    let again = W { inner: w.clone(), by: x };
    w.scale(k) + again.twice(k) * again.scale(x)
}

#[differentiable]
fn grouped(x: &[f64], k: f64) -> f64 {
    Group { items: x.to_vec() }.scale(k)
}

#[differentiable]
fn tree(x: f64, y: f64, k: f64) -> f64 {
    let below = vec![Tree { leaf: y, below: vec![] }, Tree { leaf: x, below: vec![] }];
    let root = Tree { leaf: x * y, below };
    root.scale(k) + root.twice(x)
}

#[differentiable]
fn of_the_language(x: f64, y: f64, z: f64) -> f64 {
    let (v, o, a, p) = (vec![x, y], Some(z), [Leaf(x), Leaf(z)], (y, Leaf(z)));
    let none: Option<f64> = None;
    v.scale(x) + o.scale(y) * a.scale(y) + p.scale(x) * Box::new(x).scale(z) * none.scale(y)
}

#[differentiable]
fn whole<T: Scale + Clone + HasTangent>(w: &W<T>, g: &Group<T>, k: f64) -> f64 {
    w.scale(k) * g.scale(k) + w.twice(k)
}

#[differentiable]
fn through_bounds(x: f64, y: f64, z: f64) -> f64 {
    let w = W { inner: Leaf(x), by: y };
    whole(&w, &Group { items: vec![Leaf(y), Leaf(z)] }, z)
}

#[derive(Clone, Tangent)]
struct Poly<T> {
    coefficients: Vec<T>,
}

#[differentiable]
trait Evaluate<X> {
    fn evaluate(&self, x: X) -> X;
}

#[differentiable]
impl<T: Real> Evaluate<T> for Poly<T> {
    fn evaluate(&self, x: T) -> T {
        self.coefficients.iter().rev().fold(T::zero(), |s, c| s * x + *c)
    }
}

#[differentiable]
fn poly(x: &[f64], at: f64) -> f64 {
    let p = Poly { coefficients: x.to_vec() };
    p.evaluate(p.evaluate(at))
}

#[derive(Clone, Tangent)]
struct Twice<P> {
    of: P,
}

#[differentiable]
impl<T: Real, P: Evaluate<T> + Clone> Evaluate<T> for Twice<P> {
    fn evaluate(&self, x: T) -> T {
        self.of.evaluate(self.of.evaluate(x))
    }
}

#[differentiable]
fn twice_of_reals<T: Real>(a: T, b: T, x: T) -> T {
    let of = Poly { coefficients: vec![b, a, T::one()] };
    Twice { of }.evaluate(x) * a
}

#[differentiable]
fn twice_of_numbers(a: f64, b: f64, x: f64) -> f64 {
    twice_of_reals(a, b, x)
}

mod other {
    use zygote_engine::prelude::*;

    #[differentiable]
    pub trait Area {
        fn area(&self) -> f64;
    }
}

#[derive(Clone, Tangent)]
struct Disc {
    r: f64,
}

#[differentiable]
impl other::Area for Disc {
    fn area(&self) -> f64 {
        3.0 * self.r * self.r
    }
}

#[differentiable]
fn disc(r: f64, x: f64) -> f64 {
    use other::Area;
    Disc { r }.area() * x + other::Area::area(&Disc { r: x })
}

#[differentiable]
trait Mean {
    fn mean(&self) -> f64;
}

#[differentiable]
impl Mean for Vec<f64> {
    fn mean(&self) -> f64 {
        self.iter().sum::<f64>() / self.len() as f64
    }
}

#[differentiable]
impl Mean for [f64; 2] {
    fn mean(&self) -> f64 {
        self.iter().sum::<f64>() / self.len() as f64 * self.first().unwrap()
    }
}

#[differentiable]
fn means(x: f64, y: f64) -> f64 {
    vec![x, y, x * y].mean() * [x, y].mean()
}

mod of_own {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    trait Sum {
        fn sum(&self) -> f64;
    }

    #[differentiable]
    trait Default {
        fn default(&self, x: f64) -> f64;
    }

    #[differentiable]
    trait Add {
        fn add(&self, x: &Self) -> f64;
    }

    #[derive(Clone, Tangent)]
    struct Two(f64, f64);

    #[differentiable]
    impl Sum for Two {
        fn sum(&self) -> f64 {
            self.0 * self.1
        }
    }

    #[differentiable]
    impl Default for Two {
        fn default(&self, x: f64) -> f64 {
            self.0 * x
        }
    }

    #[differentiable]
    impl Add for Two {
        fn add(&self, x: &Self) -> f64 {
            self.0 * x.0 * x.1
        }
    }

    #[differentiable]
    pub fn two(x: f64, y: f64) -> f64 {
        let two = Two(x, y);
        two.sum() + two.default(x) + two.add(&two)
    }
}

struct Meter;

struct Second;

#[derive(Tangent)]
struct Quantity<U> {
    value: f64,
    #[constant]
    unit: PhantomData<U>,
}

impl<U> Clone for Quantity<U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U> Copy for Quantity<U> {}

#[differentiable]
impl<U> Quantity<U> {
    fn new(value: f64) -> Self {
        Quantity { value, unit: PhantomData }
    }

    fn scaled(self, by: f64) -> Self {
        Quantity { value: self.value * by, unit: self.unit }
    }

    fn ratio(&self, other: &Quantity<U>) -> f64 {
        self.value / (1.0 + other.value * other.value)
    }
}

#[differentiable]
impl<U> Add for Quantity<U> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Quantity { value: self.value + other.value, unit: PhantomData }
    }
}

#[differentiable]
impl<U: 'static> Scale for Quantity<U> {
    fn scale(&self, k: f64) -> f64 {
        self.value * k * k
    }
}

#[differentiable]
fn total<U>(all: &[Quantity<U>], first: Quantity<U>) -> Quantity<U> {
    let mut total = first;
    for q in all {
        total = total + *q;
    }
    total
}

#[differentiable]
fn product<U, V>(a: &Quantity<U>, b: &Quantity<V>) -> f64 {
    a.value * b.value
}

#[differentiable]
fn units(x: f64, y: f64, t: f64) -> f64 {
    let (x, y, t) =
        (Quantity::<Meter>::new(x), Quantity::<Meter>::new(y), Quantity::<Second>::new(t));
    let sum = total(&[x, y], x.scaled(t.value));
    product(&sum, &t) + x.ratio(&y) * t.scaled(2.0).ratio(&t) + y.twice(t.value)
}

#[differentiable]
trait Step {
    fn step(&mut self, dt: f64);
    fn value(&self) -> f64;
    fn map(self, k: f64) -> Self
    where
        Self: Sized;
}
#[derive(Clone, Tangent)]
struct Point(f64);
#[differentiable]
impl Step for Point {
    fn step(&mut self, dt: f64) {
        self.0 += dt * self.0 * self.0;
    }
    fn value(&self) -> f64 {
        self.0.sin()
    }
    fn map(self, k: f64) -> Self {
        Point(self.0 * k)
    }
}
#[derive(Clone, Tangent)]
struct Both<A, B> {
    a: A,
    b: B,
    k: f64,
}
#[differentiable]
impl<A: Step + Clone, B> Step for Both<A, B>
where
    B: Step + Clone,
{
    fn step(&mut self, dt: f64) {
        let v = self.b.value();
        self.a.step(dt * self.k * v);
        self.b.step(dt);
        self.k *= 1.5;
    }
    fn value(&self) -> f64 {
        let a = self.a.clone();
        a.value() * self.b.value()
    }
    fn map(self, k: f64) -> Self {
        Both { a: self.a.map(k), b: self.b.map(2.0 * k), k: self.k }
    }
}
#[differentiable]
impl<T: Step> Step for Vec<T> {
    fn step(&mut self, dt: f64) {
        for x in self.iter_mut() {
            x.step(dt);
        }
    }
    fn value(&self) -> f64 {
        self.iter().map(|x| x.value()).sum()
    }
    fn map(self, k: f64) -> Self {
        self.into_iter().map(|x| x.map(k)).collect()
    }
}
trait Kind {
    const SIGN: f64;
}
#[derive(Clone, Tangent)]
struct Minus;
impl Kind for Minus {
    const SIGN: f64 = -1.0;
}
#[derive(Clone, Tangent)]
struct Tagged<K> {
    x: f64,
    #[constant]
    kind: PhantomData<K>,
}
#[differentiable]
impl<K: Kind + Clone> Step for Tagged<K> {
    fn step(&mut self, dt: f64) {
        self.x += K::SIGN * dt;
    }
    fn value(&self) -> f64 {
        self.x * self.x
    }
    fn map(self, k: f64) -> Self {
        Tagged { x: self.x * k, kind: PhantomData }
    }
}
#[differentiable]
fn stepped(x: f64, y: f64, z: f64) -> f64 {
    let mut s =
        Both { a: vec![Point(x), Point(y)], b: Both { a: Point(y), b: Point(z), k: x }, k: 0.5 };
    s.step(0.1);
    s = s.map(z);
    s.step(y);
    let mut t = Tagged::<Minus> { x, kind: PhantomData };
    t.step(y);
    s.value() + t.map(x).value() * s.k
}
#[derive(Clone, Tangent)]
struct Length {
    metres: f64,
}

#[differentiable]
impl From<f64> for Length {
    fn from(metres: f64) -> Self {
        Length { metres }
    }
}

#[differentiable]
impl From<(f64, f64)> for Length {
    fn from((x, y): (f64, f64)) -> Self {
        Length { metres: (x * x + y * y).sqrt() }
    }
}

#[differentiable]
impl From<&[f64]> for Length {
    fn from(steps: &[f64]) -> Self {
        let mut all = Length::from(0.5);
        for s in steps {
            all.metres += s * s;
        }
        all
    }
}

#[differentiable]
trait Stretch<By> {
    fn stretch(&self, by: By) -> f64;
}

#[differentiable]
impl Stretch<f64> for Length {
    fn stretch(&self, by: f64) -> f64 {
        self.metres * by
    }
}

#[differentiable]
impl Stretch<(f64, f64)> for Length {
    fn stretch(&self, by: (f64, f64)) -> f64 {
        self.metres * by.0 + by.1
    }
}

#[differentiable]
fn several_conversions(x: f64, y: f64) -> f64 {
    let a = Length::from(x).metres * Length::from((x, y)).metres;
    let v = [x, y, a];
    let b = Length::from(&v[..]);
    let c: f64 = b.stretch(y);
    c + b.stretch((x, a))
}

programs![
    units("parameters that are in no value (`PhantomData`)", 3, |x| units(x[0], x[1], x[2])),
    wrapped("traits of generic types", 3, |x| wrapped(x[0], x[1], x[2])),
    grouped("traits of generic types", 3, |x| grouped(&x[..2], x[2])),
    tree("traits of generic types that contain themselves", 3, |x| tree(x[0], x[1], x[2])),
    of_the_language("generic `impl`s for `Vec`, `Option`, arrays, tuples, boxes", 3, |x| {
        of_the_language(x[0], x[1], x[2])
    }),
    through_bounds("`HasTangent` where a generic type has the trait", 3, |x| through_bounds(
        x[0], x[1], x[2]
    )),
    poly("generic traits", 4, |x| poly(&x[..3], x[3])),
    twice_of_numbers("generic traits", 3, |x| twice_of_numbers(x[0], x[1], x[2])),
    stepped("methods that change or consume generic types", 3, |x| stepped(x[0], x[1], x[2])),
    disc("`impl path::Trait`", 2, |x| disc(x[0], x[1])),
    means("traits on lists", 2, |x| means(x[0], x[1])),
    two("own traits of names of the language", 2, |x| of_own::two(x[0], x[1])),
    several_conversions(
        "several `impl`s of one generic trait, `From`",
        2,
        |x| several_conversions(x[0], x[1])
    ),
];
