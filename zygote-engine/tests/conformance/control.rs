//! Control flow of statements, and exits of all kinds.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn branches(x: f64, y: f64) -> f64 {
    if x > y {
        x * y
    } else if x > 0.0 && y < 1.2 {
        x.sin() + y
    } else {
        y * y
    }
}

#[differentiable]
fn branch_without_else(x: f64, y: f64) -> f64 {
    let mut s = x;
    if x < 0.0 {
        s = s * y + x;
    }
    if !(y > 0.0) || s > 1.0 {
        s *= s;
    }
    s
}

#[differentiable]
fn early_returns(x: f64, y: f64) -> f64 {
    if x < -1.0 {
        return y;
    }
    let z = x * y;
    if z > 0.5 {
        return z * z;
    }
    z + y
}

#[differentiable]
fn while_loop(x: f64) -> f64 {
    let mut y = 1.0 + x * x;
    let mut n = 0;
    while y < 20.0 && n < 10 {
        y = y * 1.5 + x;
        n += 1;
    }
    y / n.max(1) as f64
}

#[differentiable]
fn endless_loop(x: f64, y: f64) -> f64 {
    let mut s = x;
    let mut k = 0;
    loop {
        k += 1;
        if k % 2 == 0 {
            continue;
        }
        s = s * y + 0.5;
        if s.abs() > 2.0 || k > 6 {
            break;
        }
    }
    s * x
}

#[differentiable]
fn loop_value(x: f64) -> f64 {
    let mut y = 1.0;
    let found = loop {
        y += 0.5 * x * x + 0.2;
        if y > 2.0 {
            break y * x;
        }
        if y * x > 1.5 {
            break y;
        }
    };
    found + x
}

#[differentiable]
fn labelled_block(x: f64, y: f64) -> f64 {
    let z = 'search: {
        if x > y {
            break 'search x * y;
        }
        if x > 0.0 {
            break 'search x;
        }
        y * y
    };
    z * z + x
}

#[differentiable]
fn labelled_statement(x: f64) -> f64 {
    let mut s = x;
    'part: {
        s *= x;
        if s > 1.0 {
            break 'part;
        }
        s += 1.0;
    }
    s * x
}

#[differentiable]
fn nested_loops(x: &[f64], n: usize) -> f64 {
    let mut s = 0.5;
    for i in 0..n {
        let mut t = x[i % x.len()];
        while t.abs() > 0.3 {
            t *= 0.5 * x[0].sin();
            s += t;
        }
        for j in i..n {
            s = s * 0.9 + t * x[j % x.len()];
        }
    }
    s
}

#[differentiable]
fn blocks(x: f64, y: f64) -> f64 {
    let a = {
        let b = x * y;
        let c = b.sin();
        b * c
    };
    let d = if a > 0.2 {
        let e = a * x;
        e + 1.0
    } else {
        a
    };
    a * d
}

#[differentiable]
fn deferred(x: f64, y: f64) -> f64 {
    let z;
    if x > 0.0 {
        z = x * y;
    } else {
        z = y.cos();
    }
    let (a, b);
    (a, b) = (z * x, z);
    a * b
}

#[differentiable]
fn exits_in_operands(x: f64, y: f64) -> f64 {
    let z = 2.0 * if x > 0.5 { x } else { return y * x };
    z * y
}

#[differentiable]
fn return_from_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        for j in 0..i {
            s += x[i] * x[j];
            if s > 2.0 {
                return s * x[i];
            }
        }
    }
    s
}

#[differentiable]
fn newton(a: f64) -> f64 {
    let mut x = 1.0 + a * a;
    for _ in 0..50 {
        let next = 0.5 * (x + (2.0 + a) / x);
        if (next - x).abs() < 1e-14 {
            break;
        }
        x = next;
    }
    x
}

#[differentiable]
fn bisection_free(x: f64) -> f64 {
    // a root of y^3 + y = x, by fixed steps
    let mut y = x / (1.0 + x * x);
    let mut residual = y * y * y + y - x;
    let mut n = 0;
    while residual.abs() > 1e-13 && n < 40 {
        y -= residual / (3.0 * y * y + 1.0);
        residual = y * y * y + y - x;
        n += 1;
    }
    y
}

#[differentiable]
fn found_or_left(x: f64, #[constant] limit: f64) -> f64 {
    let mut z = x;
    let power = loop {
        z = z * (1.2 + x * x);
        if z > limit {
            break z;
        }
        if z < -limit {
            return z * x;
        }
        z += 0.1 * x;
    };
    power * limit
}

#[differentiable]
fn left_below(x: f64) -> f64 {
    found_or_left(-x, 2.0)
}

#[differentiable]
fn loop_at_the_end(x: f64, #[constant] limit: f64) -> f64 {
    let mut z = 1.0 + x * x;
    let mut k = 0;
    loop {
        z = z * 1.5 + x;
        k += 1;
        if k > 4 {
            return x;
        }
        if z > limit {
            break z * limit;
        }
    }
}

#[differentiable]
fn printed(x: &[f64], k: f64) -> f64 {
    let y = dbg!(x[0] * k) * x[1];
    let (a, b) = dbg!(y * y, k);
    dbg!(x);
    dbg!(&a, b + 1.0);
    let mut v = dbg!(x.to_vec(), k).0;
    dbg!(&mut v).push(k);
    v[0] *= 2.0;
    dbg!();
    a * b + dbg!(v[0]) * dbg!(v)[1]
}

#[differentiable]
fn asserted(x: &[f64], k: f64) -> f64 {
    assert!(
        {
            let n = x.len();
            n > 1
        },
        "{} numbers",
        x.len()
    );
    debug_assert!(x.iter().all(|v| {
        let (s, k) = (v * v, 1.0);
        s < 100.0 * k
    }));
    println!("{:?}", {
        let mut n = x.to_vec();
        n.reverse();
        n
    });
    x[0] * x[1] * k
}

#[differentiable]
fn variables_without_a_value(x: f64, v: &[f64]) -> f64 {
    let mut next;
    let mut at = 1.0 + 2.0 * x * x;
    let (mut a, b);
    let mut list: Vec<f64>;
    let mut n;
    loop {
        next = 0.5 * (at + (1.0 + x * x) / at);
        if (next - at).abs() < 0.1 {
            break;
        }
        at = next;
    }
    n = 0;
    a = next * at;
    b = a * x;
    if b > 0.5 {
        list = v.to_vec();
        n += 2;
    } else {
        list = Vec::new();
    }
    list.push(x * a);
    a += 1.0;
    a * b + list.iter().map(|y| y * y).sum::<f64>() * (n + 1) as f64
}

#[derive(Clone, Copy, Tangent)]
struct Place {
    x: f64,
    y: f64,
}
#[derive(Clone, Tangent)]
enum Found {
    Exact(f64),
    Near { at: f64, off: f64 },
}
/// The types of the values have no `Default`.
#[differentiable]
fn search(x: f64, n: usize) -> Found {
    let mut a = 0.5;
    let mut k = 0;
    loop {
        a = a * x + 0.1 * x;
        k += 1;
        if a > 2.0 {
            break Found::Exact(a * x);
        }
        if k == n {
            break Found::Near { at: a, off: x * x };
        }
    }
}
#[differentiable]
fn values_without_default(x: f64, y: f64) -> f64 {
    let p = 'found: {
        if x > y {
            break 'found Place { x: x * x, y };
        }
        let q = x * y;
        if q > 1.0 {
            break 'found Place { x: q, y: x };
        }
        Place { x: y, y: q * q }
    };
    let mut turns = 0;
    let n = loop {
        turns += 1;
        if x < 1.0 || turns > 1 {
            break 3;
        }
    };
    let s = 'outer: loop {
        let mut t = x;
        for i in 0..n {
            t *= y;
            if t > 2.9 {
                break 'outer (t, Place { x: t * y, y: x });
            }
            if i == 2 {
                break 'outer (t * t, p);
            }
        }
    };
    let z = match search(x, 4) {
        Found::Exact(a) => a,
        Found::Near { at, off } => at * off,
    };
    let w = 'w: {
        if x > 1.0 {
            break 'w x * y;
        }
        y
    };
    p.x * p.y + s.0 * s.1.x * s.1.y + z + w
}
#[differentiable]
fn blocks_that_end_by_leaving(x: f64, y: f64) -> f64 {
    let t = 'c: {
        if x > 0.0 {
            break 'c y * x;
        }
        if y > 0.0 {
            return x * y * y;
        } else {
            return x * x * y;
        }
    };
    'd: {
        if t > 0.5 {
            break 'd;
        }
        return t * 3.0;
    }
    t * y
}

#[differentiable]
fn blocks_that_end_the_trip(x: &[f64]) -> f64 {
    let mut s = 1.0;
    'trips: for (i, y) in x.iter().enumerate() {
        'c: {
            if *y > 0.0 {
                break 'c;
            }
            s *= y;
            continue 'trips;
        }
        s += y * x[(i + 1) % 3];
        'd: {
            if *y < 1.0 {
                break 'd;
            }
            match i {
                0 => s += x[2],
                1 => return s * x[2],
                _ => break 'trips,
            }
            break 'trips;
        }
    }
    s * x[0]
}

/// The value of the function is that of a block.
#[differentiable]
fn block_that_is_the_value(x: f64, y: f64) -> f64 {
    let s = x * y;
    'a: {
        if s > 1.0 {
            break 'a s * s;
        }
        if s < -1.0 {
            return x + y;
        }
        s * x
    }
}

#[differentiable]
fn block_at_the_end(v: &mut [f64]) {
    v[0] *= v[1];
    'a: {
        if v[0] > 1.0 {
            break 'a;
        }
        if v[1] > 0.5 {
            v[0] = 2.0 * v[2];
            return;
        }
        v[1] *= v[0];
    }
}

#[differentiable]
fn after_a_block_at_the_end(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    block_at_the_end(&mut v);
    v[0] * v[1] + v[2]
}

programs![
    block_that_is_the_value("labelled blocks that end by leaving", 2, |x| {
        block_that_is_the_value(x[0], x[1])
    }),
    after_a_block_at_the_end("labelled blocks that end by leaving", 3, |x| {
        after_a_block_at_the_end(x)
    }),
    blocks_that_end_by_leaving("labelled blocks that end by leaving", 2, |x| {
        blocks_that_end_by_leaving(x[0], x[1])
    }),
    blocks_that_end_the_trip("labelled blocks that end by leaving", 3, |x| {
        blocks_that_end_the_trip(x)
    }),
    values_without_default("labelled blocks and loops with values of any type", 2, |x| {
        values_without_default(x[0], x[1])
    }),
    branches("`if`, `else if`, `else`", 2, |x| branches(x[0], x[1])),
    branch_without_else("`if` as a statement", 2, |x| branch_without_else(x[0], x[1])),
    early_returns("early `return`", 2, |x| early_returns(x[0], x[1])),
    while_loop("`while`", 1, |x| while_loop(x[0])),
    newton("iteration to a tolerance", 1, |x| newton(x[0])),
    bisection_free("iteration to a tolerance", 1, |x| bisection_free(x[0])),
    endless_loop("`loop` with `break` and `continue`", 2, |x| endless_loop(x[0], x[1])),
    loop_value("`break` with a value", 1, |x| loop_value(x[0])),
    labelled_block("labelled blocks", 2, |x| labelled_block(x[0], x[1])),
    labelled_statement("labelled blocks", 1, |x| labelled_statement(x[0])),
    nested_loops("nested loops", 3, |x| nested_loops(x, 4)),
    blocks("blocks as values", 2, |x| blocks(x[0], x[1])),
    deferred("variables assigned later", 2, |x| deferred(x[0], x[1])),
    exits_in_operands("exits inside an operand", 2, |x| exits_in_operands(x[0], x[1])),
    return_from_a_loop("`return` from nested loops", 4, |x| return_from_a_loop(x)),
    found_or_left("loops with a value that return", 1, |x| found_or_left(x[0], 4.0)),
    found_or_left_below("loops with a value that return", 1, |x| left_below(x[0])),
    loop_at_the_end("loops with a value that return", 1, |x| loop_at_the_end(x[0], 9.0)),
    printed("`dbg!`", 3, |x| printed(&x[..2], x[2])),
    asserted("`let` in assertions", 3, |x| asserted(&x[..2], x[2])),
    variables_without_a_value("`let mut x;`", 3, |x| variables_without_a_value(x[0], &x[1..])),
];
