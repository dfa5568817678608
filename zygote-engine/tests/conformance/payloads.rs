//! References to what is in an `Option`, a `Result` or a box: `as_ref`, `as_mut`, `as_deref`, `as_deref_mut`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Layer {
    weights: Vec<f64>,
    bias: Option<Vec<f64>>,
    next: Option<Box<Layer>>,
}

#[differentiable]
fn apply(layer: &Layer, input: f64) -> f64 {
    let mut y = layer.weights[0] * input;
    match layer.bias.as_ref() {
        Some(bias) => y += bias[0] * bias[1],
        None => y *= layer.weights[1],
    }
    match layer.next.as_deref() {
        Some(next) => apply(next, y),
        None => y,
    }
}

#[differentiable]
fn matched(x: &[f64], biased: bool) -> f64 {
    apply(&layers_of(x, biased), x[3])
}

#[differentiable]
fn layers_of(x: &[f64], biased: bool) -> Layer {
    let last = Layer { weights: vec![x[2], x[3]], bias: None, next: None };
    let bias = if biased { Some(vec![x[1], x[0]]) } else { None };
    Layer { weights: vec![x[0], x[1]], bias, next: Some(Box::new(last)) }
}

#[differentiable]
fn patterns_of_payloads(a: &Option<(f64, Vec<f64>)>, k: f64) -> f64 {
    match a.as_ref() {
        Some((s, v)) if v.len() > 1 => s * v[1] * k,
        Some((s, _)) => s * s,
        None => k * k,
    }
}

#[differentiable]
fn of_result(r: &Result<Vec<f64>, String>, k: f64) -> f64 {
    match r.as_ref() {
        Ok(v) => v[0] * k,
        Err(message) => k * message.len() as f64,
    }
}

#[differentiable]
fn mapped(layer: &Layer, k: f64) -> f64 {
    let a = layer.bias.as_ref().map(|b| b[0] * k).unwrap_or(k);
    let b = layer.bias.as_deref().map_or(k * k, |b| b.iter().sum());
    let c = layer.next.as_ref().map_or_else(|| k, |next| next.weights[1] * k);
    let d = layer.next.as_ref().and_then(|next| next.bias.as_ref().map(|b| b[0])).unwrap_or(a * k);
    a * b + c * d
}

#[differentiable]
fn changed(layer: &Layer, k: f64) -> f64 {
    let mut layer = layer.clone();
    if let Some(bias) = layer.bias.as_mut() {
        bias[0] *= k;
        bias.push(k * k);
    }
    if let Some(next) = layer.next.as_deref_mut() {
        next.weights[0] *= next.weights[1] * k;
    }
    if layer.next.is_none() {
        let sum = layer.bias.as_ref().map_or(k, |b| b.iter().sum());
        return sum * layer.weights.iter().product::<f64>();
    }
    layer.next.as_mut().unwrap().weights.push(k);
    let next = layer.next.as_deref_mut().expect("there is one");
    next.weights[1] += next.weights[2] * next.weights[0];
    let sum = layer.bias.as_ref().map_or(0.0, |b| b.iter().map(|x| x * x).sum());
    sum + layer.next.as_ref().unwrap().weights.iter().product::<f64>()
}

#[differentiable]
fn in_a_loop(layer: &Layer, k: f64) -> f64 {
    let mut layer = layer.clone();
    for i in 0..2 {
        if let Some(bias) = layer.bias.as_mut() {
            bias[i] *= k + bias[1 - i];
        } else {
            layer.bias = Some(vec![k, k * k]);
        }
    }
    let mut s = 0.0;
    while let Some(bias) = layer.bias.as_ref() {
        s += bias[0] * bias[1];
        if s > 0.0 && bias.len() == 2 {
            layer.bias.as_mut().unwrap().push(s);
        } else {
            break;
        }
    }
    s
}

#[differentiable]
fn product(layer: &Layer) -> Option<f64> {
    let bias = layer.bias.as_ref()?;
    let first = bias.first()?;
    let next = layer.next.as_deref()?;
    Some(bias[1] * first * next.weights.last()? + sum_of(layer.bias.as_ref()?))
}

#[differentiable]
fn sum_of(v: &[f64]) -> f64 {
    v.iter().sum()
}

#[differentiable]
fn checked(layer: &Layer) -> Result<f64, String> {
    let bias = layer.bias.as_ref().ok_or("no bias")?;
    let next = layer.next.as_ref().ok_or_else(|| String::from("no layer"))?;
    Ok(bias[0] * next.weights[0] + bias.get(1).ok_or("too short")?)
}

#[differentiable]
fn tried(layer: &Layer, k: f64) -> f64 {
    product(layer).unwrap_or(k) * k + checked(layer).unwrap_or(k * k)
}

#[differentiable]
fn noted(notes: &mut usize) -> String {
    *notes += 1;
    String::from("absent")
}

#[differentiable]
fn noted_in_any_case(layer: &Layer, notes: &mut usize, k: f64) -> Result<f64, String> {
    let bias = layer.bias.as_ref().ok_or(noted(&mut *notes))?;
    Ok(bias[0] * k)
}

#[differentiable]
fn with_notes(x: &[f64], biased: bool) -> f64 {
    let mut notes = 1;
    let y = noted_in_any_case(&layers_of(x, biased), &mut notes, x[2]).unwrap_or(x[3]);
    y * notes as f64 + sum_of(x)
}

#[differentiable]
fn asked(layer: &Layer, k: f64) -> f64 {
    let long = layer.bias.as_ref().is_some_and(|b| b.len() > 1);
    if long && layer.next.as_deref().is_some_and(|n| n.weights.len() == 2) { k * k } else { k }
}

#[differentiable]
fn ends(x: &[f64], k: usize) -> f64 {
    let a = x.get(k).map_or(1.0, |v| v * v);
    let b = x.get(k + 1).and_then(|v| if *v > 0.0 { Some(v * 3.0) } else { None }).unwrap_or(0.5);
    let c = x.first().map_or_else(|| 1.0, |v| v * a);
    a * b + c + x[1]
}

#[differentiable]
fn mapped_of(x: &[f64], biased: bool) -> f64 {
    mapped(&layers_of(x, biased), x[3]) + sum_of(x)
}

#[differentiable]
fn changed_of(x: &[f64], biased: bool) -> f64 {
    let layers = layers_of(x, biased);
    changed(&layers, x[3]) + changed(layers.next.as_ref().unwrap(), x[0]) + sum_of(x)
}

#[differentiable]
fn in_a_loop_of(x: &[f64], biased: bool) -> f64 {
    in_a_loop(&layers_of(x, biased), x[3]) + sum_of(x)
}

#[differentiable]
fn tried_of(x: &[f64], biased: bool) -> f64 {
    tried(&layers_of(x, biased), x[3]) + sum_of(x)
}

#[differentiable]
fn asked_of(x: &[f64], biased: bool) -> f64 {
    asked(&layers_of(x, biased), x[3]) + sum_of(x)
}

#[differentiable]
fn patterns_of(x: &[f64]) -> f64 {
    let several = Some((x[0], x[1..3].to_vec()));
    let one = Some((x[1], vec![x[2]]));
    patterns_of_payloads(&several, x[3]) + patterns_of_payloads(&one, x[3])
        - patterns_of_payloads(&None, x[3])
}

#[differentiable]
fn results(x: &[f64]) -> f64 {
    let error = Err(String::from("none"));
    of_result(&Ok(x[..2].to_vec()), x[2]) * of_result(&error, x[1])
}

#[differentiable]
fn or_others(x: &[f64], k: usize) -> f64 {
    let a = *x.get(k).unwrap_or(&0.5);
    let b = *x.first().unwrap_or(&a) * *x.get(k + 7).unwrap_or(&x[1]);
    a * a + b
}

#[differentiable]
fn several_parts(v: &[f64], i: usize) -> f64 {
    let rest = &v[i.min(v.len())..];
    let ends = match (rest.first(), rest.last()) {
        (Some(a), Some(b)) => a * b,
        _ => v[1],
    };
    let pair = if let (Some(a), Some(b)) = (v.get(i), v.get(i + 1)) { a * *b } else { v[0] * 2.0 };
    let beside = match (v.get(i + 1), i) {
        (Some(x), 1) => x * x,
        (None, k) => k as f64 * v[0],
        (Some(&x), _) => x * 3.0,
    };
    let (mut sum, mut k) = (0.0, 0);
    while let (Some(x), Some(y)) = (v.get(k), v.get(k + 1)) {
        sum += x * y;
        k += 1;
    }
    let mut w = rest.to_vec();
    if let (Some(x), Some(y)) = (w.first_mut(), v.last()) {
        *x *= y;
    }
    ends + pair * beside + sum + w.iter().product::<f64>()
}

#[differentiable]
fn parts_of_a_range(v: &[f64], i: usize) -> f64 {
    let k = v[0];
    let j = i.saturating_sub(1);
    let some = if let Some(w) = v.get(i..3) { w[0] * w[w.len() - 1] * k } else { k };
    let rest = match v.get(i..) {
        Some(w) => w.iter().sum::<f64>() * k,
        None => k,
    };
    let begin = v.get(..=i.min(2)).unwrap();
    let mut u = v.to_vec();
    if let Some(w) = u.get_mut(j..) {
        for x in w.iter_mut() {
            *x *= k;
        }
        if let Some(y) = w.first_mut() {
            *y += 1.0;
        }
    }
    if let Some(w) = u.get_mut(i + 1..i + 2) {
        w[0] = k;
    }
    let mapped = v.get(1..2).map_or(0.0, |w| w[0] * k);
    some + rest + begin[0] * k + u.iter().map(|x| x * x).sum::<f64>() + mapped
}

#[differentiable]
fn patterns_inside(x: f64, n: usize) -> f64 {
    let mut v = vec![if x > 0.5 { None } else { Some(x) }, None, Some(x * x)];
    if let Some(Some(y)) = v.get_mut(n) {
        *y *= x;
    } else {
        v[0] = Some(2.0 * x);
    }
    let s = match v.get(n) {
        Some(Some(y)) => y * 2.0,
        _ => 1.0,
    };
    let t = match v.first() {
        Some(None) => 3.0,
        _ => x,
    };
    let pairs = [(x, 1.0), (2.0 * x, 3.0)];
    let u = match pairs.get(n) {
        Some(&(a, b)) => a * b,
        None => x,
    };
    v[0].unwrap_or(0.0) * s + t * v[2].unwrap() + u
}

#[differentiable]
fn several(x: &[f64]) -> f64 {
    several_parts(x, 0) + several_parts(x, 1) + several_parts(x, 2) + several_parts(x, 5)
}

#[differentiable]
fn of_ranges(x: &[f64]) -> f64 {
    parts_of_a_range(x, 0)
        + parts_of_a_range(x, 1)
        + parts_of_a_range(x, 2) * parts_of_a_range(x, 4)
        + parts_of_a_range(x, 5)
}

#[differentiable]
fn inside(x: f64) -> f64 {
    let all = patterns_inside(x, 0) + patterns_inside(x, 1);
    all + patterns_inside(x, 2) + patterns_inside(x, 3)
}

type Checked = Result<Vec<f64>, String>;

#[differentiable]
fn loaded(x: &[f64], good: bool) -> Checked {
    if good { Ok(vec![x[0], x[1] * x[0]]) } else { Err("none".into()) }
}

#[differentiable]
fn first_of_result(r: &Checked, k: f64) -> Result<f64, String> {
    let v = r.as_ref().map_err(|e| format!("{e}!"))?;
    Ok(v[1] * k)
}

#[differentiable]
fn of_results(x: &[f64], good: bool) -> f64 {
    let mut r = loaded(x, good);
    let k = x[2];
    if let Ok(v) = r.as_mut() {
        v[0] *= k;
    }
    let a = r.as_ref().map(|v| v[0] * k).unwrap_or(k);
    let b = r.as_ref().map_or(k * k, |v| v[1] * v[0]);
    let c = r.as_deref().ok().map(|v| v[0] * k).unwrap_or_default();
    let d = if r.as_ref().is_ok_and(|v| v.len() > 1) { r.as_ref().unwrap()[1] } else { k };
    if r.is_ok() {
        r.as_mut().expect("it is there").push(k * c);
    }
    let e = r.as_ref().map_or(1.0, |v| v.iter().product());
    a * b + c * d * e + x[0] * x[1] + first_of_result(&r, k).unwrap_or(k)
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Blob {
    Circle(f64),
    Scaled(Box<Blob>, f64),
}

#[differentiable]
impl Blob {
    fn area(&self) -> f64 {
        match self {
            Blob::Circle(r) => r * r,
            Blob::Scaled(inner, k) => match inner.as_ref() {
                Blob::Circle(r) => r * r * k,
                other => other.area() * k,
            },
        }
    }

    fn grow(&mut self, by: f64) {
        match self {
            Blob::Circle(r) => *r *= by,
            Blob::Scaled(inner, k) => {
                if let Blob::Circle(r) = inner.as_mut() {
                    *r += *k * by;
                } else {
                    inner.as_mut().grow(by);
                }
                *k += by;
            }
        }
    }
}

#[differentiable]
fn area_of(s: &Blob, k: f64) -> f64 {
    s.area() * k
}

#[differentiable]
fn in_boxes(x: &[f64]) -> f64 {
    let mut b = Box::new(Blob::Scaled(Box::new(Blob::Circle(x[0])), x[1]));
    b.as_mut().grow(x[2]);
    let whole = b.as_ref();
    let all = whole.area() * area_of(b.as_ref(), x[0]);
    let mut nested = Blob::Scaled(b, x[2]);
    for _ in 0..2 {
        nested.grow(x[1]);
    }
    let mut one = Box::new(Blob::Circle(x[2]));
    one.as_mut().grow(x[0]);
    all + nested.area() * area_of(one.as_ref(), x[1])
}

programs![
    layers_that_lack_something("`?`, `ok_or` of references", || {
        for bias in [vec![], vec![2.0, 3.0]] {
            let layer = Layer { weights: vec![1.0], bias: Some(bias), next: None };
            let d = gradient!(
                |k: f64| product(&layer).unwrap_or(k * k) + checked(&layer).unwrap_or(k),
                3.0
            );
            assert_eq!(d, 7.0);
        }
    }),
    of_results("`as_ref`, `as_mut`, `as_deref` of `Result`", 3, |x| of_results(x, true)),
    of_errors("`as_ref`, `as_mut`, `as_deref` of `Result`", 3, |x| of_results(x, false)),
    in_boxes("`as_ref`, `as_mut` of a box", 3, |x| in_boxes(x)),
    matched("`as_ref`, `as_deref` in `match`", 4, |x| matched(x, true)),
    unbiased("`as_ref`, `as_deref` in `match`", 4, |x| matched(x, false)),
    patterns_of_payloads("`as_ref`, `as_deref` in `match`", 4, |x| patterns_of(x)),
    of_result("`as_ref` of `Result`", 3, |x| results(x)),
    mapped("`map`, `map_or`, `map_or_else`, `and_then` of references", 4, |x| mapped_of(x, true)),
    mapped_to_others("`map`, `map_or`, `map_or_else`, `and_then` of references", 4, |x| mapped_of(
        x, false
    )),
    changed("`as_mut`, `as_deref_mut`, `unwrap`, `expect`", 4, |x| changed_of(x, true)),
    changed_unbiased("`as_mut`, `as_deref_mut`, `unwrap`, `expect`", 4, |x| changed_of(x, false)),
    in_a_loop("`as_mut`, `as_ref` in loops", 4, |x| in_a_loop_of(x, true)),
    started_in_a_loop("`as_mut`, `as_ref` in loops", 4, |x| in_a_loop_of(x, false)),
    tried("`?`, `ok_or` of references", 4, |x| tried_of(x, true)),
    tried_in_vain("`?`, `ok_or` of references", 4, |x| tried_of(x, false)),
    with_notes("`?`, `ok_or` of references", 4, |x| with_notes(x, true)),
    with_notes_in_vain("`?`, `ok_or` of references", 4, |x| with_notes(x, false)),
    asked("`is_some_and` of references", 4, |x| asked_of(x, true)),
    asked_in_vain("`is_some_and` of references", 4, |x| asked_of(x, false)),
    ends("`get`, `first` with `map_or`, `and_then`", 3, |x| ends(x, 1)),
    or_others("`*unwrap_or(&x)`", 2, |x| or_others(x, 1)),
    or_a_literal("`*unwrap_or(&x)`", 2, |x| or_others(x, 5)),
    past_the_end("`get`, `first` with `map_or`, `and_then`", 3, |x| ends(x, 2)),
    several("several optional references in a tuple", 3, |x| several(x)),
    of_ranges("`get` of a range", 3, |x| of_ranges(x)),
    inside("patterns inside an optional reference", 1, |x| inside(x[0])),
];

#[test]
fn the_message_of_an_absent_payload_is_the_functions() {
    #[differentiable]
    fn first(v: &Option<Vec<f64>>) -> f64 {
        let mut v = v.clone();
        let inside = v.as_mut().expect("weights were loaded");
        inside[0] *= 2.0;
        inside[0]
    }
    let panicked = std::panic::catch_unwind(|| gradient!(first, &None)).expect_err("it has none");
    let message = panicked.downcast::<String>().expect("a message");
    assert!(message.contains("weights were loaded"), "{message}");
}
