//! Closures that change what they are given, with and without the types of their parameters.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn with_list(g: impl Fn(&mut Vec<f64>)) -> f64 {
    let mut v = vec![1.0, 3.0];
    g(&mut v);
    v.iter().map(|a| a * a).sum()
}

#[differentiable]
fn pushed(x: &[f64]) -> f64 {
    with_list(|v| {
        v.push(x[0]);
    })
}

#[differentiable]
fn each_element(x: &[f64]) -> f64 {
    with_list(|v| {
        for a in v.iter_mut() {
            *a *= x[0];
        }
    })
}

#[differentiable]
fn lent_element(x: &[f64]) -> f64 {
    with_list(|v| {
        let r = &mut v[1];
        *r *= x[0];
    })
}

#[differentiable]
fn last_element(x: &[f64]) -> f64 {
    with_list(|v| {
        if x[0] < 0.0 {
            v.clear();
        }
        if let Some(l) = v.last_mut() {
            *l *= x[1];
        }
    })
}

#[differentiable]
fn filled(x: &[f64]) -> f64 {
    with_list(|v| {
        v[1..].fill(x[0]);
        v.extend_from_slice(x);
    })
}

#[differentiable]
fn first_element(x: &[f64]) -> f64 {
    with_list(|v| {
        *v.first_mut().unwrap() *= x[0];
    })
}

#[differentiable]
fn with_option(g: impl Fn(&mut Option<f64>)) -> f64 {
    let (mut v, mut w) = (Some(2.0), None);
    g(&mut v);
    g(&mut w);
    v.unwrap_or(1.0) * w.unwrap_or(3.0)
}

#[differentiable]
fn payload(x: &[f64]) -> f64 {
    with_option(|o| {
        if let Some(v) = o {
            *v *= x[0];
        }
    })
}

#[differentiable]
fn with_pair(g: impl Fn(&mut (f64, f64))) -> f64 {
    let mut v = (2.0, 3.0);
    g(&mut v);
    v.0 * v.1
}

#[differentiable]
fn pair(x: &[f64]) -> f64 {
    with_pair(|(p, q)| {
        *p = x[0] * x[1];
        *q += x[0];
    })
}

#[derive(Clone, Tangent)]
struct Parts {
    v: Vec<f64>,
    a: f64,
}

#[differentiable]
impl Parts {
    fn k(&mut self, x: f64) {
        self.a *= x;
    }
    fn modify(&mut self, f: impl Fn(&mut Parts)) {
        f(self)
    }
}

#[differentiable]
fn with_struct(g: impl Fn(&mut Parts)) -> f64 {
    let mut s = Parts { v: vec![1.0], a: 2.0 };
    g(&mut s);
    s.v.iter().sum::<f64>() * s.a
}

#[differentiable]
fn method(x: &[f64]) -> f64 {
    with_struct(|s| {
        s.k(x[0]);
        s.v.push(x[1]);
    })
}

#[differentiable]
fn taken_apart(x: &[f64]) -> f64 {
    with_struct(|s| {
        let Parts { a, .. } = s;
        *a *= x[0];
    })
}

#[differentiable]
fn through_a_method(x: &[f64]) -> f64 {
    let mut s = Parts { v: vec![1.0], a: 2.0 };
    s.modify(|s| {
        s.k(x[0]);
    });
    s.a
}

#[differentiable]
fn with_two(a: f64, g: impl Fn(&mut Vec<f64>, &mut Vec<f64>)) -> f64 {
    let (mut v, mut u) = (vec![a], vec![2.0]);
    g(&mut v, &mut u);
    v.iter().sum::<f64>() * u.iter().sum::<f64>()
}

#[differentiable]
fn two_lists(x: &[f64]) -> f64 {
    with_two(2.0, |a, b| {
        a.push(x[0]);
        b.push(x[1] + a[0]);
    })
}

#[differentiable]
fn two_ways(x: &[f64]) -> f64 {
    with_two(x[0], |a, b| {
        a[0] *= x[0];
        b.push(x[1]);
    })
}

#[differentiable]
fn with_slice(mut g: impl FnMut(&mut [f64], f64)) -> f64 {
    let mut v = vec![1.0, 3.0];
    g(&mut v, 2.0);
    g(&mut v[1..], 3.0);
    v.iter().map(|a| a * a).sum()
}

#[differentiable]
fn slices(x: &[f64]) -> f64 {
    with_slice(|s, t| {
        s.fill(t * x[0]);
    })
}

#[differentiable]
fn slope(f: impl Fn(&[f64], &mut [f64])) -> f64 {
    let y = [1.0, 2.0];
    let mut d = vec![0.0; 2];
    f(&y, &mut d);
    d[0] * d[1] + d[0]
}

#[differentiable]
fn beside_what_is_read(x: &[f64]) -> f64 {
    slope(|y, dy| {
        for (d, a) in dy.iter_mut().zip(y) {
            *d = a * x[0];
        }
    })
}

#[differentiable]
fn by_index(x: &[f64]) -> f64 {
    slope(|y, dy| {
        dy[0] = y[1] * x[0];
        dy[1] = -x[1] * y[0];
    })
}

#[differentiable]
fn lists(x: &[f64]) -> f64 {
    pushed(x) + each_element(x) + lent_element(x) + last_element(x) + x[0] * x[1]
}

#[differentiable]
fn parts_of_lists(x: &[f64]) -> f64 {
    filled(x) + first_element(x) + slices(x) + x[0] * x[1]
}

#[differentiable]
fn payloads_and_pairs(x: &[f64]) -> f64 {
    payload(x) + pair(x) + x[0] * x[1]
}

#[differentiable]
fn structs(x: &[f64]) -> f64 {
    method(x) + taken_apart(x) + through_a_method(x) + x[0] * x[1]
}

#[differentiable]
fn two_parameters(x: &[f64]) -> f64 {
    two_lists(x) + two_ways(x) + beside_what_is_read(x) + by_index(x) + x[0] * x[1]
}

programs![
    lists("methods of and loops over the parameter", 2, |x| lists(x)),
    parts_of_lists("parts of the parameter", 2, |x| parts_of_lists(x)),
    payloads_and_pairs("patterns", 2, |x| payloads_and_pairs(x)),
    structs("structs", 2, |x| structs(x)),
    two_parameters("two parameters", 2, |x| two_parameters(x)),
];
