//! Enums: variants with fields, trees, states.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
enum Kind {
    Linear,
    Square,
    Sine,
}

#[differentiable]
fn selected(kind: Kind, x: f64) -> f64 {
    match kind {
        Kind::Linear => 2.0 * x,
        Kind::Square => x * x,
        Kind::Sine => x.sin(),
    }
}

#[derive(Clone, Tangent)]
enum Shape {
    Point,
    Circle(f64),
    Rectangle { width: f64, height: f64 },
    Polygon(Vec<(f64, f64)>),
}

#[differentiable]
fn area(shape: &Shape) -> f64 {
    match shape {
        Shape::Point => 0.0,
        Shape::Circle(r) => std::f64::consts::PI * r * r,
        Shape::Rectangle { width, height } => width * height,
        Shape::Polygon(corners) => {
            let mut s = 0.0;
            for i in 0..corners.len() {
                let (a, b) = corners[i];
                let (c, d) = corners[(i + 1) % corners.len()];
                s += 0.5 * (a * d - b * c);
            }
            s
        }
    }
}

#[differentiable]
fn areas(shapes: &[Shape], k: f64) -> f64 {
    let mut total = 0.0;
    for shape in shapes {
        total += k * area(shape);
    }
    total
}

#[differentiable]
fn made(x: f64, y: f64) -> f64 {
    let shape = if x > 0.0 {
        Shape::Circle(x * y)
    } else {
        Shape::Rectangle { width: x - 1.0, height: y * y }
    };
    area(&shape) + area(&Shape::Point)
}

#[differentiable]
fn by_value(shape: Shape, k: f64) -> f64 {
    match shape {
        Shape::Circle(r) => r * k,
        Shape::Rectangle { width: w, .. } if w > 0.0 => w * k * k,
        Shape::Rectangle { height, width } => height * width.cos() * k,
        _ => k,
    }
}

#[differentiable]
fn scaled(shape: &mut Shape, k: f64) {
    match shape {
        Shape::Point => {}
        Shape::Circle(r) => *r *= k,
        Shape::Rectangle { width, height } => {
            *width *= k;
            *height += *width * k;
        }
        Shape::Polygon(corners) => {
            for i in 0..corners.len() {
                corners[i].0 *= k;
                corners[i].1 *= k;
            }
        }
    }
}

#[differentiable]
fn area_of_scaled(shape: Shape, k: f64) -> f64 {
    let mut shape = shape;
    scaled(&mut shape, k);
    scaled(&mut shape, 0.5);
    let mut point = Shape::Point;
    scaled(&mut point, k);
    area(&shape) + area(&point)
}

#[derive(Clone, Tangent)]
enum Expr {
    Const(f64),
    Var(usize),
    Neg(Box<Expr>),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
}

#[differentiable]
fn evaluate(e: &Expr, vars: &[f64]) -> f64 {
    match e {
        Expr::Const(c) => *c,
        Expr::Var(i) => vars[*i],
        Expr::Neg(a) => -evaluate(a, vars),
        Expr::Add(a, b) => evaluate(a, vars) + evaluate(b, vars),
        Expr::Mul(a, b) => evaluate(a, vars) * evaluate(b, vars),
    }
}

fn tree(x: &[f64]) -> Expr {
    let var = |i| Box::new(Expr::Var(i));
    let square = Expr::Mul(var(0), var(0));
    let sum = Expr::Add(Box::new(square), Box::new(Expr::Const(x[0])));
    Expr::Mul(
        Box::new(Expr::Neg(Box::new(sum))),
        Box::new(Expr::Mul(var(1), Box::new(Expr::Const(x[1])))),
    )
}

#[derive(Clone, Tangent)]
struct Node {
    value: f64,
    children: Vec<Node>,
}

#[differentiable]
fn weight(node: &Node, depth: f64) -> f64 {
    let mut s = node.value * depth;
    for child in &node.children {
        s += weight(child, depth * node.value) * 0.5;
    }
    s
}

fn family(x: &[f64]) -> Node {
    let leaf = |value| Node { value, children: vec![] };
    let left = Node { value: x[1], children: vec![leaf(x[2]), leaf(x[3])] };
    Node { value: x[0], children: vec![left, leaf(x[4])] }
}

#[derive(Clone, Tangent)]
enum List {
    Nil,
    Cons(f64, Box<List>),
}

#[differentiable]
fn folded(list: &List, x: f64) -> f64 {
    match list {
        List::Nil => 1.0,
        List::Cons(head, tail) => head + x * folded(tail, x),
    }
}

#[differentiable]
fn prepended(a: f64, b: f64) -> f64 {
    let mut list = List::Nil;
    for k in 0..3 {
        list = List::Cons(a * k as f64, Box::new(list));
    }
    folded(&list, b)
}

#[derive(Clone, Tangent)]
enum State {
    Idle,
    Moving { speed: f64, left: u32 },
    Done(f64),
}

#[differentiable]
fn machine(start: f64, friction: f64) -> f64 {
    let mut state = State::Idle;
    let mut travelled = 0.0;
    loop {
        state = match state {
            State::Idle => State::Moving { speed: start * start + 1.0, left: 3 },
            State::Moving { speed, left: 0 } => State::Done(speed),
            State::Moving { speed, left } => {
                travelled += speed;
                State::Moving { speed: speed * friction, left: left - 1 }
            }
            State::Done(speed) => return travelled * speed,
        };
    }
}

#[derive(Clone, Tangent)]
enum Outer {
    Both(Shape, f64),
    One(Shape),
    Pair { inner: (Shape, Shape) },
}

#[differentiable]
fn nested(outer: &Outer) -> f64 {
    match outer {
        Outer::Both(Shape::Circle(r), k) => r * k,
        Outer::Both(_, k) => k.sin(),
        Outer::One(whole @ Shape::Rectangle { width, .. }) => width * area(whole),
        Outer::One(other) => 2.0 * area(other),
        Outer::Pair { inner: (Shape::Circle(a), Shape::Circle(b)) } => a * b,
        Outer::Pair { inner: (a, _) } => area(a),
    }
}

#[derive(Clone, Tangent)]
enum Maybe<T> {
    Nothing,
    Just(T),
}

#[differentiable]
fn generic_enum(m: &Maybe<(f64, f64)>, x: f64) -> f64 {
    let inner = match m {
        Maybe::Just((a, b)) => Maybe::Just(a * b),
        Maybe::Nothing => Maybe::Nothing,
    };
    match inner {
        Maybe::Just(c) => c * x,
        Maybe::Nothing => x,
    }
}

#[differentiable]
impl Shape {
    fn unit() -> Self {
        Self::Circle(1.0)
    }

    fn perimeter(&self) -> f64 {
        match self {
            Self::Circle(r) => 2.0 * std::f64::consts::PI * r,
            Self::Rectangle { width, height } => 2.0 * (width + height),
            Self::Point | Self::Polygon(_) => 0.0,
        }
    }

    fn grown(self, by: f64) -> Self {
        match self {
            Self::Circle(r) => Self::Circle(r + by),
            other => other,
        }
    }
}

#[differentiable]
fn methods_of_enums(x: f64, shape: &Shape) -> f64 {
    let grown = Shape::unit().grown(x).grown(x * x);
    grown.perimeter() * shape.clone().grown(x).perimeter() + x * x
}

programs![
    unit_variants(
        "unit variants",
        1,
        |x| selected(Kind::Square, x[0])
            + selected(Kind::Sine, x[0])
            + selected(Kind::Linear, x[0]),
        |x| {
            let (a, da) = value_and_gradient!(selected, constant(Kind::Square), x[0]);
            let (b, db) = value_and_gradient!(selected, constant(Kind::Sine), x[0]);
            let (c, dc) = value_and_gradient!(selected, constant(Kind::Linear), x[0]);
            (a + b + c, da + db + dc)
        }
    ),
    circle("tuple variants", 1, |x| area(&Shape::Circle(x[0]))),
    rectangle("struct variants", 2, |x| area(&Shape::Rectangle { width: x[0], height: x[1] })),
    polygon("variants with a `Vec`", 6, |x| area(&Shape::Polygon(vec![
        (x[0], x[1]),
        (x[2], x[3]),
        (x[4], x[5])
    ]))),
    areas("sequences of enums", 4, |x| areas(
        &[Shape::Circle(x[0]), Shape::Point, Shape::Rectangle { width: x[1], height: x[2] }],
        x[3]
    )),
    made("variants made in branches", 2, |x| made(x[0], x[1])),
    by_value("`match` by value with guards", 3, |x| by_value(
        Shape::Rectangle { width: x[0], height: x[1] },
        x[2]
    )),
    by_value_of_a_circle("`match` by value with guards", 2, |x| by_value(
        Shape::Circle(x[0]),
        x[1]
    )),
    by_value_of_a_point("`match` by value with guards", 1, |x| by_value(Shape::Point, x[0])),
    scaled_rectangle("writes through bindings of a `match`", 3, |x| area_of_scaled(
        Shape::Rectangle { width: x[0], height: x[1] },
        x[2]
    )),
    scaled_circle("writes through bindings of a `match`", 2, |x| area_of_scaled(
        Shape::Circle(x[0]),
        x[1]
    )),
    scaled_polygon("writes through bindings of a `match`", 7, |x| area_of_scaled(
        Shape::Polygon(vec![(x[0], x[1]), (x[2], x[3]), (x[4], x[5])]),
        x[6]
    )),
    expression_tree("recursive enums through `Box`", 4, |x| evaluate(&tree(x), &x[2..])),
    node_tree("recursive structs through `Vec`", 6, |x| weight(&family(x), x[5])),
    linked_list("recursive enums through `Box`", 3, |x| folded(
        &List::Cons(x[0], Box::new(List::Cons(x[1], Box::new(List::Nil)))),
        x[2]
    )),
    prepended("recursive enums made in a loop", 2, |x| prepended(x[0], x[1])),
    machine("states that change in a loop", 2, |x| machine(x[0], x[1])),
    nested_both("nested patterns", 2, |x| nested(&Outer::Both(Shape::Circle(x[0]), x[1]))),
    nested_one("nested patterns", 2, |x| nested(&Outer::One(Shape::Rectangle {
        width: x[0],
        height: x[1]
    }))),
    nested_other("nested patterns", 1, |x| nested(&Outer::One(Shape::Circle(x[0])))),
    nested_pair("nested patterns", 2, |x| nested(&Outer::Pair {
        inner: (Shape::Circle(x[0]), Shape::Circle(x[1]))
    })),
    nested_both_but_one("nested patterns", 1, |x| nested(&Outer::Both(Shape::Point, x[0]))),
    nested_pair_of_others("nested patterns", 2, |x| nested(&Outer::Pair {
        inner: (Shape::Rectangle { width: x[0], height: x[1] }, Shape::Point)
    })),
    just("generic enums", 3, |x| generic_enum(&Maybe::Just((x[0], x[1])), x[2])),
    nothing("generic enums", 1, |x| generic_enum(&Maybe::Nothing, x[0])),
    methods_of_enums("methods of enums", 2, |x| methods_of_enums(x[0], &Shape::Circle(x[1]))),
    methods_of_a_rectangle("methods of enums", 3, |x| methods_of_enums(
        x[0],
        &Shape::Rectangle { width: x[1], height: x[2] }
    )),
    methods_of_a_point("methods of enums", 1, |x| methods_of_enums(x[0], &Shape::Point)),
];
