//! Tuples of references: as parameters, and bound to a name; other names of a loop's items.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn dot((x, y): (&[f64], &Vec<f64>)) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().zip(y) {
        sum += a * b;
    }
    for a in x {
        sum += a * a;
    }
    sum
}

#[differentiable]
fn named(t: (&[f64], &[f64])) -> f64 {
    assert!(t.0.len() == t.1.len(), "{} and {}", t.0.len(), t.1.len());
    let mut sum = 0.0;
    for i in 0..t.0.len() {
        sum += t.0[i] * t.1[i];
    }
    for a in t.0 {
        sum += a.sin();
    }
    sum + dot((t.0, &t.1.to_vec()))
}

#[differentiable]
fn nested(t: ((&[f64], &[f64]), f64)) -> f64 {
    let ((a, b), k) = t;
    t.0.0[0] * (t.0).1[1] * t.1 + a[1] * b[0] * k
}

#[differentiable]
fn whole(t: (&[f64], &[f64])) -> f64 {
    let u = t;
    named(t) * 2.0 + named(u) + nested((t, 3.0))
}

#[differentiable]
fn mixed(t: (f64, &[f64], usize, &f64)) -> f64 {
    t.0 * t.1[t.2] * *t.3 + t.0.powi(t.2 as i32) * t.3.sin()
}

#[differentiable]
fn changed(mut t: (f64, &[f64])) -> f64 {
    for i in 0..t.1.len() {
        t.0 += t.1[i] * t.0;
    }
    t.0
}

#[differentiable]
fn owned(t: (Vec<f64>, &[f64])) -> f64 {
    let (mut v, x) = t;
    v.push(x[0]);
    v[1] *= x[1];
    v.iter().sum::<f64>() * v[1]
}

#[differentiable]
fn ignored((x, _): (&[f64], &[f64])) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn callers(x: &[f64]) -> f64 {
    let v = vec![x[2], x[2] * x[3]];
    let array = [x[3], 2.0];
    let k = x[0] * x[3];
    let lists = named((&x[..2], &v)) + dot((&x[1..3], &v)) + named((&array, &v[..]));
    let numbers = mixed((x[3], x, 1, &k)) + mixed((x[0], &v, 0, &x[1])) + changed((k, x));
    lists + numbers + owned((v.clone(), x)) + ignored((x, &v))
}

#[differentiable]
fn constants(w: f64, #[constant] data: &[f64]) -> f64 {
    let offsets = vec![1.0, 2.0];
    named((data, &offsets)) * w + changed((w, data)) + mixed((w, data, 0, &w))
}

/// Without a derivative.
fn counted(t: (&[f64], &[&str])) -> usize {
    t.0.len() * t.1.len()
}

#[differentiable]
fn of_constants(w: f64, #[constant] data: &[f64]) -> f64 {
    let offsets = vec![1.0, 2.0];
    let count = counted((&offsets, &["a", "b"]));
    w * counted((data, &["a"])) as f64 + w * w * count as f64
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Model {
    weight: f64,
}

#[differentiable]
impl Model {
    fn loss(&self, (x, y): (&[f64], &[f64])) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += (self.weight * x[i] - y[i]).powi(2);
        }
        sum
    }

    fn both(&self, data: (&[f64], &[f64])) -> f64 {
        self.loss(data) + Self::product(data, self.weight)
    }

    fn product(data: (&[f64], &[f64]), by: f64) -> f64 {
        data.0[0] * data.1[1] * by
    }
}

#[differentiable]
trait Loss {
    fn eval(&self, data: (&[f64], &[f64])) -> f64;

    fn scaled(&self, data: (&[f64], &[f64])) -> f64 {
        self.eval(data) * data.0[0]
    }
}

#[differentiable]
impl Loss for Model {
    fn eval(&self, data: (&[f64], &[f64])) -> f64 {
        self.weight * data.0[0] * data.1[1]
    }
}

#[differentiable]
fn generic<T: Real, L: Loss + HasTangent>(
    loss: &L,
    t: (&[T], &T),
    by: f64,
    data: (&[f64], &[f64]),
) -> f64 {
    loss.eval(data) * by + loss.scaled((data.1, data.0)) + (t.0[0] * *t.1).to_f64()
}

#[differentiable]
fn methods(x: &[f64]) -> f64 {
    let model = Model { weight: x[0] };
    let list = [x[1], x[0]];
    generic(&model, (&list, &x[0]), x[1], (x, &list))
        + model.both((&x[..2], &x[2..4]))
        + Model::product((x, &list), x[2])
        + generic(&model, (x, &x[1]), x[1], (x, x))
}

#[differentiable]
fn repeated(t: (&[f64], f64), n: usize) -> f64 {
    if n == 0 { t.1 } else { repeated((t.0, t.1 * t.0[n % 2]), n - 1) + t.1 }
}

#[differentiable(recursive)]
fn there(t: (&[f64], f64), n: usize) -> f64 {
    if n == 0 { t.1 } else { back((t.0, t.1 * t.0[n % 2]), n - 1) }
}

#[differentiable(recursive)]
fn back(t: (&[f64], f64), n: usize) -> f64 {
    if n == 0 { t.1 } else { there((t.0, t.1 * t.0[n % 2]), n - 1) + t.1 }
}

#[differentiable]
fn recursive(x: &[f64]) -> f64 {
    repeated((x, x[1]), 3) + there((x, x[0]), 3) + there((x, x[1]), 2)
}

#[differentiable]
fn picked<'a>(t: (&'a [f64], &'a [f64]), first: bool) -> &'a [f64] {
    if first { t.0 } else { t.1 }
}

#[differentiable]
fn leaves(t: (&[f64], f64)) -> Option<f64> {
    let first = t.0.first()?;
    for a in t.0 {
        if *a * *a > 1.0 {
            return Some(a * t.1);
        }
    }
    Some(*first - t.1)
}

#[differentiable]
fn lends(x: &[f64]) -> f64 {
    let (a, b) = (picked((x, &x[1..]), true), picked((x, &x[1..]), false));
    a[0] * b[1] + leaves((x, x[1])).unwrap_or(0.0) + leaves((&x[..0], x[1])).unwrap_or(x[2])
}

#[differentiable]
fn local(x: &[f64]) -> f64 {
    let a = x[0] * x[1];
    let v = vec![a, x[0]];
    let t = (&v, &x[..], a);
    let mut sum = 0.0;
    for i in 0..2 {
        sum += t.0[i] * t.1[i] * t.2;
    }
    let (p, q, r) = t;
    sum += p[0] + q[1] * r;
    // Names of its own in inner scopes.
    for k in 1..3 {
        if let Some(t) = t.0.get(k) {
            sum += *t;
        }
    }
    let square = |t: f64| t * t;
    sum += square(t.2);
    {
        let t = 2.0;
        sum *= t;
    }
    for k in 1..3 {
        match x.get(k) {
            Some(t) => sum += t * t,
            None => sum -= t.2,
        }
    }
    for t in x {
        sum += t;
    }
    sum + t.2 + t.0.iter().map(|t| t * t).sum::<f64>()
}

#[differentiable]
fn in_closures(x: &[f64]) -> f64 {
    let product = |t: (&[f64], f64)| t.0[0] * t.1;
    let sum = x.iter().map(|a| {
        let t = (x, a);
        t.0[1] * t.1
    });
    product((x, x[1])) + sum.sum::<f64>()
}

#[differentiable]
fn in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut product = 1.0;
    let mut v = x.to_vec();
    for i in 0..n {
        let t = (&v, &x[i % 2]);
        product += t.0[0] * *t.1;
        let k = product * t.0[1] + named((&v, x));
        v[0] = k.sin();
    }
    product
}

#[differentiable]
fn items_again(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, a) in x.iter().enumerate() {
        let b = a;
        let (j, c) = (i, b);
        let d: &f64 = a;
        sum += c * x[j] * *d;
    }
    for a in x.to_vec() {
        let b = a;
        let mut c = a;
        c += 1.0;
        sum += a * b * c;
    }
    for row in &[x.to_vec(), vec![x[1], sum]] {
        let again = row;
        for a in again {
            let b = a;
            sum += b * again[0];
        }
    }
    for row in [x.to_vec()] {
        let mut row = row;
        row.push(sum);
        sum += row[0] * row[row.len() - 1];
    }
    sum - x.iter().map(|a| a * *a).sum::<f64>() / 2.0
}

#[differentiable]
fn items_by_one_name(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for p in x.iter().enumerate() {
        sum += *p.1 * *p.1 * p.0 as f64;
    }
    for p in x.iter().rev().enumerate().skip(1) {
        sum += *p.1 / (1 + p.0) as f64;
    }
    for p in x.iter().zip(x.iter().rev()).enumerate() {
        let (i, q) = p;
        sum += *(p.1).0 * *p.1.1 * i as f64 + q.0 * sum;
    }
    for p in x.iter().zip(x) {
        let p = (*p.0 * *p.1, p.0);
        sum += p.0 * p.1;
    }
    sum
}

programs![
    tuple_pattern("`(x, y): (&[f64], &Vec<f64>)`", 4, |x| dot((&x[..2], &x[2..].to_vec()))),
    tuple_named("`t: (&[f64], &[f64])`, its parts and the whole", 4, |x| whole((&x[..2], &x[2..]))),
    tuple_nested("tuples of references in tuples", 5, |x| nested(((&x[..2], &x[2..4]), x[4]))),
    tuple_changed("`mut t: (f64, &[f64])`", 3, |x| changed((x[0], &x[1..]))),
    tuple_owned("lists beside references", 4, |x| owned((x[..2].to_vec(), &x[2..]))),
    tuple_callers("calls with tuples of references", 4, |x| callers(x)),
    tuple_constants("of constants", 1, |x| constants(x[0], &[0.7, 1.3])),
    tuple_only_constants("of functions without a derivative", 1, |x| of_constants(
        x[0],
        &[0.7, 1.3]
    )),
    tuple_methods("in methods, traits and generic functions", 4, |x| methods(x)),
    tuple_recursive("in functions that call themselves", 2, |x| recursive(x)),
    tuple_lent("in functions that lend or leave early", 3, |x| lends(x)),
    tuple_local("`let t = (&v, &x[..], a)`", 2, |x| local(x)),
    tuple_in_closures("in closures", 2, |x| in_closures(x)),
    tuple_in_a_loop("of what changes in a loop", 2, |x| in_a_loop(x, 3)),
    items_named_again("`let b = a` of a loop's item", 2, |x| items_again(x)),
    items_of_pairs("a name for a pair of items in a loop, `*p.1`", 2, |x| items_by_one_name(x)),
    tuple_at_the_call("with `gradient!` and its kin", || {
        let model = Model { weight: 2.0 };
        let (x, y) = ([1.0, 2.0], [1.0, 3.0]);
        let (dmodel, (dx, dy)) = gradient!(Model::loss, &model, (&x, &y));
        assert_eq!(dmodel, Model { weight: 6.0 });
        assert_eq!((dx, dy), (vec![4.0, 4.0], vec![-2.0, -2.0]));
        assert_eq!(gradient!(Model::loss, &model, constant((&x, &y))), dmodel);
        let t = (0.5, &x[..]);
        let (value, back) = pullback!(changed, t);
        assert_eq!(value, 3.0);
        assert_eq!(back(1.0), (6.0, vec![1.5, 1.0]));
        assert_eq!(gradient!(|k: f64| changed((k, &x)), 0.5), 6.0);
    }),
];
