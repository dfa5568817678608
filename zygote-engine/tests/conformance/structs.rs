//! Structs: fields at any depth, patterns, nesting.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

fn point(x: &[f64]) -> Point {
    Point { x: x[0], y: x[1] }
}

#[differentiable]
fn distance(p: &Point, q: Point) -> f64 {
    let (dx, dy) = (p.x - q.x, p.y - q.y);
    (1.0 + dx * dx + dy * dy).sqrt()
}

#[differentiable]
fn literal(x: f64, y: f64) -> f64 {
    let p = Point { x: x * y, y: x.sin() };
    p.x * p.y + p.x
}

#[differentiable]
fn shorthand(x: f64, y: f64) -> f64 {
    let x = x * x;
    let p = Point { y, x };
    p.x * p.y
}

#[derive(Clone, Tangent)]
struct Celsius(f64);

#[derive(Clone, Tangent)]
struct Mix(f64, [f64; 2], usize);

#[differentiable]
fn warmer(t: &Celsius, by: f64) -> f64 {
    let kelvin = Celsius(t.0 * by + 273.15);
    kelvin.0 * kelvin.0 * 1e-3
}

#[differentiable]
fn mixed(m: Mix) -> f64 {
    let mut m = m;
    m.1[0] *= m.0;
    m.0 = m.1[1].cos();
    m.0 * m.1[m.2] + m.1[1 - m.2]
}

#[derive(Clone, Tangent)]
struct Unit;

#[differentiable]
fn with_unit(_mode: Unit, x: f64) -> f64 {
    let _other = Unit;
    x * x
}

#[derive(Clone, Tangent)]
struct Pair<A, B> {
    first: A,
    second: B,
}

#[differentiable]
fn generic_pair(p: &Pair<f64, Vec<f64>>) -> f64 {
    let q = Pair { first: p.second[0] * p.first, second: p.second[1] };
    q.first * q.second + p.first
}

#[derive(Clone, Tangent)]
struct Segment {
    from: Point,
    to: Point,
    weight: f64,
}

fn segment(x: &[f64]) -> Segment {
    Segment { from: point(x), to: point(&x[2..]), weight: x[4] }
}

#[differentiable]
fn nested_reads(s: &Segment) -> f64 {
    let dx = s.to.x - s.from.x;
    let dy = s.to.y - s.from.y;
    s.weight * (dx * dx + dy * dy)
}

#[differentiable]
fn nested_writes(s: Segment, k: f64) -> f64 {
    let mut s = s;
    let old = s.from.x * s.from.y;
    s.from.x = s.to.y * k;
    s.to.y *= s.from.x;
    s.weight -= s.to.y.sin();
    s.from.y = 0.5;
    s.from.x * s.from.y + s.to.x * s.to.y * s.weight + old
}

#[differentiable]
fn updated(p: &Point, k: f64) -> f64 {
    let q = Point { x: p.x * k, ..*p };
    let r = Point { y: q.x * q.y, ..q };
    r.x * r.y
}

#[differentiable]
fn updated_by_clone(s: &Segment) -> f64 {
    let t = Segment { weight: s.weight * s.weight, ..s.clone() };
    t.weight * t.from.x * t.to.y - t.from.y * t.to.x
}

#[differentiable]
fn destructured_in_let(s: &Segment) -> f64 {
    let Segment { from: Point { x: a, y }, to, weight } = s.clone();
    let Point { x, .. } = to;
    a * y + x * weight * to.y
}

#[differentiable]
fn destructured_by_reference(s: &Segment) -> f64 {
    let Segment { from, weight, .. } = s;
    from.x * from.y * weight + s.to.x * s.to.y
}

#[differentiable]
fn destructured_in_parameters(Point { x, y }: Point, &Point { x: u, y: v }: &Point) -> f64 {
    x * v - y * u * x
}

#[differentiable]
fn matched(p: Point, k: f64) -> f64 {
    match p {
        Point { x, y } if x > 0.0 => x * y * k,
        Point { y, .. } => y.sin() + k,
    }
}

#[derive(Clone, Tangent)]
struct Boxed {
    inner: Box<Point>,
    scale: Box<f64>,
}

#[differentiable]
fn box_fields(b: &Boxed) -> f64 {
    let mut c = Boxed { inner: Box::new(*b.inner), scale: Box::new(*b.scale * 2.0) };
    c.inner.x = c.inner.y * *c.scale;
    *c.scale += b.inner.x;
    c.inner.x * *c.scale
}

#[derive(Clone, Tangent)]
struct Measured {
    mean: f64,
    error: Option<f64>,
    offset: Result<f64, String>,
}

#[differentiable]
fn option_field(m: &Measured) -> f64 {
    let spread = match m.error {
        Some(e) => e * e,
        None => m.mean,
    };
    m.mean * spread
}

#[differentiable]
fn result_field(m: &Measured) -> f64 {
    let shift = match &m.offset {
        Ok(b) => b * m.mean,
        Err(reason) => reason.len() as f64,
    };
    shift + m.mean * m.mean
}

#[derive(Clone, Tangent)]
struct Body {
    position: [f64; 2],
    velocity: [f64; 2],
    mass: f64,
}

fn bodies(x: &[f64]) -> Vec<Body> {
    let body = |x: &[f64]| Body { position: [x[0], x[1]], velocity: [x[2], x[3]], mass: x[4] };
    x.chunks(5).map(body).collect()
}

#[differentiable]
fn energy(bodies: &[Body]) -> f64 {
    let mut total = 0.0;
    for b in bodies {
        let ([x, y], [u, v]) = (b.position, b.velocity);
        total += 0.5 * b.mass * (u * u + v * v) - x * y;
    }
    total
}

#[differentiable]
fn moved(bodies: &[Body], dt: f64, steps: usize) -> f64 {
    let mut bodies = bodies.to_vec();
    for _ in 0..steps {
        for i in 0..bodies.len() {
            let j = (i + 1) % bodies.len();
            for k in 0..2 {
                let pull = bodies[j].position[k] - bodies[i].position[k];
                bodies[i].velocity[k] += dt * pull * bodies[j].mass;
                bodies[i].position[k] += dt * bodies[i].velocity[k];
            }
        }
    }
    bodies[0].position[0] * bodies[1].position[1] + bodies[1].velocity[0]
}

#[differentiable]
fn midpoint(s: &Segment) -> Point {
    Point { x: 0.5 * (s.from.x + s.to.x) * s.weight, y: 0.5 * (s.from.y + s.to.y) }
}

#[differentiable]
fn struct_results(s: &Segment) -> f64 {
    let m = midpoint(s);
    m.x * m.y + midpoint(s).y
}

#[differentiable]
fn shift(p: &mut Point, by: f64) {
    p.x += by * p.y;
    p.y *= by;
}

#[differentiable]
fn changed_by_functions(p: Point, k: f64) -> f64 {
    let mut p = p;
    let mut s = Segment { from: p, to: Point { x: k, y: 1.0 }, weight: 2.0 };
    shift(&mut p, k);
    shift(&mut s.to, p.x);
    shift(&mut s.from, k);
    p.x * p.y + s.to.x * s.to.y + s.from.x
}

#[differentiable]
fn reassigned(p: Point, n: usize) -> f64 {
    let mut q = p;
    for k in 0..n {
        q = Point { x: q.x * p.x - q.y * p.y, y: q.x * p.y + q.y * p.x };
        if k == 1 {
            q = p;
        }
    }
    q.x + q.y * 0.5
}

#[differentiable]
fn swapped_fields(p: Point) -> f64 {
    let mut q = p;
    std::mem::swap(&mut q.x, &mut q.y);
    q.x = q.x * q.x;
    q.x + 3.0 * q.y * p.x
}

#[differentiable]
fn points_in_containers(points: &[Point; 2], pair: (Point, f64)) -> f64 {
    let (p, k) = pair;
    let all = vec![points[0], points[1], p];
    let mut s = 0.0;
    for (i, q) in all.iter().enumerate() {
        s += q.x * q.y * (i as f64 + k);
    }
    s
}

#[derive(Clone, Tangent)]
struct Settings {
    rate: f64,
    momentum: f64,
    name: String,
    steps: usize,
    bounds: Option<(f64, f64)>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { rate: 0.1, momentum: 0.9, name: "plain".into(), steps: 3, bounds: None }
    }
}

#[differentiable]
fn updated_default(rate: f64, x: f64) -> f64 {
    let bounds = if x > 0.0 { Some((x, rate)) } else { None };
    let s = Settings { rate, bounds, ..Settings::default() };
    let t = Settings { momentum: s.momentum * x, ..s.clone() };
    let mut y = x;
    for _ in 0..t.steps {
        y = y * t.momentum - s.rate * y * y;
    }
    if let Some((a, b)) = t.bounds { y + a * b } else { y }
}

#[derive(Clone, Tangent)]
struct Model {
    inner: Box<Settings>,
    weights: Box<[f64; 2]>,
    deep: Box<Box<f64>>,
}

#[differentiable]
fn boxes(m: &Model, k: f64) -> f64 {
    let mut m = m.clone();
    m.inner.rate *= k;
    m.weights[0] += m.inner.rate * **m.deep;
    **m.deep *= k;
    let inner = *m.inner;
    m.weights[0] * m.weights[1] + **m.deep * inner.momentum
}

#[differentiable]
impl Point {
    const ORIGIN: Point = Point { x: 0.5, y: -0.5 };

    fn with_x(self, x: f64) -> Self {
        Self { x, ..self }
    }
}

#[differentiable]
fn constants_of_structs(p: Point, k: f64) -> f64 {
    let q = Point { y: p.y, ..Point::ORIGIN };
    let r = Point::ORIGIN.with_x(p.x * k);
    q.x * q.y + r.x * r.y * p.y
}

/// What it is fitted to is borrowed.
#[derive(Clone, Tangent)]
struct Fit<'a> {
    #[constant]
    xs: &'a [f64],
    #[constant]
    ys: &'a [f64],
    slope: f64,
}

fn fit(slope: f64) -> Fit<'static> {
    Fit { xs: &[1.0, 2.0, -0.5], ys: &[0.5, 0.25, 2.0], slope }
}

#[differentiable]
impl Fit<'_> {
    fn loss(&self, offset: f64) -> f64 {
        let points = constant(self.xs).iter().zip(constant(self.ys));
        points.map(|(x, y)| (self.slope * x + offset - y).powi(2)).sum()
    }
}

#[differentiable]
fn first(fit: &Fit<'_>, scale: f64) -> f64 {
    let xs = constant(fit.xs);
    xs[0] * fit.slope * scale
}

#[differentiable]
fn of_borrowed<'a>(fits: &[Fit<'a>], last: &Fit<'_>, scale: f64) -> f64 {
    let all: f64 = fits.iter().map(|fit| first(fit, scale) * fit.slope).sum();
    all * last.loss(scale)
}

type Rgb = [f64; 3];

/// Two fields of one type, of which one says it by an alias.
#[derive(Clone, Copy, Tangent)]
pub struct Vertex {
    position: [f64; 3],
    colour: Rgb,
}

#[derive(Clone, Tangent)]
enum Shade<T> {
    Flat(Rgb, [f64; 3]),
    Deep(Box<Shade<T>>, T),
}

#[differentiable]
fn types_by_aliases(p: [f64; 3], q: Rgb, k: f64) -> f64 {
    let v = Vertex { position: p, colour: q };
    let flat = Shade::Flat(v.colour, v.position);
    let within = if k > -0.5 { flat } else { Shade::Deep(Box::new(flat), k) };
    let s = Shade::Deep(Box::new(within), k);
    let Shade::Deep(inner, k) = &s else { return 0.0 };
    match &**inner {
        Shade::Flat(a, b) => a[0] * b[1] * k + a[1] * b[2] + a[2] * b[0],
        Shade::Deep(_, m) => m * k,
    }
}

programs![
    types_by_aliases("fields of one type by several names", 7, |x| types_by_aliases(
        [x[0], x[1], x[2]],
        [x[3], x[4], x[5]],
        x[6]
    )),
    distance("named fields", 4, |x| distance(&point(x), point(&x[2..]))),
    literal("struct literals", 2, |x| literal(x[0], x[1])),
    shorthand("struct literals", 2, |x| shorthand(x[0], x[1])),
    warmer("tuple structs", 2, |x| warmer(&Celsius(x[0]), x[1])),
    mixed("tuple structs", 3, |x| mixed(Mix(x[0], [x[1], x[2]], 1))),
    with_unit("unit structs", 1, |x| with_unit(Unit, x[0])),
    generic_pair("generic structs", 3, |x| generic_pair(&Pair {
        first: x[0],
        second: x[1..].to_vec()
    })),
    nested_reads("nested fields", 5, |x| nested_reads(&segment(x))),
    nested_writes("writes to fields at any depth", 6, |x| nested_writes(segment(x), x[5])),
    updated("update syntax `..base`", 3, |x| updated(&point(x), x[2])),
    updated_by_clone("update syntax `..base`", 5, |x| updated_by_clone(&segment(x))),
    destructured_in_let("struct patterns in `let`", 5, |x| destructured_in_let(&segment(x))),
    destructured_by_reference("struct patterns in `let`", 5, |x| destructured_by_reference(
        &segment(x)
    )),
    destructured_in_parameters("struct patterns in parameters", 4, |x| destructured_in_parameters(
        point(x),
        &point(&x[2..])
    )),
    matched("struct patterns in `match`", 3, |x| matched(point(x), x[2])),
    box_fields("`Box` fields", 3, |x| box_fields(&Boxed {
        inner: Box::new(point(x)),
        scale: Box::new(x[2])
    })),
    some_field("`Option` fields", 2, |x| option_field(&Measured {
        mean: x[0],
        error: Some(x[1]),
        offset: Err("lost".into())
    })),
    none_field("`Option` fields", 1, |x| option_field(&Measured {
        mean: x[0],
        error: None,
        offset: Err("lost".into())
    })),
    ok_field("`Result` fields", 2, |x| result_field(&Measured {
        mean: x[0],
        error: None,
        offset: Ok(x[1])
    })),
    err_field("`Result` fields", 1, |x| result_field(&Measured {
        mean: x[0],
        error: None,
        offset: Err("lost".into())
    })),
    energy("`Vec` of structs", 10, |x| energy(&bodies(x))),
    moved(
        "`Vec` of structs",
        11,
        |x| moved(&bodies(&x[..10]), 0.1 * x[10], 3),
        |x| {
            let (value, (mut bodies, dt)) =
                value_and_gradient!(moved, &bodies(&x[..10]), 0.1 * x[10], 3);
            bodies.truncate(2);
            (value, (bodies, 0.1 * dt))
        }
    ),
    struct_results("structs as results", 5, |x| struct_results(&segment(x))),
    changed_by_functions("structs by `&mut`", 3, |x| changed_by_functions(point(x), x[2])),
    reassigned("structs assigned as a whole", 2, |x| reassigned(point(x), 4)),
    swapped_fields("`std::mem::swap` of fields", 2, |x| swapped_fields(point(x))),
    points_in_containers("structs in arrays and tuples", 7, |x| points_in_containers(
        &[point(x), point(&x[2..])],
        (point(&x[4..]), x[6])
    )),
    updated_default("update syntax `..base`", 2, |x| updated_default(x[0], x[1])),
    boxes("`Box` fields", 6, |x| boxes(
        &Model {
            inner: Box::new(Settings { rate: x[0], momentum: x[1], ..Settings::default() }),
            weights: Box::new([x[2], x[3]]),
            deep: Box::new(Box::new(x[4])),
        },
        x[5]
    )),
    constants_of_structs("constants of structs", 3, |x| constants_of_structs(
        Point { x: x[0], y: x[1] },
        x[2]
    )),
    of_borrowed("`#[constant]` fields that are references", 4, |x| of_borrowed(
        &[fit(x[0]), fit(x[1])],
        &fit(x[2]),
        x[3]
    )),
];
