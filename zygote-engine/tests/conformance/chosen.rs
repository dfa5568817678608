//! References that branches choose, guards and patterns of them.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn total(xs: &[f64]) -> f64 {
    xs.iter().map(|x| x * x).sum()
}

#[differentiable]
fn either(a: &[f64], b: &[f64], c: f64) -> f64 {
    let chosen = if c > 0.0 { a } else { b };
    let longest = if a.len() > b.len() { a } else { b };
    let f = |first: bool| {
        let v = if first { a } else { b };
        v.iter().map(|z| z * c).sum::<f64>()
    };
    total(chosen) * c + longest[0] * f(true) + f(false)
}

#[differentiable]
fn slices(x: &[f64]) -> f64 {
    either(&x[..3], &x[2..], x[0]) + either(&x[..1], &x[2..], -x[0] * x[0])
}

#[derive(Clone, Tangent)]
struct Tree {
    w: f64,
    branches: Option<Box<(Tree, Tree)>>,
}

#[differentiable]
impl Tree {
    fn leaf(w: f64) -> Tree {
        Tree { w, branches: None }
    }
    fn walk(&self, x: f64, right: usize) -> f64 {
        match &self.branches {
            None => self.w * x,
            Some(both) => {
                let next = if right % 2 == 0 {
                    &both.0
                } else {
                    let _unused = x;
                    &both.1
                };
                let s = next.w * self.w;
                next.walk(x * 0.5, right / 2) + s
            }
        }
    }
}

#[differentiable]
fn trees(x: &[f64]) -> f64 {
    let inner = Tree { w: x[0], branches: Some(Box::new((Tree::leaf(x[1]), Tree::leaf(x[2])))) };
    let root = Tree { w: x[1], branches: Some(Box::new((inner, Tree::leaf(x[0])))) };
    root.walk(x[2], 0) + root.walk(x[0], 1) * root.walk(x[1], 2)
}

#[differentiable]
fn stepped(v: &[f64], m: usize, k: f64) -> f64 {
    let mut a = v.to_vec();
    let mut b = vec![k; 3];
    let mut s = 0.0;
    for i in 0..4 {
        let r = match i % 3 {
            0 => &mut a,
            1 => {
                b[0] *= k;
                &mut b
            }
            _ => continue,
        };
        r[0] += r[1] * k;
        let q = if i > m {
            &a
        } else if i == m {
            let z = i + 1;
            if z == 9 {
                return k;
            }
            &b
        } else {
            v
        };
        if q[0] > 1.2 {
            break;
        }
        s += q[0] * q[1];
    }
    s + a[0] + b[0] * b[1]
}

#[differentiable]
fn parts(v: &[f64], w: Option<f64>, k: f64) -> f64 {
    let x = match &w {
        Some(x) if *x > 0.5 => x,
        Some(_) => &v[0],
        None => &k,
    };
    let y: &f64 = if k > 0.0 { &v[1] } else { x };
    let k = x * y;
    k * v[0] + y
}

#[differentiable]
fn pairs(a: &[f64], b: &[f64], c: f64) -> f64 {
    let (r, n) = if c > 0.0 { (a, 1.5) } else { (b, c) };
    let mut v = a.to_vec();
    let (large, small) = if c > 0.5 {
        (&mut v, &b[0])
    } else {
        let z = &a[0];
        (&mut v, z)
    };
    large[0] *= small * c;
    r[0] * n * v[0] + b[0]
}

#[derive(Clone, Copy, Tangent)]
enum Op {
    Add,
    Mul,
    Sin,
}

#[derive(Clone, Tangent)]
enum Expr {
    Binary(Op, f64, f64),
    Nested(Box<Expr>, f64),
}

#[differentiable]
fn guarded(e: &Expr, k: Option<usize>) -> f64 {
    match e {
        Expr::Binary(op, a, b)
            if matches!(op, Op::Add | Op::Sin) && !matches!(k, Some(a) if a > 3) =>
        {
            a + b * b
        }
        Expr::Binary(op, a, b)
            if match op {
                Op::Mul => matches!(k, Some(3..)),
                _ => false,
            } =>
        {
            a * b * b
        }
        Expr::Binary(_, a, b) => a * b,
        Expr::Nested(e, k) => guarded(e, None) * k,
    }
}

#[differentiable]
fn guards(x: f64, y: f64) -> f64 {
    let (add, mul) = (Expr::Binary(Op::Add, x, y), Expr::Binary(Op::Mul, x, y));
    let nested = Expr::Nested(Box::new(mul.clone()), y);
    guarded(&add, None) * guarded(&add, Some(7))
        + guarded(&mul, Some(3)) * guarded(&nested, Some(1))
        + guarded(&mul, Some(2))
}

#[differentiable]
fn mixed(x: f64, y: f64) -> f64 {
    let inner = Box::new(Expr::Binary(Op::Add, y, x));
    let mut stack = vec![Expr::Binary(Op::Mul, x, y), Expr::Nested(inner, x)];
    let mut t = 1.0;
    while let Some(e) = stack.pop() {
        match e {
            Expr::Nested(e, k) => {
                stack.push(*e);
                t *= k;
            }
            ref other => t = t * y + guarded(other, None),
        }
    }
    t
}

#[derive(Clone, Tangent)]
struct Node {
    v: f64,
    next: Option<Box<Node>>,
}

#[derive(Clone, Tangent)]
struct Stack {
    head: Option<Box<Node>>,
}

#[differentiable]
impl Stack {
    fn push(&mut self, v: f64) {
        let next = self.head.take();
        self.head = Some(Box::new(Node { v, next }));
    }
    fn pop(&mut self) -> Option<f64> {
        let node = self.head.take().map(|node| *node);
        match node {
            Some(node) => {
                self.head = node.next;
                Some(node.v)
            }
            None => None,
        }
    }
}

#[differentiable]
fn unboxed(x: f64, y: f64) -> f64 {
    let mut stack = Stack { head: None };
    stack.push(x);
    stack.push(x * y);
    let a = stack.pop().unwrap_or(x);
    stack.push(a * y);
    let mut list = stack.head.map(|node| *node);
    let mut s = 0.0;
    while let Some(node) = list {
        s = s * y + node.v * a;
        list = node.next.map(|b| *b);
    }
    let mut other = Stack { head: None };
    s *= other.pop().unwrap_or(y);
    other.push(s);
    s + other.pop().unwrap_or(x) * other.pop().unwrap_or(y)
}

programs![
    slices("`let r = if c { a } else { b }` of references to slices", 4, |x| slices(x)),
    trees("the same of parts: down a tree", 3, |x| trees(x)),
    exclusive("the same in a loop, of exclusive references", 3, |x| stepped(&x[..2], 2, x[2])),
    numbers(
        "the same of `match`, of references to numbers",
        3,
        |x| parts(&x[..2], None, x[2]),
        |x| {
            let (value, (v, _, k)) = value_and_gradient!(parts, &x[..2], None, x[2]);
            (value, (v, k))
        }
    ),
    others(
        "the same where another branch is taken",
        2,
        |x| parts(x, Some(3.0), 0.5),
        |x| {
            let (value, (v, ..)) = value_and_gradient!(parts, x, Some(3.0), 0.5);
            (value, v)
        }
    ),
    with_others("the same in a tuple", 3, |x| pairs(&x[..1], &x[1..2], x[2])),
    guards("`matches!` and `match` in guards", 2, |x| guards(x[0], x[1])),
    mixed("`ref` beside an arm that takes a box out of the value", 2, |x| mixed(x[0], x[1])),
    unboxed("`next.map(|b| *b)` of a box", 2, |x| unboxed(x[0], x[1])),
];
