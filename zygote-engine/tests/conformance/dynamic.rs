//! Trait objects: made inside differentiable functions and outside, changed, chosen, put into sequences
//! and handed on.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(dyn)]
trait Shape {
    fn area(&self) -> f64;
    fn scale(&mut self, k: f64);

    fn twice(&self) -> f64 {
        2.0 * self.area()
    }
}

#[derive(Clone, Tangent)]
struct Circle {
    r: f64,
}

#[derive(Clone, Tangent)]
struct Rect {
    w: f64,
    h: f64,
}

#[differentiable(dyn)]
impl Shape for Circle {
    fn area(&self) -> f64 {
        3.0 * self.r * self.r
    }

    fn scale(&mut self, k: f64) {
        self.r *= k;
    }
}

#[differentiable(dyn)]
impl Shape for Rect {
    fn area(&self) -> f64 {
        self.w * self.h
    }

    fn scale(&mut self, k: f64) {
        self.w *= k;
    }

    fn twice(&self) -> f64 {
        self.w + self.h * self.h
    }
}

#[differentiable]
fn total(s: &dyn Shape, x: f64) -> f64 {
    s.area() * x + s.twice()
}

#[differentiable]
fn grow(s: &mut dyn Shape, k: f64) {
    let a = s.area();
    s.scale(k + a);
}

#[differentiable]
fn made(x: &[f64]) -> f64 {
    let s: Box<dyn Shape> = Box::new(Circle { r: x[0] });
    let t = Box::new(Rect { w: x[1], h: x[2] }) as Box<dyn Shape>;
    s.area() * x[3] + t.twice() * total(&*s, x[1])
}

#[differentiable]
fn made_in_branches(x: &[f64]) -> f64 {
    let s: Box<dyn Shape> = if x[0] > 0.0 {
        let c = Circle { r: x[0] * x[2] };
        Box::new(c)
    } else {
        Box::new(Rect { w: x[1], h: x[2] })
    };
    s.area() * x[1] + total(&*s, x[3])
}

#[differentiable]
fn chosen(x: f64, y: f64) -> Box<dyn Shape> {
    if x > 0.0 {
        return Box::new(Rect { w: x, h: y });
    }
    Box::new(Circle { r: x * y })
}

#[differentiable]
fn returned(x: &[f64]) -> f64 {
    let s = chosen(x[0], x[1]);
    let t: Box<dyn Shape> = chosen(x[2], x[3]);
    s.area() * t.twice()
}

#[differentiable]
fn attempted(x: &[f64]) -> Option<Box<dyn Shape>> {
    for k in 0..2 {
        if x[k] > 0.5 {
            return Some(Box::new(Circle { r: x[k] * x[3] }));
        }
    }
    if x[2] > 0.0 { Some(chosen(x[2], x[3])) } else { None }
}

#[differentiable]
fn optional(x: &[f64]) -> f64 {
    match attempted(x) {
        Some(s) => s.area() * x[1],
        None => x[0] * x[2],
    }
}

#[differentiable]
fn sequences(x: &[f64]) -> f64 {
    let first = Circle { r: x[0] };
    let shapes = vec![Box::new(first) as Box<dyn Shape>, Box::new(Rect { w: x[1], h: x[2] })];
    let mut t = 0.0;
    for (i, s) in shapes.iter().enumerate() {
        t += s.area() * x[i + 2];
    }
    let array = [Box::new(Circle { r: x[2] }) as Box<dyn Shape>, Box::new(Circle { r: x[3] })];
    t + array.iter().zip(x).map(|(s, a)| s.twice() * a).sum::<f64>()
}

#[differentiable]
fn pushed(x: &[f64]) -> f64 {
    let mut shapes: Vec<Box<dyn Shape>> =
        vec![Box::new(Circle { r: x[0] }), Box::new(Rect { w: x[1], h: x[2] })];
    shapes.push(Box::new(Circle { r: x[3] }));
    for i in 0..2 {
        if x[i] > 0.0 {
            shapes.push(Box::new(Rect { w: x[i], h: x[3] }));
        } else {
            shapes.insert(0, Box::new(Circle { r: x[i] }));
        }
    }
    for i in 0..shapes.len() {
        shapes[i].scale(x[i % 4]);
    }
    let mut t = 0.0;
    for s in &shapes {
        t += s.area() + t * s.twice();
    }
    t + shapes.iter().map(|s| s.area() * s.area()).sum::<f64>()
}

#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let shapes: Vec<Box<dyn Shape>> =
        x.iter().map(|a| Box::new(Circle { r: *a }) as Box<dyn Shape>).collect();
    shapes.iter().zip(x).map(|(s, a)| s.area() * a).sum()
}

#[differentiable]
fn replaced(x: &[f64]) -> f64 {
    let mut shapes: Vec<Box<dyn Shape>> =
        vec![Box::new(Circle { r: x[0] }), Box::new(Rect { w: x[1], h: x[2] })];
    shapes[0] = Box::new(Rect { w: shapes[0].area() + shapes[1].twice(), h: x[3] });
    shapes[1] = shapes[0].clone();
    shapes[1].scale(x[0]);
    shapes.swap(0, 1);
    let last = shapes.pop().unwrap();
    last.area() * shapes[0].area()
}

#[derive(Clone, Tangent)]
struct Scene {
    shape: Box<dyn Shape>,
    parts: Vec<Box<dyn Shape>>,
    k: f64,
}

#[differentiable]
impl Scene {
    fn new(a: f64, b: f64) -> Self {
        let side = Box::new(Rect { w: b, h: b });
        Self {
            shape: Box::new(Circle { r: a }),
            parts: vec![Box::new(Circle { r: b }) as Box<dyn Shape>, side],
            k: a,
        }
    }

    fn sum(&self) -> f64 {
        self.k * self.parts.iter().map(|p| p.area()).sum::<f64>() + self.shape.twice()
    }

    fn add(&mut self, x: f64) {
        self.parts.push(Box::new(Circle { r: x }) as Box<dyn Shape>);
        self.parts[0].scale(x);
        self.shape = Box::new(Rect { w: self.shape.area(), h: x }) as Box<dyn Shape>;
    }
}

#[differentiable]
fn fields(x: &[f64]) -> f64 {
    let mut scene = Scene::new(x[0], x[1]);
    let a = scene.sum();
    scene.add(x[2]);
    a * scene.sum() + x[3] * scene.k
}

#[derive(Clone, Tangent)]
enum Part {
    Plain(Box<dyn Shape>),
    Weighted { of: Box<dyn Shape>, weight: f64 },
}

#[differentiable]
fn variants(x: &[f64]) -> f64 {
    let part = if x[0] > 0.0 {
        Part::Plain(Box::new(Circle { r: x[1] }))
    } else {
        Part::Weighted { of: Box::new(Rect { w: x[2], h: x[3] }), weight: x[0] }
    };
    match &part {
        Part::Plain(s) => s.area() * x[3],
        Part::Weighted { of, weight } => of.twice() * weight,
    }
}

#[differentiable]
fn owned(s: Box<dyn Shape>, x: f64) -> f64 {
    s.area() * x
}

#[differentiable]
fn handed_over(x: &[f64]) -> f64 {
    let b = Box::new(Circle { r: x[0] });
    owned(Box::new(Rect { w: x[2], h: x[3] }), x[1]) + owned(b, x[2]) * x[3]
}

#[differentiable]
fn references(x: &[f64]) -> f64 {
    let circle = Circle { r: x[0] };
    let rect = Rect { w: x[1], h: x[2] };
    let s: &dyn Shape = &rect;
    total(&circle, x[3]) * total(s, x[0]) + total(&circle as &dyn Shape, x[1]) * s.area()
}

#[differentiable]
fn chosen_references(x: &[f64]) -> f64 {
    let circle = Circle { r: x[0] };
    let rects = vec![Rect { w: x[1], h: x[2] }, Rect { w: x[2], h: x[0] }];
    let s: &dyn Shape = if x[3] > 0.0 { &circle } else { &rects[1] };
    let t: &dyn Shape = match rects.len() {
        1 => s,
        _ => &rects[0],
    };
    total(s, x[3]) * s.area() + circle.r * rects[0].w * t.twice()
}

#[differentiable]
fn exclusive_references(x: &[f64]) -> f64 {
    let mut circle = Circle { r: x[0] };
    let mut rect = Rect { w: x[2], h: x[3] };
    grow(&mut circle, x[1]);
    {
        let s: &mut dyn Shape = &mut rect;
        s.scale(x[0]);
        grow(s, x[1]);
    }
    circle.area() * rect.area() + circle.r * rect.h
}

#[differentiable]
fn changed(x: &[f64]) -> f64 {
    let mut s: Box<dyn Shape> = Box::new(Circle { r: x[0] });
    let before = s.clone();
    s.scale(x[1]);
    let a = s.area();
    grow(&mut *s, x[2]);
    let moved = s;
    a * moved.area() + total(&*before, x[3])
}

#[differentiable]
fn rebuilt(x: &[f64]) -> f64 {
    let mut s: Box<dyn Shape> = Box::new(Circle { r: x[0] });
    let mut t = 0.0;
    for i in 0..4 {
        t += s.area() * x[i];
        if s.area() > 1.0 {
            s = Box::new(Rect { w: s.area(), h: x[i] });
        } else {
            s = Box::new(Circle { r: s.area() + x[i] });
        }
        s.scale(x[1]);
    }
    t + s.twice()
}

#[differentiable]
fn rebuilt_until(x: &[f64]) -> f64 {
    let (mut t, mut k) = (0.0, 0);
    let mut s: Box<dyn Shape> = Box::new(Circle { r: x[0] });
    while k < 3 {
        if k == 2 && x[1] > 0.5 {
            break;
        }
        let next: Box<dyn Shape> = match k {
            0 => Box::new(Rect { w: x[2], h: x[3] }),
            1 if x[2] > 0.0 => s.clone(),
            _ => Box::new(Circle { r: s.area() * x[1] }),
        };
        t += next.area() * s.twice() * x[k];
        s = next;
        k += 1;
    }
    t
}

type AnyShape = Box<dyn Shape>;

#[differentiable]
fn behind_a_name(x: f64) -> AnyShape {
    Box::new(Circle { r: x })
}

#[differentiable]
fn names(x: &[f64]) -> f64 {
    let s: AnyShape = Box::new(Circle { r: x[0] });
    s.area() * behind_a_name(x[1]).area()
}

#[differentiable]
fn bounded<S: Shape>(s: &S, x: f64) -> f64 {
    s.area() * x + s.twice()
}

#[differentiable]
fn grown<S>(s: &mut S, x: f64)
where
    S: Shape,
{
    let a = s.area();
    s.scale(x * a);
}

#[differentiable]
fn all_of<S: Shape>(shapes: &[S], x: f64) -> f64 {
    let mut t = 0.0;
    for s in shapes {
        t += s.area() * x;
    }
    t + shapes.iter().map(|s| s.twice()).sum::<f64>()
}

#[differentiable]
fn bounds(x: &[f64]) -> f64 {
    let mut rect = Rect { w: x[1], h: x[2] };
    let mut boxed: Box<dyn Shape> = Box::new(Circle { r: x[0] });
    grown(&mut rect, x[3]);
    grown(&mut boxed, x[1]);
    let circles = vec![Circle { r: x[3] }];
    let all = vec![boxed.clone(), Box::new(rect.clone()) as Box<dyn Shape>];
    bounded(&rect, x[0]) * bounded(&boxed, x[2]) + all_of(&circles, x[0]) + all_of(&all, x[3])
}

#[differentiable]
fn unsized_bound<S: Shape + ?Sized>(s: &S, x: f64) -> f64 {
    s.area() * x + s.twice()
}

#[differentiable]
fn unsized_impl(s: &mut (impl Shape + ?Sized), x: f64) -> f64 {
    s.scale(x);
    unsized_bound(s, x)
}

#[differentiable]
fn unsized_bounds(x: &[f64]) -> f64 {
    let circle = Circle { r: x[0] };
    let mut rect = Rect { w: x[1], h: x[2] };
    let mut s: Box<dyn Shape> = Box::new(circle.clone());
    unsized_bound(&circle, x[3]) * unsized_impl(&mut rect, x[0])
        + unsized_impl(&mut *s, x[2]) * unsized_bound(&*s, x[1])
}

#[differentiable]
fn defaults(x: &[f64]) -> f64 {
    let circle = Circle { r: x[0] };
    circle.twice() * Circle::area(&circle) + Circle::twice(&Circle { r: x[1] })
}

fn outside(x: &[f64]) -> Vec<Box<dyn Shape>> {
    vec![Box::new(Circle { r: x[0] }), Box::new(Rect { w: x[1], h: x[2] })]
}

#[differentiable]
fn from_outside(shapes: &[Box<dyn Shape>], k: f64) -> f64 {
    let mut mine = shapes.to_vec();
    mine[1].scale(k);
    mine[0].area() * shapes[1].twice() + mine.iter().map(|s| s.area()).sum::<f64>()
}

mod laws {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable(dyn)]
    pub trait Law: std::fmt::Debug {
        fn push(&self, x: &[f64], out: &mut Vec<f64>);
        fn mix(&self, a: f64, n: usize, name: &str) -> f64;
        fn evolve(&mut self, xs: &mut [f64], k: f64) -> f64;
        fn state(&self) -> Vec<f64>;

        fn pair(&self, v: Vec<f64>) -> (f64, f64) {
            (v[0] * self.mix(v[1], 2, "a"), v[1])
        }

        fn steps(&mut self, x: f64) -> f64 {
            let mut xs = vec![x, x * x];
            let a = self.evolve(&mut xs, x);
            let b = self.evolve(&mut xs, a);
            a * b + xs[0] * xs[1]
        }
    }

    #[derive(Clone, Debug, Tangent)]
    pub struct Linear {
        pub k: f64,
        #[constant]
        pub scale: f64,
        pub n: usize,
    }

    #[derive(Clone, Debug, Tangent)]
    pub struct Table {
        pub a: Vec<f64>,
        pub offset: Option<f64>,
    }

    #[differentiable(dyn)]
    impl Law for Linear {
        fn push(&self, x: &[f64], out: &mut Vec<f64>) {
            for v in x {
                out.push(self.k * v * self.scale);
            }
        }

        fn mix(&self, a: f64, n: usize, name: &str) -> f64 {
            let mut t = a;
            for _ in 0..n + self.n {
                t *= self.k;
            }
            t + name.len() as f64
        }

        fn evolve(&mut self, xs: &mut [f64], k: f64) -> f64 {
            self.k += xs[0] * k;
            xs[1] *= self.k;
            xs[0] * xs[1]
        }

        fn state(&self) -> Vec<f64> {
            vec![self.k, self.k * self.scale]
        }
    }

    #[differentiable(dyn)]
    impl Law for Table {
        fn push(&self, x: &[f64], out: &mut Vec<f64>) {
            for (v, a) in x.iter().zip(&self.a) {
                out.push(a * v * v);
            }
        }

        fn mix(&self, a: f64, n: usize, _: &str) -> f64 {
            match self.offset {
                Some(o) => o * a + n as f64,
                None => a * a * self.a[0],
            }
        }

        fn evolve(&mut self, xs: &mut [f64], k: f64) -> f64 {
            self.a[1] *= k;
            xs[0] += self.a[1] * self.a[0];
            xs[0]
        }

        fn state(&self) -> Vec<f64> {
            self.a.clone()
        }

        fn pair(&self, v: Vec<f64>) -> (f64, f64) {
            (v[0] * self.a[1], v[1] * v[0])
        }
    }
}
use laws::{Law, Linear, Table};

#[differentiable]
fn laws_of(x: &[f64]) -> Vec<Box<dyn Law>> {
    let table = Table { a: vec![x[1], x[2]], offset: None };
    let mut laws: Vec<Box<dyn Law>> =
        vec![Box::new(Linear { k: x[0], scale: 1.5, n: 1 }), Box::new(table)];
    if x[3] > 0.0 {
        laws.push(Box::new(Table { a: vec![x[3], x[0]], offset: Some(x[1]) }));
    } else {
        laws.insert(0, Box::new(Linear { k: x[1] * x[3], scale: 0.5, n: 2 }));
    }
    laws
}

#[differentiable]
fn arguments(x: &[f64]) -> f64 {
    let laws = laws_of(x);
    let mut out = vec![];
    let mut t = 0.0;
    for (k, law) in laws.iter().enumerate() {
        law.push(x, &mut out);
        t += law.mix(x[k], k, "abc");
        let (a, b) = law.pair(vec![x[0], t]);
        t += a * b + law.state()[1];
    }
    for (i, o) in out.iter().enumerate() {
        t += o * i as f64;
    }
    t
}

#[differentiable]
fn changing_arguments(x: &[f64]) -> f64 {
    let mut laws = laws_of(x);
    let mut xs = x.to_vec();
    let mut t = 0.0;
    for i in 0..laws.len() {
        t += laws[i].evolve(&mut xs[..2], x[i]) + laws[i].steps(x[1]);
    }
    let mut one: Box<dyn Law> = Box::new(Table { a: vec![x[2], t], offset: None });
    for _ in 0..2 {
        t += one.steps(0.5 * xs[0]);
    }
    t + xs[1] * one.state()[1]
}

programs![
    made("`Box<dyn Trait>` made of a type", 4, |x| made(x)),
    made_in_branches("`Box<dyn Trait>` from branches", 4, |x| made_in_branches(x)),
    returned("functions that return `Box<dyn Trait>`", 4, |x| returned(x)),
    optional("functions that return `Box<dyn Trait>`", 4, |x| optional(x)),
    sequences("sequences of `Box<dyn Trait>`", 4, |x| sequences(x)),
    pushed("sequences of `Box<dyn Trait>`", 4, |x| pushed(x)),
    collected("sequences of `Box<dyn Trait>`", 4, |x| collected(x)),
    replaced("sequences of `Box<dyn Trait>`", 4, |x| replaced(x)),
    fields("fields and variants with `Box<dyn Trait>`", 4, |x| fields(x)),
    variants("fields and variants with `Box<dyn Trait>`", 4, |x| variants(x)),
    handed_over("boxes handed over as `Box<dyn Trait>`", 4, |x| handed_over(x)),
    references("`&dyn Trait` of a value", 4, |x| references(x)),
    chosen_references("`&dyn Trait` chosen by a branch", 4, |x| chosen_references(x)),
    exclusive_references("`&mut dyn Trait`", 4, |x| exclusive_references(x)),
    changed("trait objects that change", 4, |x| changed(x)),
    rebuilt("trait objects that change", 4, |x| rebuilt(x)),
    rebuilt_until("trait objects that change", 4, |x| rebuilt_until(x)),
    names("names for types of trait objects", 2, |x| names(x)),
    bounds("generic functions on trait objects", 4, |x| bounds(x)),
    unsized_bounds("generic functions on trait objects", 4, |x| unsized_bounds(x)),
    defaults("default methods of traits with `dyn`", 2, |x| defaults(x)),
    from_outside("trait objects from outside", 4, |x| from_outside(&outside(x), x[3])),
    arguments("methods of trait objects: arguments of all kinds", 4, |x| arguments(x)),
    changing_arguments("methods of trait objects: arguments of all kinds", 4, |x| {
        changing_arguments(x)
    }),
];
