//! Values of branches of which some leave, and branches that never return.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Point {
    x: f64,
    tags: Vec<f64>,
}

impl Point {
    fn at(x: f64) -> Self {
        Self { x, tags: vec![1.0, 2.0] }
    }
}

#[differentiable]
fn chosen(p: &[Point], k: usize, y: f64) -> Option<f64> {
    let q = match k {
        0 => p[0].clone(),
        1 => Point { x: y, tags: vec![y, y * y] },
        _ => return None,
    };
    let r: Point = if k == 0 {
        Point { x: q.x * y, ..q.clone() }
    } else if y > 1.0 {
        return None;
    } else {
        p[k].clone()
    };
    Some(q.x * r.x + q.tags[1] * r.tags[0] * y)
}

#[differentiable]
fn structs(x: &[f64]) -> f64 {
    let points: Vec<Point> = x.iter().map(|x| Point { x: *x, tags: vec![*x, 2.0 * x] }).collect();
    let known = chosen(&points, 0, x[1]).unwrap_or(0.0) + chosen(&points, 1, x[2]).unwrap_or(x[1]);
    known + chosen(&points, 2, x[0]).unwrap_or(x[0] * x[1])
}

#[derive(Clone, Tangent)]
enum Measured {
    Range(#[constant] usize, f64),
    Compass(f64),
    Nothing,
}

#[differentiable]
fn weighed(z: &Measured, table: &[f64]) -> Option<f64> {
    let (innovation, slope) = match z {
        Measured::Range(k, r) => {
            let l = table.get(*k)?;
            if *l > 1.0 {
                return Some(*l);
            }
            (r - l, [*l, 0.5])
        }
        Measured::Compass(t) => (*t * table[0], [0.0, 1.0]),
        Measured::Nothing => return Some(table[0]),
    };
    Some(innovation * innovation * slope[1] + slope[0])
}

#[differentiable]
fn tuples(x: &[f64]) -> f64 {
    let all = [
        Measured::Range(0, x[0]),
        Measured::Range(7, x[0]),
        Measured::Compass(x[1]),
        Measured::Nothing,
    ];
    let mut s = 0.0;
    for z in all.iter() {
        s = s * x[1] + weighed(z, x).unwrap_or(x[1]);
    }
    s
}

#[derive(Clone, Copy, Tangent)]
enum Kind {
    Start(usize),
    Finish { job: usize, cost: f64 },
    Breakdown,
    End,
}

#[differentiable]
fn indices(x: &[f64]) -> f64 {
    let events = [
        Kind::Start(0),
        Kind::Breakdown,
        Kind::Finish { job: 1, cost: x[2] },
        Kind::Start(2),
        Kind::End,
        Kind::Start(0),
    ];
    let mut s = 1.0;
    for kind in events {
        let job = match kind {
            Kind::Start(j) => j,
            Kind::Finish { job, cost } => {
                s *= cost;
                job
            }
            Kind::Breakdown => continue,
            Kind::End => break,
        };
        s += x[job] * x[job];
    }
    s
}

#[differentiable]
fn evaluated(program: &str, x: &[f64]) -> Result<f64, String> {
    let mut stack = vec![];
    for op in program.chars() {
        if op == 'a' || op == 'b' {
            stack.push(if op == 'a' { x[0] } else { x[1] });
            continue;
        }
        let b = stack.pop().ok_or("empty")?;
        let a: f64 = stack.pop().ok_or("empty")?;
        stack.push(match op {
            '+' => a + b,
            '*' => a * b,
            '/' if b.abs() > 0.3 => a / b,
            '/' => return Err("division by zero".into()),
            _ => return Err(format!("{op}?")),
        });
    }
    stack.pop().ok_or("empty".to_string())
}

#[differentiable]
fn operands(x: &[f64]) -> f64 {
    let known = evaluated("ab*a+b/", x).unwrap_or(0.0);
    known + evaluated("ab?", x).unwrap_or(x[0]) + evaluated("ab+", x).unwrap() * x[1]
}

#[differentiable]
fn listed(xs: &[f64], k: usize, t: f64) -> Result<f64, String> {
    let mut v = xs.to_vec();
    let mut s = 0.0;
    for i in 0..10 {
        let mut w = if i % 3 == 0 {
            v.clone()
        } else if i % 3 == 1 {
            if i > 3 && t > 0.5 {
                break;
            }
            vec![t; 2]
        } else if i == k {
            return Err("no".into());
        } else {
            continue;
        };
        w[0] *= t;
        let (a, b): (f64, Vec<f64>) = match i {
            0 => (1.5, w),
            1 | 2 => {
                let z = xs.get(i).ok_or("short")?;
                (*z, vec![*z, t])
            }
            3 => {
                v[0] *= t;
                (t, vec![v[0], w[0]])
            }
            _ => break,
        };
        v[0] += a * b[0];
        s += b.iter().sum::<f64>() * a;
    }
    Ok(s + v[0])
}

#[differentiable]
fn lists(x: &[f64]) -> f64 {
    let some = listed(&x[..3], 100, x[3]).unwrap_or(0.0);
    some + listed(x, 2, x[0]).unwrap_or(x[0] * x[1])
}

#[differentiable]
fn either<T: Real>(k: usize, t: T, u: T) -> Option<T> {
    let (a, b) = match k {
        0 => (t, t * u),
        1 => (u * t, u),
        2 => (t, u),
        _ => return None,
    };
    let all = match k {
        0 => vec![a],
        1 => vec![a, b],
        _ => return None,
    };
    Some(a * b * all[k])
}

#[differentiable]
fn generic(x: f64, y: f64) -> f64 {
    either(0, x, y).unwrap() + either(1, x, y).unwrap_or(x) + either(2, x, y).unwrap_or(x * y)
        - either(3, x, y).unwrap_or(y)
}

#[derive(Clone, Tangent)]
struct Model {
    points: Vec<Point>,
    gain: f64,
}

#[differentiable]
impl Model {
    fn step(&mut self, k: usize) -> Option<f64> {
        let p = match k {
            0 => self.points[0].clone(),
            1 => {
                self.gain *= 2.0;
                Point { x: self.gain, tags: vec![] }
            }
            2 => {
                self.gain *= self.points[0].x;
                return None;
            }
            _ => return None,
        };
        self.points.push(p);
        Some(self.points.iter().map(|p| p.x * self.gain).sum())
    }
}

#[differentiable]
fn changed_before(x: f64, y: f64) -> f64 {
    let mut model = Model { points: vec![Point { x, tags: vec![y] }], gain: y };
    let first = model.step(0).unwrap() + model.step(2).unwrap_or(x) * model.step(3).unwrap_or(y);
    first * model.step(1).unwrap() + model.gain + model.points[1].x * model.points[2].x
}

#[differentiable]
fn in_closures(x: f64, y: f64) -> f64 {
    let g = |k: usize, z: f64| {
        let p = match k {
            0 => Point { x: z, tags: vec![z] },
            1 => Point { x: z * y, tags: vec![y] },
            2 => unreachable!(),
            _ => return 0.5 * y,
        };
        p.x * p.tags[0]
    };
    let p = {
        if y < -1.0 {
            return y;
        }
        Point { x: y * y, tags: vec![x] }
    };
    let chain: f64 = (0..4).map(|k| if k == 2 { x } else { g(k, x * y) }).sum();
    chain + g(0, x) * p.x + p.tags[0]
}

#[differentiable]
fn shadowed(x: f64, y: f64) -> f64 {
    let (a, v) = (x, if x < y + 1.0 { Some(y) } else { None });
    let v = match v {
        Some(a) if a > 1.0 => return a,
        Some(a) => (a, a * x),
        None if x > 0.7 => (x, y),
        None => return x,
    };
    a * v.0 + v.1
}

#[differentiable]
fn by_default(k: usize, x: f64) -> f64 {
    let p = 'found: {
        for i in 0..3 {
            if i == k {
                break 'found vec![x; i + 1];
            }
            if i > 1 {
                return x;
            }
        }
        vec![]
    };
    p.iter().sum::<f64>() * x
}

#[differentiable]
fn labelled(x: f64) -> f64 {
    by_default(1, x) + by_default(2, x) * x + by_default(5, x)
}

#[differentiable]
fn located(xs: &[f64], t: f64) -> (usize, f64) {
    let mut rest = t * t;
    for (i, x) in xs.iter().enumerate() {
        if rest <= x * x || i + 1 == xs.len() {
            return (i, rest);
        }
        rest -= x * x;
    }
    unreachable!()
}

#[differentiable]
fn above(xs: &[f64], t: f64) -> f64 {
    let mut k = 0;
    loop {
        if xs[k] >= t {
            return xs[k] * t;
        }
        k += 1;
        if k == xs.len() {
            panic!("none above {t}");
        }
    }
}

#[differentiable]
fn ends(x: &[f64]) -> f64 {
    let (k, rest) = located(&x[..3], x[3]);
    rest * x[k] + above(x, x[2])
}

#[differentiable]
fn doubled(v: &mut [f64], k: usize) {
    if k == 0 {
        v[0] *= 2.0 * v[1];
        return;
    }
    todo!()
}

#[differentiable]
fn selected(k: usize, t: f64, u: f64) -> f64 {
    let v = match k {
        0 => t * u,
        1 | 3 | 4 => {
            let z = t * t;
            z * u
        }
        2 => {
            let z = k + 1;
            panic!("no {z}")
        }
        _ => unreachable!("{k}"),
    };
    if t > 5.0 {
        panic!("large");
    }
    let w = v * match k {
        0 => u,
        1 | 3 => t,
        _ => unimplemented!(),
    };
    if k == 0 {
        return w * t;
    } else if k == 1 {
        w + u
    } else {
        unimplemented!("{k} {t}");
    }
}

#[differentiable]
fn arms(x: f64, y: f64) -> f64 {
    let mut v = [x, y];
    doubled(&mut v, 0);
    selected(0, x, y) + selected(1, v[0], y)
}

#[differentiable]
fn alternatives(v: &[f64], found: Result<f64, String>, some: Option<f64>) -> f64 {
    let a = found.unwrap_or_else(|e| panic!("none: {e}"));
    let b = v.iter().copied().reduce(|a, b| a * b).unwrap_or_else(|| unreachable!());
    let Some(c) = some else { panic!("none") };
    let d = v.get(1).unwrap_or_else(|| panic!("short"));
    let g = |z: f64| if z > 5.0 { panic!("large") } else { z * c };
    let h = some.map_or_else(|| unreachable!(), |z| z * z);
    a * b
        + g(c) * d
        + g(a)
        + h
        + v.iter().map(|z| if *z > 5.0 { todo!() } else { z * a }).sum::<f64>()
}

programs![
    alternative_that_panics("`unwrap_or_else(|| panic!())`", || {
        let none = std::panic::catch_unwind(|| gradient!(alternatives, &[1.0, 2.0], Ok(1.0), None));
        assert_eq!(none.err().and_then(|e| e.downcast_ref::<&str>().copied()), Some("none"));
    }),
    stack_without_values(
        "the same as an operand: `v.push(match op { .., _ => return .. })`",
        || {
            for program in ["+", "a+"] {
                let d = value_and_gradient!(
                    |x: &[f64]| evaluated(program, x).unwrap_or(x[1] * x[1]),
                    &[2.0, 3.0]
                );
                assert_eq!(d, (9.0, vec![0.0, 6.0]));
            }
            let d =
                gradient!(|xs: &[f64], t: f64| listed(xs, 100, t).unwrap_or(t * t), &[2.0], 0.3);
            assert_eq!(d, (vec![0.0], 0.6));
        }
    ),
    structs("`let` of several branches of which one leaves: structs", 3, |x| structs(x)),
    tuples("the same: tuples, with `?` in a branch", 2, |x| tuples(x)),
    indices("the same: `continue` and `break`, of an index", 3, |x| indices(x)),
    operands("the same as an operand: `v.push(match op { .., _ => return .. })`", 2, |x| operands(
        x
    )),
    lists("the same: lists, in a loop", 4, |x| lists(x)),
    generic("the same of type parameters", 2, |x| generic(x[0], x[1])),
    changed_before("the same with changes in the branches", 2, |x| changed_before(x[0], x[1])),
    in_closures("the same in a closure, of a block", 2, |x| in_closures(x[0], x[1])),
    shadowed("the same with names of the patterns that hide others", 2, |x| shadowed(x[0], x[1])),
    labelled("a labelled block with a value that may leave the function", 1, |x| labelled(x[0])),
    ends("a function that ends with `unreachable!()` or `panic!()` after a loop", 4, |x| ends(x)),
    arms("`panic!`, `unreachable!`, `todo!` as the value of an arm or branch", 2, |x| arms(
        x[0], x[1]
    )),
    alternatives("`unwrap_or_else(|| panic!())`", 4, |x| alternatives(
        &x[..2],
        Ok(x[2]),
        Some(x[3])
    )),
    panics("a branch that never returns panics", || {
        let panics = |k| std::panic::catch_unwind(|| gradient!(selected, k, 1.0, 2.0)).is_err();
        assert!(!panics(1));
        assert!(panics(2) && panics(3) && panics(4) && panics(6));
        fn does_panic<T>(f: impl FnOnce() -> T + std::panic::UnwindSafe) -> bool {
            std::panic::catch_unwind(f).is_err()
        }
        assert!(does_panic(|| gradient!(selected, 0, 6.0, 2.0)));
        assert!(does_panic(|| gradient!(above, &[1.0, 2.0], 3.0)));
        assert!(does_panic(|| pullback!(doubled, &mut vec![1.0, 2.0], 1).0));
        let all =
            |v: [f64; 2], c: f64| does_panic(move || gradient!(alternatives, &v, Ok(1.0), Some(c)));
        assert!(!all([1.0, 2.0], 2.0));
        assert!(all([1.0, 6.0], 2.0) && all([1.0, 2.0], 6.0));
        let at = [Point::at(1.0)];
        let (value, back) = pullback!(chosen, &at, 5, 1.0);
        assert_eq!(value, None);
        assert_eq!(back(None).1, 0.0);
    }),
];
