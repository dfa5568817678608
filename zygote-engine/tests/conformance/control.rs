//! Control flow of statements, and exits of all kinds.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn branches(x: f64, y: f64) -> f64 {
    if x > y {
        x * y
    } else if x > 0.0 && y < 0.5 {
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
    let d = if a > 0.0 {
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

programs![
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
];
