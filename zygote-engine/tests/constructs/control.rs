//! Branches, loops and exits, every way taken.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn branches(x: f64, y: f64) -> f64 {
    let mut s = x * y;
    if x > 0.5 {
        s = s * s;
        s += x;
    } else if x < -0.5 {
        let t = s * y;
        s = t.sin() + s;
    } else {
        s *= y;
    }
    if y > 0.0 {
        s *= 2.0 * y;
    }
    let z = if s > 1.0 {
        s.ln()
    } else if s > 0.0 {
        s * x
    } else {
        -s
    };
    z * x + s
}

#[differentiable]
fn select(x: f64, k: i32) -> f64 {
    let y = match k {
        0 => x * x,
        1 | 2 => x.sin(),
        3..=5 => {
            let z = x * k as f64;
            z * z
        }
        n if n % 2 == 0 => x * n as f64,
        other => x / other as f64,
    };
    match k > 3 {
        true => y * y,
        false => y + x,
    }
}

#[differentiable]
fn select_statement(x: &[f64], mode: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        match (i + mode) % 3 {
            0 => s += x[i] * x[i],
            1 => {
                s *= x[i];
            }
            _ => {}
        }
    }
    s
}

#[test]
fn if_and_match() {
    check(
        2,
        |x| branches(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(branches, x[0], x[1]);
            vec![a, b]
        },
    );
    for k in 0..9 {
        check(1, |x| select(x[0], k), |x| vec![gradient!(select, x[0], k)]);
    }
    for mode in 0..3 {
        check(5, |x| select_statement(x, mode), |x| gradient!(select_statement, x, mode));
    }
}

#[differentiable]
fn newton(a: f64) -> f64 {
    let target = a * a + 2.0;
    let mut x = 1.0;
    let mut error = 1.0;
    while error > 1e-10 {
        let next = 0.5 * (x + target / x);
        error = (next - x).abs();
        x = next;
    }
    x * a
}

#[differentiable]
fn count_down(x: f64, n: usize) -> f64 {
    let mut k = n;
    let mut p = x;
    while k > 0 {
        p = p * x + k as f64;
        k -= 1;
    }
    p
}

#[differentiable]
fn endless(x: f64) -> f64 {
    let mut s = x;
    let mut k = 0;
    loop {
        s = s * 1.5 + x * x;
        k += 1;
        if s.abs() > 10.0 || k == 12 {
            break;
        }
    }
    s * x
}

#[test]
fn while_and_loop() {
    check(1, |x| newton(x[0]), |x| vec![gradient!(newton, x[0])]);
    for n in [0, 1, 4] {
        check(1, |x| count_down(x[0], n), |x| vec![gradient!(count_down, x[0], n)]);
    }
    check(1, |x| endless(x[0]), |x| vec![gradient!(endless, x[0])]);
}

#[differentiable]
fn leaving(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < -0.8 {
            continue;
        }
        let t = s * x[i];
        if t > 2.0 {
            s += x[i] * t;
            break;
        }
        if t < -1.5 {
            return t * s;
        }
        s = t + 1.0;
        if s > 1.2 {
            s *= x[i];
        } else {
            continue;
        }
        s += 0.5;
    }
    s * x[0]
}

#[differentiable]
fn labelled(x: &[f64], n: usize) -> f64 {
    let mut s = 0.5;
    'outer: for i in 0..n {
        let mut row = x[i];
        for j in 0..n {
            if j > i && x[j] > 0.9 {
                continue 'outer;
            }
            row = row * x[j] + s;
            if row > 3.0 {
                s += row;
                break 'outer;
            }
            if row < -1.0 {
                break;
            }
        }
        s = s + row * 0.5;
    }
    s
}

#[differentiable]
fn labels_of_inner_loops(x: &[f64]) -> f64 {
    let mut s = 0.5;
    'outer: for i in 0..x.len() {
        s = s * x[i] + 1.0;
        'inner: for j in 0..3 {
            if x[j] > 1.0 {
                continue 'outer;
            }
            if s > 2.0 {
                break 'inner;
            }
            s *= x[j];
        }
    }
    for i in 0..x.len() {
        s = s * 0.5 + x[i] * s;
        'last: for j in 0..2 {
            if s > 1.0 {
                break 'last;
            }
            s = s * x[j] + 0.1;
        }
    }
    s
}

#[differentiable]
fn nested_returns(x: &[f64]) -> f64 {
    for i in 0..x.len() {
        let mut p = x[i];
        for j in i..x.len() {
            p *= x[j] + 0.3;
            if p > 0.8 {
                if i > 1 {
                    return p.sin();
                }
                return p * x[0];
            }
        }
    }
    let s = x[0] + x[1];
    if s > 0.0 {
        s * s
    } else {
        return -s;
    }
}

#[differentiable]
fn exits_in_values(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let y = if x[i] > 1.0 { break } else { x[i] * x[i] };
        let z = match i {
            3 => return s * y,
            _ if y > 0.9 => continue,
            _ => y + x[0],
        };
        s += y * z;
    }
    s
}

#[differentiable]
fn either_may_leave(x: f64, y: f64) -> f64 {
    let a: f64 = if x > 0.0 {
        if y > 1.0 {
            return x;
        }
        x * y
    } else {
        if y < -1.0 {
            return y * y;
        }
        x + y
    };
    a * a
}

#[test]
fn exits() {
    check(6, leaving, |x| gradient!(leaving, x));
    check(5, |x| labelled(x, 5), |x| gradient!(labelled, x, 5));
    check(4, labels_of_inner_loops, |x| gradient!(labels_of_inner_loops, x));
    check(4, nested_returns, |x| gradient!(nested_returns, x));
    check(5, exits_in_values, |x| gradient!(exits_in_values, x));
    check(
        2,
        |x| either_may_leave(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(either_may_leave, x[0], x[1]);
            vec![a, b]
        },
    );
}

#[differentiable]
fn while_with_exits(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut k = 0;
    while k < 20 {
        k += 1;
        if a > 4.0 {
            break;
        }
        if k % 3 == 0 {
            continue;
        }
        a = a * y + x;
        if a < -4.0 {
            return a * a;
        }
    }
    a
}

#[differentiable]
fn lazy(x: f64, v: &[f64]) -> f64 {
    let mut i = 0;
    while i < v.len() && v[i] < x {
        i += 1;
    }
    if i == v.len() || v[i] > 1.0 { x * x } else { x * v[i] }
}

#[differentiable]
fn deferred(x: f64) -> f64 {
    let y;
    if x > 0.2 {
        y = x * x;
    } else {
        y = -x;
    }
    let z: f64;
    z = y * x;
    z + y
}

#[test]
fn conditions_and_deferred_values() {
    check(
        2,
        |x| while_with_exits(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(while_with_exits, x[0], x[1]);
            vec![a, b]
        },
    );
    check(
        4,
        |x| lazy(x[0], &x[1..]),
        |x| {
            let (a, mut b) = gradient!(lazy, x[0], &x[1..]);
            b.insert(0, a);
            b
        },
    );
    check(1, |x| deferred(x[0]), |x| vec![gradient!(deferred, x[0])]);
}

#[differentiable]
fn nothing_happens(x: f64, n: usize) -> f64 {
    let mut unused = 0;
    for i in 0..n {
        unused += i;
        assert!(unused < 1000);
    }
    x
}

#[test]
fn loops_without_derivative() {
    assert_eq!(gradient!(nothing_happens, 2.0, 5), 1.0);
}
