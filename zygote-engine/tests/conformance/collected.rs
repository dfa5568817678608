//! `collect` into what the source does not name, and into one's own types.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

type Row = Vec<f64>;
type Scores = BTreeMap<usize, f64>;

#[derive(Clone, Tangent)]
struct All {
    m: BTreeMap<usize, f64>,
    h: HashMap<usize, f64>,
    v: Vec<f64>,
    q: VecDeque<f64>,
}

#[derive(Clone, Tangent)]
struct Pair(BTreeMap<usize, f64>, Vec<f64>);

#[derive(Clone, Tangent)]
enum Either {
    Map { m: HashMap<usize, f64> },
    List(Vec<f64>),
}

#[derive(Clone, Tangent)]
struct Named {
    #[constant]
    name: String,
    #[constant]
    ks: Vec<usize>,
    w: f64,
}

#[derive(Clone, Tangent)]
struct Probs(Vec<f64>);

#[differentiable]
impl FromIterator<f64> for Probs {
    fn from_iter<I: IntoIterator<Item = f64>>(iter: I) -> Self {
        let v: Vec<f64> = iter.into_iter().collect();
        let s: f64 = v.iter().map(|x| x * x).sum();
        Probs(v.iter().map(|x| x / s).collect())
    }
}

#[differentiable]
fn probs(x: &[f64]) -> Probs {
    x.iter().map(|v| v + 3.0).collect()
}

#[differentiable]
fn taken(v: Vec<f64>, m: BTreeMap<usize, f64>) -> f64 {
    v[0] * m[&1]
}

#[differentiable]
fn made(x: &[f64], k: f64) -> All {
    let m = x.iter().enumerate().map(|(i, v)| (i, v * k)).collect();
    All { m, h: HashMap::new(), v: vec![], q: VecDeque::new() }
}

#[differentiable]
fn fields_of_all_types_alone(x: &[f64]) -> f64 {
    let s = All {
        m: x.iter().enumerate().map(|(i, v)| (i % 4, v * v)).collect(),
        h: x.iter().enumerate().map(|(i, v)| (i % 5, v * v * v)).collect(),
        v: x.iter().filter(|v| **v > 0.0).copied().collect(),
        q: x.iter().map(|v| v * 2.0).collect(),
    };
    s.m[&1] * s.h[&0] + s.v[0] * s.q[1] + s.m[&3]
}

#[differentiable]
fn fields_of_all_types(x: &[f64]) -> f64 {
    fields_of_all_types_alone(x) + squares(x)
}

#[differentiable]
fn names_of_fields_alone(x: &[f64]) -> f64 {
    let m = x.iter().enumerate().map(|(i, v)| (i % 4, v * v)).collect();
    let v = x.iter().map(|v| v * v).collect();
    let t = Pair(m, v);
    t.0[&0] * t.1[1]
}

#[differentiable]
fn names_of_fields(x: &[f64]) -> f64 {
    names_of_fields_alone(x) + squares(x)
}

#[differentiable]
fn fields_of_an_enum_alone(x: &[f64]) -> f64 {
    let e = if x[0] > 0.0 {
        Either::Map { m: x.iter().enumerate().map(|(i, v)| (i, v * v)).collect() }
    } else {
        Either::List(x.iter().map(|v| v * v).collect())
    };
    match &e {
        Either::Map { m } => m[&0] * m[&2],
        Either::List(v) => v[1] * v[2],
    }
}

#[differentiable]
fn fields_of_an_enum(x: &[f64]) -> f64 {
    fields_of_an_enum_alone(x) + squares(x)
}

#[differentiable]
fn constant_fields_alone(x: &[f64]) -> f64 {
    let parts = ["a", "b"];
    let n = Named {
        name: parts.iter().map(|s| s.to_string()).collect(),
        ks: (0..3).collect(),
        w: x[0],
    };
    n.w * x[n.ks[2]] * n.name.len() as f64
}

#[differentiable]
fn constant_fields(x: &[f64]) -> f64 {
    constant_fields_alone(x) + squares(x)
}

#[differentiable]
fn own_type_alone(x: &[f64]) -> f64 {
    let p = x.iter().map(|v| v * v).collect::<Probs>();
    let q: Probs = x.iter().filter(|v| **v > 0.0).copied().collect();
    p.0[0] * q.0[0]
}

#[differentiable]
fn own_type(x: &[f64]) -> f64 {
    own_type_alone(x) + squares(x)
}

#[differentiable]
fn other_names_of_types_alone(x: &[f64]) -> f64 {
    let r: Row = x.iter().map(|v| v * v).collect();
    let s: Scores = r.iter().enumerate().map(|(i, v)| (i / 2, *v)).collect();
    probs(&r).0[1] * s[&1] * r[0]
}

#[differentiable]
fn other_names_of_types(x: &[f64]) -> f64 {
    other_names_of_types_alone(x) + squares(x)
}

#[differentiable]
fn arguments_by_name_alone(x: &[f64]) -> f64 {
    let v = x.iter().map(|v| v * v).collect();
    let m = x.iter().copied().enumerate().collect();
    taken(v, m) * x[2]
}

#[differentiable]
fn arguments_by_name(x: &[f64]) -> f64 {
    arguments_by_name_alone(x) + squares(x)
}

#[differentiable]
fn made_in_a_loop_alone(x: &[f64]) -> f64 {
    let mut t = 0.0;
    for k in x {
        let s = made(x, *k);
        t += s.m[&0] * s.m[&2];
    }
    t
}

#[differentiable]
fn made_in_a_loop(x: &[f64]) -> f64 {
    made_in_a_loop_alone(x) + squares(x)
}

#[differentiable]
fn made_in_a_closure_alone(x: &[f64]) -> f64 {
    let o = Some(x.iter().map(|v| v * v).collect::<Vec<_>>());
    let g = o
        .map(|v| All {
            m: v.iter().copied().enumerate().collect(),
            h: HashMap::new(),
            v,
            q: VecDeque::new(),
        })
        .unwrap();
    g.m[&0] * g.v[2]
}

#[differentiable]
fn made_in_a_closure(x: &[f64]) -> f64 {
    made_in_a_closure_alone(x) + squares(x)
}

programs![
    fields_of_all_types("`collect` into the type of a field or parameter", 6, |x| {
        fields_of_all_types(x)
    }),
    names_of_fields("`collect` into the type of a field or parameter", 6, |x| names_of_fields(x)),
    fields_of_an_enum("`collect` into the type of a field or parameter", 6, |x| fields_of_an_enum(
        x
    )),
    constant_fields("`collect` into the type of a field or parameter", 6, |x| constant_fields(x)),
    own_type("`collect` into one's own type, and by another name of a type", 6, |x| own_type(x)),
    other_names_of_types("`collect` into one's own type, and by another name of a type", 6, |x| {
        other_names_of_types(x)
    }),
    arguments_by_name("`collect` into the type of a field or parameter", 6, |x| arguments_by_name(
        x
    )),
    made_in_a_loop("`collect` into the type of a field or parameter", 6, |x| made_in_a_loop(x)),
    made_in_a_closure("`collect` into the type of a field or parameter", 6, |x| made_in_a_closure(
        x
    )),
];
