//! Closures that are left by `return` and `?`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn local_closure(x: f64, k: f64) -> f64 {
    let g = |v: f64| {
        if v > 1.0 {
            return v * k;
        }
        let w = v * v;
        if w > 0.5 {
            w + k
        } else {
            return k * k * w;
        }
    };
    g(x) + g(x * 0.8) * 2.0 + g(0.3 * x)
}

#[differentiable]
fn stepped(g: impl Fn(f64) -> f64, n: usize, x: f64) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s += g(s);
    }
    s
}

#[differentiable]
fn argument(x: f64, k: f64) -> f64 {
    let drift = |v: f64| {
        if v < 0.0 {
            return -v;
        }
        if v > 2.0 {
            return k;
        }
        v * k
    };
    stepped(drift, 3, x) + stepped(|v| if v < k { return v * v } else { k }, 2, x)
}

#[differentiable]
fn found(g: impl Fn(usize) -> Option<f64>, n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        if let Some(v) = g(i) {
            s += v;
        }
    }
    s
}

#[differentiable]
fn question_in_argument(x: &[f64]) -> f64 {
    found(
        |i| {
            let a = x.get(i)?;
            let b = x.get(i + 1)?;
            if a > b {
                return None;
            }
            Some(a * b + *x.first()? * x[i])
        },
        4,
    )
}

#[differentiable]
fn root(x: f64) -> Option<f64> {
    if x < 0.0 { None } else { Some(x.sqrt()) }
}

#[differentiable]
fn question_in_chain(x: &[f64]) -> f64 {
    let sum: f64 = x
        .iter()
        .filter_map(|v| {
            let r = root(*v)?;
            let y = 1.0 - root(r - 0.5)? * r;
            Some(y * 2.0)
        })
        .sum();
    let late = x.iter().filter_map(|v| Some(root(*v)? * root(v - 1.0)?));
    sum + late.fold(0.0, |a, b| a + b * b)
}

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Negative,
    Zero,
}

#[differentiable]
fn checked(x: f64) -> Result<f64, Failure> {
    if x < 0.0 { Err(Failure::Negative) } else { Ok(x.sqrt()) }
}

#[differentiable]
fn all_roots(x: &[f64]) -> Result<f64, Failure> {
    let roots: Result<Vec<f64>, Failure> = x
        .iter()
        .map(|v| {
            let a = checked(*v)?;
            let b = checked(a + 1.0)?;
            if *v > 1.0 {
                return Err(Failure::Zero);
            }
            Ok(a + b * checked(a * b)?)
        })
        .collect();
    Ok(roots?.iter().sum())
}

#[differentiable]
fn question_in_results(x: &[f64]) -> f64 {
    match all_roots(x) {
        Ok(sum) => sum,
        Err(Failure::Negative) => x[0] * 2.0,
        Err(Failure::Zero) => x[1],
    }
}

#[differentiable]
fn question_in_a_fold(x: &[f64]) -> f64 {
    let product: Option<f64> = x.iter().try_fold(1.0, |acc, v| {
        if *v > 1.0 {
            return None;
        }
        let r = checked(*v).ok()?;
        Some(acc * r + *v)
    });
    product.unwrap_or(x[0] * 3.0)
}

#[derive(Clone, Copy, Tangent)]
struct Pair {
    a: Option<f64>,
    b: Option<f64>,
}

#[differentiable]
fn let_else(pairs: &[Pair], k: f64) -> f64 {
    let values = pairs.iter().map(|p| {
        let Some(a) = p.a else { return k * 2.0 };
        let b = match p.b {
            Some(b) if b > 0.0 => b,
            Some(b) => return a * b * b,
            None => return k,
        };
        a * b * k
    });
    values.sum()
}

#[differentiable]
fn with_let_else(x: &[f64], k: f64) -> f64 {
    let_else(&of_numbers(x), k)
}

#[differentiable]
fn of_numbers(x: &[f64]) -> Vec<Pair> {
    let both = |a: f64, b: f64| Pair { a: Some(a), b: Some(b) };
    vec![
        both(x[0], 1.0 + x[1] * x[1]),
        Pair { a: None, b: Some(x[2]) },
        both(x[1], -0.1 - x[2] * x[2]),
        Pair { a: Some(x[2]), b: None },
    ]
}

#[differentiable]
fn from_a_loop(x: &[f64], k: f64) -> f64 {
    let first_above = |limit: f64| {
        for v in x {
            if *v > limit {
                return v * k;
            }
        }
        k * limit
    };
    let twice = |limit: f64| {
        for i in 0..3 {
            if limit > first_above(0.1 * i as f64) {
                return limit * first_above(limit);
            }
        }
        first_above(limit) + limit
    };
    first_above(0.5) + first_above(x[0]) + twice(0.2 * k)
}

#[differentiable]
fn without_a_value(x: &[f64]) -> f64 {
    let mut s = 0.0;
    x.iter().for_each(|v| {
        if *v < 0.2 {
            return;
        }
        s += v * v;
    });
    s
}

#[differentiable]
fn hidden_name(x: f64, o: Option<f64>) -> f64 {
    // The `x` of the arm is not that of the last line.
    let g = |t: f64| {
        let y: f64 = match o {
            Some(x) => x * x,
            None => return t * t,
        };
        y * x
    };
    g(x)
}

#[differentiable]
fn hidden_by_a_condition(x: f64, o: Option<f64>) -> f64 {
    let g = |t: f64| {
        let mut s = t;
        if let Some(x) = o {
            s += x * x;
        } else {
            return t * t;
        }
        s * x
    };
    g(x)
}

#[differentiable]
fn hidden(x: f64, y: f64) -> f64 {
    let by_an_arm = hidden_name(x, Some(y)) + hidden_name(x, None);
    by_an_arm + hidden_by_a_condition(x, Some(y)) * hidden_by_a_condition(y, None)
}

#[differentiable]
fn step(a: &mut f64) -> f64 {
    *a *= 3.0;
    *a + 1.0
}

#[differentiable]
fn variable_that_changes(x: f64) -> f64 {
    let g = |t: f64| {
        let mut a = t;
        let b = a + root(step(&mut a))? + a;
        Some(a * b + root(b)?)
    };
    g(x).unwrap_or(x) * g(-x * x).unwrap_or(2.0 * x)
}

programs![
    question_after_the_end("`?` in closures that are arguments", 3, |x| question_in_argument(x)),
    local_closure("`return` in local closures", 2, |x| local_closure(x[0], x[1])),
    argument("`return` in closures that are arguments", 2, |x| argument(x[0], x[1])),
    question_in_argument("`?` in closures that are arguments", 4, |x| question_in_argument(x)),
    question_in_chain("`?` in closures of chains", 5, |x| question_in_chain(x)),
    question_in_results("`?` in closures that give results", 3, |x| question_in_results(x)),
    question_in_a_fold("`?` in closures of `try_fold`", 3, |x| question_in_a_fold(x)),
    with_let_else("`let .. else` that leaves a closure", 4, |x| with_let_else(&x[..3], x[3])),
    from_a_loop("`return` in a loop of a closure", 4, |x| from_a_loop(&x[..3], x[3])),
    without_a_value("`return` in closures without a value", 4, |x| without_a_value(x)),
    hidden("names that a closure hides where it may be left", 2, |x| hidden(x[0], x[1])),
    variable_that_changes("variables that change before a `?` of a closure", 1, |x| {
        variable_that_changes(x[0])
    }),
];
