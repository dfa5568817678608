//! Algorithms as programs have them: searches, recurrences, elimination, states that loops carry.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct P {
    a: f64,
    b: f64,
}

#[differentiable]
fn scan_with_early_state(x: &[f64], k: f64) -> f64 {
    let mut c = k;
    let v: Vec<f64> = x
        .iter()
        .scan(P { a: 1.0, b: k }, |s, y| {
            s.a = s.a * y + s.b;
            s.b *= k;
            c += s.a;
            if s.a.abs() > 3.0 { None } else { Some(s.a * c) }
        })
        .collect();
    v.iter().sum::<f64>() * c
}

#[differentiable]
fn nested_scan(m: &[Vec<f64>], k: f64) -> f64 {
    m.iter()
        .map(|row| {
            row.iter()
                .scan(k, |s, y| {
                    *s = *s * 0.5 + y;
                    Some(*s * *s)
                })
                .sum::<f64>()
        })
        .product()
}

#[differentiable]
fn rev_of_zip(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter()).rev().fold(1.0, |s, (a, b)| s * a + b)
}

#[differentiable]
fn max_by_pairs(x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = x
        .iter()
        .zip(y)
        .map(|(p, q)| (p * q, p - q))
        .max_by(|u, v| u.0.partial_cmp(&v.0).unwrap())
        .unwrap();
    a * b
}

#[differentiable]
fn argmax(x: &[f64], k: f64) -> f64 {
    let (i, y) = x.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    y * k + i as f64 * x[i]
}

#[differentiable]
fn argmin_index(x: &[f64], k: f64) -> f64 {
    let i = (0..x.len()).min_by(|a, b| x[*a].total_cmp(&x[*b])).unwrap();
    x[i] * k * x[i]
}

#[differentiable]
fn stack_machine(x: &[f64]) -> f64 {
    let mut stack: Vec<(f64, usize)> = vec![(x[0], 0)];
    let mut out = x[1];
    while let Some((v, d)) = stack.pop() {
        out += v * v * 0.5;
        if d < 2 {
            stack.push((v * x[1], d + 1));
            if v > 0.0 {
                stack.push((v.sin() + x[2], d + 1));
            }
            continue;
        }
        if out > 5.0 {
            break;
        }
    }
    out * x[2] + stack.len() as f64
}

#[differentiable]
fn shadow_and_blocks(x: f64, y: f64) -> f64 {
    let x = {
        let y = x * y;
        let x = y + x;
        x * y
    };
    let y = if let Some(x) = Some(x * y).filter(|v| *v > 0.0) { x + y } else { x };
    x * y
}

#[differentiable]
fn loops_with_labels(x: &[f64], n: usize) -> f64 {
    let mut s = x[0];
    let mut rounds = 0;
    let v = 'outer: loop {
        rounds += 1;
        if rounds > 4 {
            break s * s;
        }
        for i in 0..n {
            let mut j = 0;
            while j < i {
                s = s * 0.8 + x[j % x.len()] * x[i % x.len()];
                if s > 2.0 {
                    break 'outer s * x[1];
                }
                if s < -1.0 {
                    s = -s;
                    continue 'outer;
                }
                j += 1;
            }
        }
        break s;
    };
    v * s + x[2]
}

#[differentiable]
fn update(p: &mut P, k: f64) -> f64 {
    let old = p.a;
    p.a = p.b * k;
    p.b = old;
    old * k
}

#[differentiable]
fn calls_in_conditions(x: f64, y: f64) -> f64 {
    let mut p = P { a: x, b: y };
    let mut n = 0;
    while {
        let e = update(&mut p, 0.9);
        e < 1.0 && n < 4
    } {
        p.b += 0.3 * x;
        n += 1;
    }
    p.a * p.b
}

#[differentiable]
fn matrix_power(m: [[f64; 2]; 2], n: u32) -> f64 {
    let mut r = [[1.0, 0.0], [0.0, 1.0]];
    for _ in 0..n {
        let mut t = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    t[i][j] += r[i][k] * m[k][j];
                }
            }
        }
        r = t;
    }
    r[0][1] * r[1][0] + r[1][1]
}

#[differentiable]
fn in_place_gauss(a: &mut [Vec<f64>], b: &mut [f64]) -> f64 {
    let n = b.len();
    for k in 0..n {
        let p = (k..n).max_by(|i, j| a[*i][k].abs().total_cmp(&a[*j][k].abs())).unwrap();
        a.swap(k, p);
        b.swap(k, p);
        for i in k + 1..n {
            let f = a[i][k] / a[k][k];
            for j in k..n {
                a[i][j] -= f * a[k][j];
            }
            b[i] -= f * b[k];
        }
    }
    for i in (0..n).rev() {
        let s: f64 = (i + 1..n).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - s) / a[i][i];
    }
    b[0] * b[1] + b[n - 1]
}

#[differentiable]
fn solve(x: &[f64]) -> f64 {
    let mut a = vec![
        vec![x[0] + 4.0, x[1], x[2]],
        vec![x[3], x[4] + 5.0, x[5]],
        vec![x[6], x[7], x[8] + 4.5],
    ];
    let mut b = x[9..].to_vec();
    in_place_gauss(&mut a, &mut b)
}

#[differentiable]
fn fn_once_and_mut(x: f64, y: f64) -> f64 {
    let mut total = x;
    let mut add = |k: f64| {
        total += k * y;
        total
    };
    let a = add(x) + add(y);
    let b = apply(&mut add, 2.0);
    a * b + total
}

#[differentiable]
fn apply(f: &mut dyn FnMut(f64) -> f64, x: f64) -> f64 {
    f(x) + f(x * 2.0)
}

#[differentiable]
fn ema(x: &[f64], alpha: f64) -> f64 {
    let mut e = x[0];
    let out: Vec<f64> = x
        .iter()
        .map(|y| {
            e = alpha * y + (1.0 - alpha) * e;
            e
        })
        .collect();
    out.iter().zip(x).map(|(a, b)| (a - b).powi(2)).sum::<f64>() + e
}

#[differentiable]
fn tuple_of_vecs(x: &[f64]) -> f64 {
    let mut t = (x.to_vec(), [x[0]; 2], P { a: x[1], b: x[2] });
    t.0.push(t.1[0] * t.2.a);
    t.1[1] *= t.0[3];
    let (ref v, [p, q], P { a, .. }) = t;
    v[3] * p + q * a * v[2]
}

#[differentiable]
fn string_selects(x: &[f64], name: &str) -> f64 {
    let mut s = 0.0;
    for (i, y) in x.iter().enumerate() {
        let c = name.as_bytes()[i];
        s += match c {
            b'a' => y * y,
            b'b'..=b'f' => y.sin(),
            _ => *y,
        };
    }
    s * x[0]
}

#[differentiable]
fn option_state(x: &[f64]) -> f64 {
    let mut best: Option<(usize, f64)> = None;
    for (i, y) in x.iter().enumerate() {
        best = match best {
            Some((_, b)) if b > *y => best,
            _ => Some((i, *y * x[0])),
        };
    }
    let (i, b) = best.unwrap();
    b * x[i]
}

#[differentiable]
fn take_while_let(x: &[f64]) -> f64 {
    let mut it = x.to_vec();
    let mut s = 1.0;
    while let [first, rest @ ..] = &it[..] {
        s = s * first + 1.0;
        it = rest.to_vec();
    }
    s
}

#[differentiable]
fn linked_arrays(x: &[f64]) -> f64 {
    let mut next = vec![0usize; 4];
    let mut val = vec![0.0; 4];
    for (i, y) in x.iter().enumerate() {
        next[i] = (i * 3 + 1) % 4;
        val[i] = *y;
    }
    let mut at = 0;
    let mut s = 1.0;
    for _ in 0..5 {
        s = s * 0.7 + val[at];
        val[at] *= s;
        at = next[at];
    }
    s * val[2] + val[3]
}

#[differentiable]
fn time_warp(x: &[f64], y: &[f64]) -> f64 {
    let (n, m) = (x.len(), y.len());
    let mut t = vec![vec![f64::INFINITY; m + 1]; n + 1];
    t[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let c = (x[i - 1] - y[j - 1]).powi(2);
            t[i][j] = c + t[i - 1][j].min(t[i][j - 1]).min(t[i - 1][j - 1]);
        }
    }
    t[n][m]
}

#[differentiable]
fn viterbi(x: &[f64]) -> f64 {
    let mut p = [x[0], x[1]];
    for i in 0..3 {
        let q = p;
        for s in 0..2 {
            p[s] = (q[0] + x[s]).max(q[1] * x[1 - s]) + x[i % 2] * 0.3;
        }
    }
    p[0].max(p[1]) * x[2]
}

#[differentiable]
fn fft(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    if n == 1 {
        return;
    }
    let h = n / 2;
    let (mut er, mut ei): (Vec<f64>, Vec<f64>) = (0..h).map(|i| (re[2 * i], im[2 * i])).unzip();
    let (mut or, mut oi): (Vec<f64>, Vec<f64>) =
        (0..h).map(|i| (re[2 * i + 1], im[2 * i + 1])).unzip();
    fft(&mut er, &mut ei);
    fft(&mut or, &mut oi);
    for k in 0..h {
        let a = -std::f64::consts::TAU * k as f64 / n as f64;
        let (s, c) = a.sin_cos();
        let (tr, ti) = (or[k] * c - oi[k] * s, or[k] * s + oi[k] * c);
        re[k] = er[k] + tr;
        im[k] = ei[k] + ti;
        re[k + h] = er[k] - tr;
        im[k + h] = ei[k] - ti;
    }
}

#[differentiable]
fn spectrum(x: &[f64]) -> f64 {
    let mut re = x.to_vec();
    let mut im = vec![0.0; x.len()];
    fft(&mut re, &mut im);
    re.iter().zip(&im).enumerate().map(|(k, (a, b))| (a * a + b * b) * (k + 1) as f64 + a).sum()
}

#[differentiable]
fn quicksort(v: &mut [f64]) {
    if v.len() <= 1 {
        return;
    }
    let last = v.len() - 1;
    let pivot = v[last];
    let mut i = 0;
    for j in 0..last {
        if v[j] < pivot {
            v.swap(i, j);
            i += 1;
        }
    }
    v.swap(i, last);
    quicksort(&mut v[..i]);
    quicksort(&mut v[i + 1..]);
}

#[differentiable]
fn sorted_sum(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    quicksort(&mut v);
    v.iter().enumerate().map(|(i, y)| y * y * (i + 1) as f64).sum()
}

#[differentiable]
fn midpoint(f: &dyn Fn(f64, &[f64; 2]) -> [f64; 2], t: f64, y: [f64; 2], h: f64) -> [f64; 2] {
    let k1 = f(t, &y);
    let k2 = f(t + 0.5 * h, &[y[0] + 0.5 * h * k1[0], y[1] + 0.5 * h * k1[1]]);
    [y[0] + h * k2[0], y[1] + h * k2[1]]
}

#[differentiable]
fn ode(y0: f64, k: f64) -> f64 {
    let mut y = [y0, 0.5];
    let mut t = 0.0;
    for _ in 0..4 {
        y = midpoint(&|t, y| [y[1] * t.cos(), -k * y[0]], t, y, 0.1);
        t += 0.1;
        if y[0] > 1.2 {
            break;
        }
    }
    y[0] * y[1] + t
}

#[differentiable]
fn convolved(x: &[f64], w: &[f64]) -> Vec<f64> {
    x.windows(w.len()).map(|p| p.iter().zip(w).map(|(a, b)| a * b).sum::<f64>()).collect()
}

#[differentiable]
fn network(x: &[f64], w: &[f64]) -> f64 {
    let h: Vec<f64> =
        convolved(x, w).into_iter().map(|a| if a > 0.0 { a } else { 0.1 * a }).collect();
    let pooled: Vec<f64> =
        h.chunks(2).map(|c| c.iter().copied().fold(f64::NEG_INFINITY, f64::max)).collect();
    pooled.iter().map(|p| p * p).sum::<f64>() / pooled.len() as f64
}

#[differentiable]
fn recurrent(x: &[f64], w: &[f64]) -> f64 {
    let sigmoid = |a: f64| 1.0 / (1.0 + (-a).exp());
    x.iter().fold(0.1, |h, y| {
        let z = sigmoid(w[0] * y + w[1] * h);
        let c = (w[2] * y + w[3] * h * z).tanh();
        (1.0 - z) * h + z * c
    })
}

#[differentiable]
fn heap(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = vec![];
    for y in x {
        v.push(*y);
        let mut i = v.len() - 1;
        while i > 0 && v[(i - 1) / 2] > v[i] {
            v.swap(i, (i - 1) / 2);
            i = (i - 1) / 2;
        }
    }
    let mut s = 0.0;
    while let Some(last) = v.pop() {
        if v.is_empty() {
            s = s * 0.5 + last;
            break;
        }
        let top = std::mem::replace(&mut v[0], last);
        s = s * 0.5 + top * top;
        let mut i = 0;
        loop {
            let (l, r) = (2 * i + 1, 2 * i + 2);
            let mut m = i;
            if l < v.len() && v[l] < v[m] {
                m = l;
            }
            if r < v.len() && v[r] < v[m] {
                m = r;
            }
            if m == i {
                break;
            }
            v.swap(i, m);
            i = m;
        }
    }
    s
}

#[differentiable]
fn dijkstra(w: &[f64]) -> f64 {
    let edges = [(0, 1), (1, 2), (0, 2), (2, 3), (1, 3)];
    let mut d = vec![1e3; 4];
    d[0] = 0.0;
    let mut done = [false; 4];
    for _ in 0..5 {
        let Some(u) = (0..4).filter(|i| !done[*i]).min_by(|a, b| d[*a].total_cmp(&d[*b])) else {
            break;
        };
        done[u] = true;
        for (k, &(a, b)) in edges.iter().enumerate() {
            if a == u {
                let t = d[u] + w[k] * w[k];
                if t < d[b] {
                    d[b] = t;
                }
            }
        }
    }
    d[3] + 0.1 * d[1] * d[2]
}

programs![
    scan_with_early_state("`scan` with a struct", 4, |x| scan_with_early_state(&x[..3], x[3])),
    nested_scan("`scan` in chains", 5, |x| nested_scan(&[x[..2].to_vec(), x[2..4].to_vec()], x[4])),
    rev_of_zip("`zip` from its end", 6, |x| rev_of_zip(&x[..3], &x[3..])),
    max_by_pairs("`max_by` of pairs", 6, |x| max_by_pairs(&x[..3], &x[3..])),
    argmax("the greatest and its index", 4, |x| argmax(&x[..3], x[3])),
    argmin_index("the greatest and its index", 4, |x| argmin_index(&x[..3], x[3])),
    stack_machine("a stack of pairs", 3, |x| stack_machine(x)),
    shadow_and_blocks("shadowing in blocks", 2, |x| shadow_and_blocks(x[0], x[1])),
    loops_with_labels("labelled loops with values", 3, |x| loops_with_labels(x, 4)),
    calls_in_conditions("blocks and calls as conditions", 2, |x| calls_in_conditions(x[0], x[1])),
    matrix_power("matrices as arrays", 4, |x| matrix_power([[x[0], x[1]], [x[2], x[3]]], 3)),
    solve("elimination with pivots", 12, |x| solve(x)),
    fn_once_and_mut("`&mut dyn FnMut` parameters", 2, |x| fn_once_and_mut(x[0], x[1])),
    ema("chains whose closures keep a state", 4, |x| ema(&x[..3], x[3])),
    tuple_of_vecs("tuples of vectors and structs", 3, |x| tuple_of_vecs(x)),
    string_selects("text that selects", 3, |x| string_selects(x, "abz")),
    option_state("the best so far in an `Option`", 3, |x| option_state(x)),
    take_while_let("`while let` of slices", 3, |x| take_while_let(x)),
    linked_arrays("lists as arrays of indices", 4, |x| linked_arrays(x)),
    time_warp("dynamic programming", 7, |x| time_warp(&x[..3], &x[3..])),
    viterbi("dynamic programming", 3, |x| viterbi(x)),
    spectrum("the fast Fourier transform", 4, |x| spectrum(x)),
    sorted_sum("quicksort", 5, |x| sorted_sum(x)),
    ode("a solver of `&dyn Fn`", 2, |x| ode(x[0], x[1])),
    network("a small convolutional network", 8, |x| network(&x[..6], &x[6..])),
    recurrent("a recurrent unit", 7, |x| recurrent(&x[..3], &x[3..])),
    heap("a heap", 5, |x| heap(x)),
    dijkstra("shortest paths", 5, |x| dijkstra(x)),
];
