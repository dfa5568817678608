//! `Option` and `Result`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiable]
fn unwrapped(x: f64) -> f64 {
    root(1.0 + x * x).unwrap() * x
}

#[differentiable]
fn expected(x: f64) -> f64 {
    let y = root(2.0 + x).expect("positive");
    y * y * y
}

#[differentiable]
fn or_another(x: f64, y: f64) -> f64 {
    root(x).unwrap_or(y * x) + root(y).unwrap_or_default()
}

#[differentiable]
fn or_computed(x: f64, y: f64) -> f64 {
    root(x - 0.5).unwrap_or_else(|| y * y * x)
}

#[differentiable]
fn mapped(x: f64, k: f64) -> f64 {
    root(x + 0.5).map(|r| r * k + 1.0).unwrap_or(k)
}

#[differentiable]
fn mapped_or(x: f64, k: f64) -> f64 {
    root(x).map_or(k, |r| r * k)
}

#[differentiable]
fn chained(x: f64, k: f64) -> f64 {
    let y = root(x + 1.0).and_then(|r| root(r - k * 0.5));
    match y {
        Some(y) => y * k,
        None => k,
    }
}

#[differentiable]
fn both(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    let p = a? * 2.0;
    let q = b? + p;
    Some(p * q)
}

#[differentiable]
fn tried(x: f64, y: f64) -> f64 {
    both(root(x + 1.0), Some(y)).unwrap_or(x * y)
}

#[differentiable]
fn ratio(a: f64, b: f64) -> Result<f64, String> {
    if b.abs() < 0.25 {
        return Err(format!("{b} is too small"));
    }
    Ok(a / b)
}

#[differentiable]
fn sum_of_ratios(x: &[f64]) -> Result<f64, String> {
    let mut s = 0.0;
    for i in 1..x.len() {
        s += ratio(x[i - 1], x[i])?;
    }
    Ok(s * x[0])
}

#[differentiable]
fn results(x: &[f64]) -> f64 {
    match sum_of_ratios(x) {
        Ok(s) => s.tanh(),
        Err(message) => x[0] * message.len() as f64,
    }
}

#[differentiable]
fn results_mapped(x: f64, y: f64) -> f64 {
    let a = ratio(x, y).map(|r| r.sin());
    let b = ratio(y, 2.0).map_err(|e| e.len());
    a.unwrap_or(x) * b.unwrap() + ratio(1.0, x).unwrap_or_else(|_| y)
}

#[differentiable]
fn to_result(x: f64) -> Result<f64, &'static str> {
    let r = root(x + 0.75).ok_or("negative")?;
    Ok(r * x)
}

#[differentiable]
fn converted(x: f64, y: f64) -> f64 {
    let a = to_result(x).ok();
    a.unwrap_or(y) * y
}

#[differentiable]
fn asked(x: f64, y: f64) -> f64 {
    let r = root(x);
    if r.is_some() {
        r.unwrap() * y
    } else if ratio(1.0, y).is_err() {
        y * y
    } else {
        x * y
    }
}

#[differentiable]
fn taken(x: f64, y: f64) -> f64 {
    let mut slot = Some(x * y);
    let mut s = 0.0;
    for k in 0..3 {
        if let Some(v) = slot.take() {
            s += v * v;
        } else {
            s *= y;
        }
        if k == 1 {
            slot = Some(s * x);
        }
    }
    s + slot.unwrap_or(x)
}

#[differentiable]
fn replaced(x: f64, y: f64) -> f64 {
    let mut slot = Some(x);
    let old = slot.replace(x * y);
    old.unwrap() * slot.unwrap() + y
}

#[differentiable]
fn written_inside(v: Option<f64>, x: f64) -> f64 {
    let mut v = v;
    if let Some(a) = &mut v {
        *a *= x;
        *a += 1.0;
    }
    v.unwrap_or(x) * x
}

#[differentiable]
fn zipped(a: Option<f64>, b: Option<f64>) -> f64 {
    let y = match a.zip(b) {
        Some((p, q)) => p * q,
        None => 0.0,
    };
    y + a.filter(|p| *p > 0.0).unwrap_or(0.5) * b.or(a).unwrap()
}

#[differentiable]
fn structures_inside(v: &[Option<Vec<f64>>]) -> f64 {
    let mut s = 0.0;
    for item in v {
        if let Some(list) = item {
            for x in list {
                s = s * 0.5 + x * x;
            }
        }
    }
    s
}

#[derive(Clone, Tangent)]
enum Term {
    Number(f64),
    Variable,
    Sum(Box<Term>, Box<Term>),
    Quotient(Box<Term>, Box<Term>),
}

#[differentiable]
fn checked_value(term: &Term, x: f64) -> Option<f64> {
    Some(match term {
        Term::Number(a) => *a,
        Term::Variable => x,
        Term::Sum(a, b) => checked_value(a, x)? + checked_value(b, x)?,
        Term::Quotient(a, b) => {
            let d = checked_value(b, x)?;
            if d.abs() < 0.3 {
                return None;
            }
            checked_value(a, x)? / d
        }
    })
}

#[differentiable]
fn tried_in_arms(a: f64, b: f64, x: f64) -> f64 {
    let ratio = Term::Quotient(Box::new(Term::Number(b)), Box::new(Term::Variable));
    let sum = Term::Sum(Box::new(Term::Number(a)), Box::new(ratio));
    checked_value(&sum, x).unwrap_or(0.5) * b
}

#[derive(Clone, Debug, Tangent)]
enum Fault {
    Small,
    Large { limit: usize },
}

#[differentiable]
fn inverse(x: f64) -> Result<f64, Fault> {
    if x.abs() < 0.25 {
        return Err(Fault::Small);
    }
    if x.abs() > 1.4 {
        return Err(Fault::Large { limit: 3 });
    }
    Ok(1.0 / x)
}

#[differentiable]
fn asked_for_none(x: f64, y: f64) -> f64 {
    let a = root(x);
    let b = inverse(y);
    if a.is_none() && b.is_ok() {
        x * b.unwrap()
    } else if b.is_ok() {
        y * a.unwrap()
    } else {
        x - y * y
    }
}

#[differentiable]
fn asked_inside(x: f64, y: f64) -> f64 {
    if root(x).is_some_and(|r| r > 0.6) { x * y } else { y * y + x }
}

#[differentiable]
fn to_own_error(x: f64, y: f64) -> Result<f64, Fault> {
    let r = root(x + 0.5).ok_or_else(|| Fault::Large { limit: 1 })?;
    Ok(r * inverse(y)?)
}

#[differentiable]
fn errors_matched(x: f64, y: f64) -> f64 {
    match to_own_error(x, y) {
        Ok(v) => v,
        Err(Fault::Small) => x * y,
        Err(Fault::Large { limit }) => y * limit as f64 + x,
    }
}

#[differentiable]
fn alternatives(x: f64, y: f64) -> f64 {
    let a = root(x).or_else(|| root(y)).unwrap_or(x * y);
    let b = root(y).map_or_else(|| x, |r| r * x);
    let c = root(x).and(root(y)).unwrap_or(0.5 * y);
    a + b * c
}

#[differentiable]
fn nested_options(v: Option<Option<f64>>, k: f64) -> f64 {
    let a = match v {
        Some(Some(x)) if x > 0.5 => x * x,
        Some(Some(x)) => x * k,
        Some(None) => k,
        None => 0.0,
    };
    a + v.flatten().unwrap_or(k)
}

#[differentiable]
fn collected(x: &[f64]) -> Option<f64> {
    let mut s = 1.0;
    for y in x {
        s += root(y + 1.2)? * s;
    }
    Some(s)
}

#[differentiable]
fn chained_question(x: &[f64], k: f64) -> f64 {
    let y = collected(x).and_then(|s| root(s - 0.5)).map(|r| r * k);
    y.unwrap_or_else(|| x[0] * k)
}

#[differentiable]
fn conditional(x: f64, k: f64) -> f64 {
    let a = (x > k).then(|| (x - k).sqrt()).unwrap_or(x * k);
    let b: Option<f64> = (k > 0.3).then_some(a * k);
    let c = (k > 1.0).then(|| x);
    a + b.unwrap_or(k) + c.unwrap_or(a * a)
}

fn below_ten(v: &f64) -> bool {
    *v < 10.0
}

#[differentiable]
fn logarithm(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiable]
fn predicates(x: f64) -> f64 {
    let mut y = logarithm(x).filter(|v| v.is_finite()).filter(below_ten).unwrap_or(x * x);
    if logarithm(x).is_some_and(|v| v.is_sign_positive()) {
        y *= 2.0;
    }
    if logarithm(x).is_none_or(|v| below_ten(&(v * 100.0))) {
        y *= x;
    }
    let result = logarithm(x).ok_or("negative");
    if result.is_ok_and(|v| {
        let w = v * 2.0;
        w.is_finite() && w > 0.1
    }) {
        y += x;
    }
    y
}

#[derive(Clone, Tangent)]
struct Cache {
    best: Option<f64>,
    seen: Option<Vec<f64>>,
    asked: usize,
}

#[differentiable]
impl Cache {
    fn value(&mut self, x: f64) -> f64 {
        self.asked += 1;
        *self.best.get_or_insert(x * x) * x
    }

    fn grown(&mut self, x: f64) -> f64 {
        let k = self.asked as f64;
        let best = self.best.get_or_insert_with(|| x * x + k);
        *best *= 1.5;
        *best + x
    }

    fn remember(&mut self, x: f64) {
        self.seen.get_or_insert_with(Vec::new).push(x);
    }
}

#[differentiable]
fn inserted(x: &[f64]) -> f64 {
    let mut cache = Cache { best: None, seen: None, asked: 0 };
    let mut s = 0.0;
    for v in x {
        s += cache.grown(*v) * cache.value(*v);
        cache.remember(s);
        cache.remember(*v);
        if *v > 0.8 {
            cache.best.take();
        }
    }
    let seen = cache.seen.unwrap();
    s * seen.iter().map(|z| z * z).sum::<f64>() + cache.best.unwrap_or(1.0)
}

#[differentiable]
fn inserted_into(o: &mut Option<f64>, x: f64) -> f64 {
    let old = o.replace(x);
    let value = o.get_or_insert(7.0);
    *value += old.unwrap_or(x) * 2.0;
    *value
}

/// What is inserted is evaluated whether it is needed or not, what a function gives only if it is.
#[differentiable]
fn inserted_with_effects(x: &[f64]) -> f64 {
    let mut v = vec![x[2], x[1], x[1] * x[2], x[0]];
    let mut sums = vec![None; 2];
    for i in 0..3 {
        *sums[i % 2].get_or_insert(v.pop().unwrap()) *= x[i];
    }
    let mut o = None;
    let y = inserted_into(&mut o, x[0]) * inserted_into(&mut o, x[1]);
    let z = *o.get_or_insert_with(|| v.pop().unwrap()) * v.len() as f64;
    y + z + sums.iter().flatten().map(|s| s * s).sum::<f64>()
}

/// One of the values that are asked never changes, the other does when it is taken.
#[allow(unused_mut)]
#[differentiable]
fn asked_in_conditions(x: &[f64]) -> f64 {
    let mut kept = Some(-1.0);
    let mut once = Some(0.5);
    let mut y = x[0];
    for _ in 0..2 {
        if kept.unwrap_or(x[1]) > x[0] - 1.0 {
            y *= x[1];
        }
        if once.take().is_some() {
            y += x[0] * x[1];
        }
    }
    y
}

#[derive(Clone, Tangent)]
struct Latest {
    best: Option<f64>,
    pair: Option<(f64, f64)>,
    all: Vec<Option<f64>>,
}

#[differentiable]
impl Latest {
    fn insert(&mut self, x: f64) -> f64 {
        let best = self.best.insert(x * x);
        *best += x;
        *best
    }

    fn scale(&mut self, x: f64) {
        *self.best.insert(x) *= 2.0;
        let pair = self.pair.insert((x, 1.0));
        (*pair).1 *= x;
    }

    fn fill(&mut self, x: f64) {
        let mut k = 0;
        for i in 0..self.all.len() {
            if i % 2 == 0 {
                let value = self.all[k].insert(x * i as f64);
                k += 1;
                *value += 1.0;
            }
        }
    }
}

#[differentiable]
fn put_in(x: &[f64]) -> f64 {
    let mut s =
        Latest { best: None, pair: Some((x[0], x[1])), all: vec![Some(x[0]), None, Some(x[1])] };
    let a = s.insert(x[0]);
    s.scale(x[1]);
    let b = s.best.unwrap();
    *s.best.insert(b) *= x[2];
    s.fill(x[2]);
    let mut o: Option<f64> = None;
    let last = o.insert(x[2] * x[0]);
    *last += a;
    let pair = s.pair.unwrap();
    let sum: f64 = s.all.iter().flatten().sum();
    b * pair.0 * pair.1 + s.best.unwrap_or(0.0) * sum + o.unwrap()
}

#[differentiable]
fn or_a_literal(x: &[f64], scale: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..4 {
        s += scale * x.get(i).unwrap_or(&0.3);
        s -= x.get(i + 1).unwrap_or(&scale);
        s *= x.last().unwrap_or(&-2.0) + 1.0;
    }
    s / x.first().unwrap_or(&scale)
}

#[differentiable]
fn or_one(o: Option<f64>, n: usize, x: f64) -> f64 {
    o.unwrap_or(1.0) * x * n as f64
}

#[differentiable]
fn beside_none(x: &[f64]) -> f64 {
    let all: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(i, y)| if or_one(None, i, *y) > 0.1 { y * y } else { *y })
        .collect();
    let last = if or_one(None, 2, x[0]) > x[1] { or_one(None, 2, x[1]) } else { x[0] };
    all[0] * all[1] * last
}

programs![
    nothing_below("`?` in the arms of a `match`", || {
        assert_eq!(gradient!(|x: f64| both(Some(x), None).unwrap_or(x * x), 3.0), 6.0);
        let zero = Term::Quotient(Box::new(Term::Variable), Box::new(Term::Number(0.0)));
        let term = Term::Quotient(Box::new(Term::Variable), Box::new(zero));
        assert_eq!(gradient!(|x: f64| checked_value(&term, x).unwrap_or(x * x), 3.0), 6.0);
    }),
    beside_none("what varies beside `None`, in conditions", 2, |x| beside_none(x)),
    or_a_literal("`s * xs.get(i).unwrap_or(&0.3)`", 3, |x| or_a_literal(&x[..2], x[2])),
    put_in("`insert` of an `Option`, and what it gives", 3, |x| put_in(x)),
    unwrapped("`unwrap`, `expect`", 1, |x| unwrapped(x[0])),
    expected("`unwrap`, `expect`", 1, |x| expected(x[0])),
    or_another("`unwrap_or`, `unwrap_or_default`", 2, |x| or_another(x[0], x[1])),
    or_computed("`unwrap_or_else`", 2, |x| or_computed(x[0], x[1])),
    mapped("`map`", 2, |x| mapped(x[0], x[1])),
    mapped_or("`map_or`", 2, |x| mapped_or(x[0], x[1])),
    chained("`and_then`", 2, |x| chained(x[0], x[1])),
    tried("`?` on `Option`", 2, |x| tried(x[0], x[1])),
    tried_in_arms("`?` in the arms of a `match`", 3, |x| tried_in_arms(x[0], x[1], x[2])),
    results("`?` on `Result`", 3, |x| results(x)),
    results_mapped("`map`, `map_err` of `Result`", 2, |x| results_mapped(x[0], x[1])),
    converted("`ok_or`, `ok`", 2, |x| converted(x[0], x[1])),
    asked("`is_some`, `is_none`, `is_ok`, `is_err`", 2, |x| asked(x[0], x[1])),
    taken("`take`", 2, |x| taken(x[0], x[1])),
    replaced("`replace`", 2, |x| replaced(x[0], x[1])),
    inserted("`get_or_insert`, `get_or_insert_with`", 3, |x| inserted(x)),
    inserted_with_effects("`get_or_insert`, `get_or_insert_with`", 3, |x| inserted_with_effects(x)),
    written_inside("writes through `Some`", 2, |x| written_inside(Some(x[0]), x[1])),
    written_inside_none("writes through `Some`", 1, |x| written_inside(None, x[0])),
    zipped("`zip`, `filter`, `or`", 2, |x| zipped(Some(x[0]), Some(x[1]))),
    zipped_with_none("`zip`, `filter`, `or`", 1, |x| zipped(Some(x[0]), None)),
    structures_inside("options of sequences", 3, |x| structures_inside(&[
        Some(x[..2].to_vec()),
        None,
        Some(vec![x[2]])
    ])),
    asked_for_none("`is_some`, `is_none`, `is_ok`, `is_err`", 2, |x| asked_for_none(x[0], x[1])),
    asked_inside("`is_some_and`", 2, |x| asked_inside(x[0], x[1])),
    errors_matched("`ok_or_else`, errors that are enums", 2, |x| errors_matched(x[0], x[1])),
    alternatives("`or_else`, `map_or_else`, `and`", 2, |x| alternatives(x[0], x[1])),
    nested_options("nested options", 2, |x| nested_options(Some(Some(x[0])), x[1])),
    nested_option_of_none("nested options", 1, |x| nested_options(Some(None), x[0])),
    nested_none("nested options", 1, |x| nested_options(None, x[0])),
    chained_question("`?` on `Option`", 3, |x| chained_question(&x[..2], x[2])),
    conditional("`bool::then`, `then_some`", 2, |x| conditional(x[0], x[1])),
    predicates("predicates of options by methods and functions", 1, |x| predicates(x[0])),
    asked_constants("`unwrap_or(x)` of a constant in a condition", 2, |x| asked_in_conditions(x)),
];
