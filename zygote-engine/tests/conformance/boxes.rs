//! Functions behind pointers, and objects that hold objects.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn square(y: f64) -> f64 {
    y * y
}

#[differentiable]
fn apply(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(x + 1.0)
}

#[differentiable]
fn apply_box(f: Box<dyn Fn(f64) -> f64>, x: f64) -> f64 {
    f(x) + f(x * x)
}

#[differentiable]
fn function_items(x: f64, y: f64) -> f64 {
    apply(&square, x) + apply_box(Box::new(square), y) * x
}

#[differentiable]
fn boxed_closures(x: &[f64]) -> f64 {
    let a = x[1];
    let f: Box<dyn Fn(f64) -> f64> = Box::new(move |y| a * y * y);
    let g: Box<dyn Fn(f64) -> f64> = Box::new(square);
    let s = apply_box(Box::new(move |y: f64| (a * y).sin()), x[0]);
    f(x[0]) * g(f(x[2])) + apply(&f, x[2]) + apply(g.as_ref(), a) + s + apply_box(f, x[1])
}

#[differentiable]
fn boxed_state(x: &[f64]) -> f64 {
    let mut a = x[1];
    let f: Box<dyn Fn(f64) -> f64> = Box::new(move |y| a * y);
    a *= x[2];
    let mut n = 0.0;
    {
        let mut count: Box<dyn FnMut(f64) -> f64> = Box::new(|y| {
            n += y * a;
            n * y
        });
        count(x[0]);
        count(x[2]);
    }
    f(x[0]) * a + n
}

#[differentiable]
fn chosen_functions(x: &[f64]) -> f64 {
    let a = x[1];
    let f: Box<dyn Fn(f64) -> f64> =
        if x[0] > 0.0 { Box::new(move |y| a * y) } else { Box::new(square) };
    let g: &dyn Fn(f64) -> f64 = if x[0] > 0.5 {
        &|y| y * y * a
    } else if x[2] > 0.0 {
        &square
    } else {
        &|y| y + a * y
    };
    f(x[0]) * g(x[2]) + apply(&*f, x[2]) + apply(g, x[0]) + apply_box(f, x[1])
}

#[differentiable(dyn)]
trait Term {
    fn value(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Factor(f64);

#[derive(Clone, Tangent)]
struct Composed {
    outer: Box<dyn Term>,
    inner: Vec<Box<dyn Term>>,
    k: f64,
}

#[differentiable(dyn)]
impl Term for Factor {
    fn value(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

#[differentiable(dyn)]
impl Term for Composed {
    fn value(&self, x: f64) -> f64 {
        self.inner.iter().map(|t| self.outer.value(t.value(x * self.k))).sum()
    }
}

#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut term: Box<dyn Term> = Box::new(Factor(x[0]));
    for k in 1..3 {
        let inner: Vec<Box<dyn Term>> = vec![Box::new(Factor(x[k])), term.clone()];
        term = Box::new(Composed { outer: term, inner, k: x[k] });
    }
    term.value(x[3])
}

#[derive(Clone, Tangent)]
struct Gauge {
    terms: Vec<(f64, Box<dyn Term>)>,
}

#[differentiable]
impl Gauge {
    fn read(&self, x: f64) -> f64 {
        self.terms.iter().map(|(w, t)| w * t.value(x)).sum()
    }
}

#[differentiable]
fn pairs(x: &[f64]) -> f64 {
    let mut terms: Vec<(f64, Box<dyn Term>)> = vec![(x[0], Box::new(Factor(x[1])))];
    terms.push((x[2], Box::new(Factor(x[0]))));
    Gauge { terms }.read(x[3])
}

#[differentiable(dyn)]
trait Solid: Term + std::fmt::Debug {
    fn height(&self) -> f64;
    fn stretch(&mut self, k: f64);

    fn volume(&self) -> f64 {
        self.value(2.0) * self.height()
    }

    fn grow(&mut self, k: f64) -> f64 {
        let before = self.volume();
        self.stretch(k * before);
        before
    }
}

#[derive(Clone, Debug, Tangent)]
struct Can {
    r: f64,
    h: f64,
}

#[derive(Clone, Debug, Tangent)]
struct Pile(Vec<f64>);

#[differentiable(dyn)]
impl Term for Can {
    fn value(&self, x: f64) -> f64 {
        self.r * self.r * x
    }
}

#[differentiable(dyn)]
impl Solid for Can {
    fn height(&self) -> f64 {
        self.h
    }

    fn stretch(&mut self, k: f64) {
        self.h *= k;
    }
}

#[differentiable(dyn)]
impl Term for Pile {
    fn value(&self, x: f64) -> f64 {
        x * self.0.iter().sum::<f64>()
    }
}

#[differentiable(dyn)]
impl Solid for Pile {
    fn height(&self) -> f64 {
        self.0.len() as f64
    }

    fn stretch(&mut self, k: f64) {
        self.0.push(k);
    }

    fn volume(&self) -> f64 {
        self.0[0] * self.value(3.0)
    }
}

#[differentiable]
fn above(t: &dyn Term, x: f64) -> f64 {
    t.value(x * x)
}

#[differentiable]
fn solid<S: Solid>(s: &S, x: f64) -> f64 {
    s.volume() * s.value(x)
}

#[differentiable]
fn supertraits(x: &[f64]) -> f64 {
    let mut s: Box<dyn Solid> =
        if x[0] > 0.0 { Box::new(Can { r: x[0], h: x[1] }) } else { Box::new(Pile(x.to_vec())) };
    let before = s.grow(x[2]);
    let can = Can { r: x[1], h: x[3] };
    before * s.volume() + s.value(x[3]) * above(&*s, x[1]) + solid(&can, x[2]) * solid(&s, x[0])
}

#[derive(Clone, Tangent)]
struct Model {
    terms: Vec<Box<dyn Term>>,
    extra: Option<Box<dyn Term>>,
    pair: (f64, [Box<dyn Term>; 2]),
}

#[differentiable]
fn sum_of(model: &Model, x: &[f64], k: f64) -> f64 {
    let mut t = model.terms.iter().map(|t| t.value(x[1])).sum::<f64>() * model.pair.0;
    if let Some(e) = &model.extra {
        t += e.value(x[0]) * k;
    }
    for p in &model.pair.1 {
        t += p.value(t);
    }
    t
}

#[differentiable]
fn literals(x: &[f64]) -> f64 {
    let mut k = x[3];
    let model = Model {
        terms: vec![Box::new(Factor(x[0])), Box::new(Can { r: x[1], h: x[2] })],
        pair: (x[3], [Box::new(Factor(x[2])), Box::new(Pile(x.to_vec()))]),
        extra: Some(Box::new(Can {
            r: {
                k *= 2.0;
                k
            },
            h: x[1],
        })),
    };
    let plain = Model {
        terms: vec![Box::new(Factor(k))],
        pair: (x[1], [Box::new(Factor(x[0])), Box::new(Factor(k))]),
        extra: None,
    };
    sum_of(&model, x, k) * sum_of(&plain, x, k)
}

#[derive(Clone, Tangent)]
struct Sum {
    terms: Vec<Box<dyn Term>>,
    last: Option<Box<dyn Term>>,
}

#[differentiable]
impl Sum {
    fn of(term: Box<dyn Term>) -> Self {
        let mut sum = Sum { terms: Vec::new(), last: None };
        sum.add(term);
        sum
    }

    fn add(&mut self, term: Box<dyn Term>) {
        self.terms.push(term);
    }

    fn end(&mut self, r: f64) {
        self.last = Some(Box::new(Factor(r)));
        self.last = Some(Box::new(Can { r, h: 2.0 }));
    }

    fn value(&self, by: f64) -> f64 {
        let all = self.terms.iter().fold(by, |s, t| s * by + t.value(s));
        self.last.as_ref().map_or(all, |t| t.value(all))
    }
}

#[differentiable]
fn alone(term: Box<dyn Term>, by: f64) -> f64 {
    term.value(by) * by
}

#[differentiable]
fn constant_boxes(x: &[f64]) -> f64 {
    let mut sum = Sum::of(Box::new(Can { r: 0.5, h: 1.5 }));
    sum.add(Box::new(Factor(2.0)));
    sum.add(Box::new(Factor(x[0])));
    sum.terms.push(Box::new(Can { r: 0.5, h: 0.25 }));
    sum.terms[0] = Box::new(Factor(0.75));
    let bound = Box::new(Factor(1.25));
    sum.terms.insert(1, bound);
    sum.last = Some(Box::new(Factor(1.5)));
    sum.value(x[1]) + alone(Box::new(Factor(3.0)), x[0]) * alone(Box::new(Factor(x[1])), x[0])
}

#[differentiable]
fn handed_over(x: &[f64]) -> f64 {
    let mut sum = Sum::of(Box::new(Factor(x[0])));
    let before = sum.value(x[1]);
    sum.end(x[0] * x[1]);
    before * sum.value(x[1])
}

#[differentiable]
impl Sum {
    fn new(terms: Vec<Box<dyn Term>>, last: Option<Box<dyn Term>>) -> Self {
        Sum { terms, last }
    }
}

#[differentiable]
fn total(terms: Vec<(f64, Box<dyn Term>)>, by: f64) -> f64 {
    terms.iter().map(|(w, t)| w * t.value(by)).sum()
}

#[differentiable]
fn lists_handed_over(x: &[f64]) -> f64 {
    let sum = Sum::new(vec![Box::new(Factor(x[0])), Box::new(Can { r: 0.5, h: x[1] })], None);
    let mut s = sum.value(x[1]);
    for i in 0..2 {
        let last = Sum::new(vec![Box::new(Factor(2.0))], Some(Box::new(Factor(x[i]))));
        s += last.value(s)
            * total(vec![(x[i], Box::new(Factor(s))), (2.0, Box::new(Factor(x[0])))], s);
    }
    let pairs = x.iter().map(|v| total(vec![(*v, Box::new(Can { r: *v, h: 1.0 }))], x[0]));
    s * pairs.sum::<f64>()
}

#[derive(Clone)]
struct Label(usize);

#[differentiable]
fn labelled(#[constant] label: Box<Label>, x: f64) -> f64 {
    x * x * constant(label.0 as f64)
}

#[differentiable]
fn boxes_without_cotangent(x: f64) -> f64 {
    labelled(Box::new(Label(3)), x)
}

#[derive(Clone, Tangent)]
enum Kernel {
    White(f64),
    Sum(Box<Kernel>, Box<Kernel>),
}

#[differentiable]
fn sum_of_kernels(a: Kernel, b: Kernel) -> Kernel {
    Kernel::Sum(a.into(), Box::from(b))
}

#[differentiable]
fn value_of_kernel(k: &Kernel) -> f64 {
    match k {
        Kernel::White(x) => x * x,
        Kernel::Sum(a, b) => value_of_kernel(a) + 2.0 * value_of_kernel(b),
    }
}

#[differentiable]
fn converted_boxes(x: f64, y: f64) -> f64 {
    let z: Box<f64> = (x * y).into();
    value_of_kernel(&sum_of_kernels(Kernel::White(x), Kernel::White(y))) * *z
}

#[derive(Clone, Tangent)]
struct Covariance {
    entries: Box<[f64]>,
}

#[differentiable]
fn boxed_slices(x: &[f64]) -> f64 {
    let squares: Vec<f64> = x.iter().map(|a| a * a).collect();
    let mut c = Covariance { entries: squares.into_boxed_slice() };
    c.entries[0] *= x[1];
    for e in &mut c.entries {
        *e += x[0];
    }
    let copy = c.clone();
    c.entries.iter().zip(&copy.entries[1..]).map(|(a, b)| a * b).sum::<f64>() * copy.entries[0]
}

programs![
    converted_boxes("`Box::from(a)` and `a.into()` of a box", 2, |x| converted_boxes(x[0], x[1])),
    boxed_slices("`Box<[f64]>`", 3, |x| boxed_slices(x)),
    lists_handed_over("lists of boxes that become trait objects as arguments", 2, |x| {
        lists_handed_over(x)
    }),
    boxes_without_cotangent("boxes of constants as arguments", 1, |x| {
        boxes_without_cotangent(x[0])
    }),
    constant_boxes("boxes of constants that become trait objects", 2, |x| constant_boxes(x)),
    handed_over("boxes that become trait objects in a field", 2, |x| handed_over(x)),
    function_items("functions behind pointers", 2, |x| function_items(x[0], x[1])),
    boxed_closures("`Box<dyn Fn(X) -> Y>` of a closure", 3, |x| boxed_closures(x)),
    boxed_state("`Box<dyn Fn(X) -> Y>` of a closure", 3, |x| boxed_state(x)),
    chosen_functions("functions behind pointers chosen by a branch", 3, |x| chosen_functions(x)),
    nested("trait objects in trait objects", 4, |x| nested(x)),
    supertraits("trait objects of traits with supertraits", 4, |x| supertraits(x)),
    literals("trait objects in literals of fields", 4, |x| literals(x)),
    pairs("trait objects in tuples", 4, |x| pairs(x)),
];
