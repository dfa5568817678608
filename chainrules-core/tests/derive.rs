//! `#[derive(Tangent)]` on the types that programs have.
#![allow(missing_docs)]

use chainrules_core::{Derived, ShapeOf, Std, Tangent};
use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;
use std::mem::size_of_val;

fn zero_like<T: Tangent<M>, M>(x: &T) -> T {
    ShapeOf::new(x).zero()
}

fn sum<T: Tangent<M>, M>(x: &T, y: &T) -> T {
    let mut sum = x.clone();
    sum.accumulate(y);
    sum
}

/// The scalars in the order in which they are mapped, and the value with each negated.
fn scalars<T: Tangent<M>, M>(x: &T) -> (Vec<f64>, T) {
    let (mut found, mut negated) = (Vec::new(), x.clone());
    negated.map_scalars(&mut |x| {
        found.push(x);
        -x
    });
    (found, negated)
}

fn roundoff<T: Tangent<M>, M>(_: &T) -> f64 {
    T::EPSILON
}

/// What a loop over `xs` does with the cotangent of its first item.
fn lent_and_given_back<T: Tangent<M>, M>(xs: &mut [T], add: &T) {
    let mut cotangent = xs[0].lend();
    cotangent.accumulate(add);
    xs[0].give_back(cotangent);
}

/// A library's type with a tangent under a marker of its own.
mod foreign {
    use chainrules_core::Tangent;

    pub struct Marker;

    #[derive(Clone, Debug, PartialEq)]
    pub struct Matrix(pub [f64; 2]);

    impl Tangent<Marker> for Matrix {
        type Shape = ();
        type Kept = Self;
        const EPSILON: f64 = f64::EPSILON;

        fn keep(&self) -> Self {
            self.clone()
        }

        fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
            kept
        }

        fn shape(&self) {}

        fn zero_of((): &()) -> Self {
            Self([0.0; 2])
        }

        fn accumulate(&mut self, rhs: &Self) {
            self.0[0] += rhs.0[0];
            self.0[1] += rhs.0[1];
        }

        fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
            self.0.iter_mut().for_each(|x| *x = f(*x));
        }
    }
}
use foreign::Matrix;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    y: f32,
    index: usize,
}

#[test]
fn the_shape_of_a_struct_of_scalars_is_its_integers() {
    let p = Point { x: 1.0, y: 2.0, index: 3 };
    assert_eq!(size_of_val(&p.shape()), size_of::<usize>());
    assert_eq!(zero_like(&p), Point { x: 0.0, y: 0.0, index: 3 });
    let q = Point { x: 0.5, y: -1.0, index: 7 };
    assert_eq!(sum(&p, &q), Point { x: 1.5, y: 1.0, index: 3 });
    assert_eq!(scalars(&p), (vec![1.0, 2.0], Point { x: -1.0, y: -2.0, index: 3 }));
    assert_eq!(roundoff(&p), f64::from(f32::EPSILON));
    let again: Point = Tangent::recall(p.keep(), || unreachable!());
    assert_eq!(again, p);
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Pair(Point, [Point; 2]);

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Unit;

#[test]
fn tuple_structs_nest_and_unit_structs_do_nothing() {
    let p = |x: f64| Point { x, y: 1.0, index: 0 };
    let pair = Pair(p(1.0), [p(2.0), p(3.0)]);
    assert_eq!(size_of_val(&pair.shape()), 3 * size_of::<usize>());
    assert_eq!(scalars(&pair).0, [1.0, 1.0, 2.0, 1.0, 3.0, 1.0]);
    assert_eq!(sum(&pair, &pair).1[1], Point { x: 6.0, y: 2.0, index: 0 });
    assert_eq!((zero_like(&Unit), scalars(&Unit).0, roundoff(&Unit)), (Unit, vec![], 0.0));
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Model {
    layers: Vec<(Matrix, Vec<f64>)>,
    head: Option<Box<Matrix>>,
    delays: VecDeque<f64>,
    other: Vec<f64>,
    points: [Point; 1],
    name: String,
}

fn model(scale: f64) -> Model {
    Model {
        layers: vec![(Matrix([scale; 2]), vec![scale, 2.0 * scale])],
        head: Some(Box::new(Matrix([scale, 0.0]))),
        delays: VecDeque::from([scale]),
        other: vec![scale],
        points: [Point { x: scale, y: 0.0, index: 1 }],
        name: String::from("model"),
    }
}

#[test]
fn fields_may_be_of_any_type_with_a_cotangent() {
    let total = sum(&model(1.0), &model(2.0));
    assert_eq!(total, model(3.0));
    assert_eq!(scalars(&model(1.0)).0, [1.0, 1.0, 1.0, 2.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
    let zero = zero_like(&model(4.0));
    // What carries no derivative is carried along.
    assert_eq!(zero, model(0.0));
}

#[test]
fn a_lent_struct_comes_back_field_by_field() {
    let mut shadows = [model(1.0)];
    lent_and_given_back(&mut shadows, &model(2.0));
    assert_eq!(shadows[0].layers, model(3.0).layers);
    assert_eq!(shadows[0].head, model(3.0).head);
    assert_eq!(shadows[0].other, [3.0]);
    assert_eq!(shadows[0].points[0].x, 3.0);
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Generic<'a, T: PartialEq = f64, const N: usize = 2>
where
    T: Clone,
{
    data: [T; N],
    single: T,
    #[constant]
    labels: &'a [&'a str],
    #[constant]
    kind: PhantomData<T>,
}

#[test]
fn generic_structs_ask_for_cotangents_of_their_fields() {
    let labels = ["a", "b"];
    let make =
        |x: f64| Generic { data: [x, 2.0 * x], single: x, labels: &labels, kind: PhantomData };
    assert_eq!(sum(&make(1.0), &make(2.0)), make(3.0));
    assert_eq!(zero_like(&make(1.0)), make(0.0));
    let nested: Generic<'_, Vec<Matrix>, 1> = Generic {
        data: [vec![Matrix([1.0, 2.0])]],
        single: vec![],
        labels: &labels,
        kind: PhantomData,
    };
    assert_eq!(scalars(&nested).0, [1.0, 2.0]);
}

/// No tangent, not even `Default`.
#[derive(Clone, Debug, PartialEq)]
struct Opaque(&'static str);

#[derive(Clone, Debug, PartialEq, Tangent)]
struct WithConstants<C> {
    x: f64,
    #[constant]
    opaque: Opaque,
    #[constant]
    scale: f64,
    #[constant]
    config: C,
}

#[test]
fn constant_fields_are_carried_along() {
    let make = |x: f64| WithConstants { x, opaque: Opaque("o"), scale: 2.0, config: Opaque("c") };
    // A constant number is no cotangent, so its place in the cotangent starts with zero.
    assert_eq!(zero_like(&make(1.0)), WithConstants { scale: 0.0, ..make(0.0) });
    assert_eq!(sum(&make(1.0), &make(2.0)), make(3.0));
    assert_eq!(scalars(&make(1.0)), (vec![1.0], make(-1.0)));
    let mut shadows = [make(1.0)];
    lent_and_given_back(&mut shadows, &make(5.0));
    assert_eq!(shadows[0], make(6.0));
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Shape<T> {
    Empty,
    Circle(f64),
    Polygon { corners: Vec<T>, closed: bool },
    Tagged(#[constant] Opaque, T),
}

#[test]
fn the_cotangent_of_an_enum_has_the_variant_of_the_value() {
    let polygon = |x: f64| Shape::Polygon { corners: vec![x, 2.0 * x], closed: false };
    assert_eq!(zero_like(&polygon(1.0)), polygon(0.0));
    assert_eq!(sum(&polygon(1.0), &polygon(2.0)), polygon(3.0));
    assert_eq!(scalars(&polygon(1.0)), (vec![1.0, 2.0], polygon(-1.0)));
    let tagged = |x: f64| Shape::Tagged(Opaque("t"), x);
    assert_eq!(zero_like(&tagged(1.0)), tagged(0.0));
    assert_eq!(sum(&tagged(1.0), &tagged(2.0)), tagged(3.0));
    let circle: Shape<f64> = Shape::Circle(2.0);
    assert_eq!(scalars(&circle), (vec![2.0], Shape::Circle(-2.0)));
    let empty: Shape<f64> = Shape::Empty;
    assert_eq!((sum(&empty, &empty), zero_like(&empty)), (Shape::Empty, Shape::Empty));
    let mut shadows = [tagged(1.0)];
    lent_and_given_back(&mut shadows, &tagged(2.0));
    assert_eq!(shadows[0], tagged(3.0));
}

#[test]
#[should_panic(expected = "cotangent `Shape::Circle` where the value is `Shape::Empty`")]
fn the_cotangent_of_another_variant_is_refused() {
    let empty: Shape<f64> = Shape::Empty;
    sum(&empty, &Shape::Circle(1.0));
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Expr {
    Number(f64),
    Variable(usize),
    Negated(Box<Self>),
    Sum(Vec<Expr>),
    Product(Box<(Expr, Expr)>),
    Power { base: Box<Expr>, exponent: Option<Box<Expr>> },
}

fn expr(x: f64) -> Expr {
    use Expr::{Negated, Number, Power, Product, Sum, Variable};
    let power =
        Power { base: Box::new(Number(2.0 * x)), exponent: Some(Box::new(Number(3.0 * x))) };
    let product = Product(Box::new((power, Variable(0))));
    Negated(Box::new(Sum(vec![Number(x), product])))
}

#[test]
fn a_type_may_contain_itself() {
    assert_eq!(zero_like(&expr(5.0)), expr(0.0));
    assert_eq!(sum(&expr(1.0), &expr(2.0)), expr(3.0));
    assert_eq!(scalars(&expr(1.0)), (vec![1.0, 2.0, 3.0], expr(-1.0)));
    assert_eq!(roundoff(&expr(1.0)), f64::EPSILON);
    // Through other types, too.
    assert_eq!(zero_like(&vec![Some(expr(1.0))]), vec![Some(expr(0.0))]);
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Tree<K, T> {
    value: T,
    #[constant]
    key: K,
    weights: Vec<f64>,
    children: [Option<Box<Tree<K, T>>>; 2],
}

#[test]
fn a_generic_type_may_contain_itself() {
    let leaf = |x: f64| Tree { value: x, key: "leaf", weights: vec![x], children: [None, None] };
    let tree = |x: f64| Tree {
        value: 2.0 * x,
        key: "root",
        weights: vec![],
        children: [Some(Box::new(leaf(x))), None],
    };
    assert_eq!(zero_like(&tree(5.0)), tree(0.0));
    assert_eq!(sum(&tree(1.0), &tree(2.0)), tree(3.0));
    assert_eq!(scalars(&tree(1.0)).0, [2.0, 1.0, 1.0]);
    let mut shadows = [tree(1.0)];
    lent_and_given_back(&mut shadows, &tree(5.0));
    assert_eq!(shadows[0], tree(6.0));
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Node<T> {
    value: T,
    #[recursive]
    edges: Vec<Edge<T>>,
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Edge<T> {
    length: T,
    to: Node<T>,
}

#[test]
fn types_may_contain_each_other() {
    let leaf = |x: f64| Node { value: x, edges: vec![] };
    let tree = |x: f64| Node { value: x, edges: vec![Edge { length: 2.0 * x, to: leaf(x) }] };
    assert_eq!(zero_like(&tree(5.0)), tree(0.0));
    assert_eq!(sum(&tree(1.0), &tree(2.0)), tree(3.0));
    assert_eq!(zero_like(&tree(1.0).edges[0]), tree(0.0).edges[0]);
    assert_eq!(scalars(&tree(1.0)).0, [1.0, 2.0, 1.0]);
}

/// A bound that says more than `Tangent`.
trait Real: Copy + Tangent<Std> {}

impl Real for f64 {}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Branches<T: Real> {
    value: T,
    left: Option<Box<Self>>,
    others: Vec<(Self, Matrix)>,
    named: BTreeMap<String, Branches<T>>,
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Steps<T: Real> {
    x: T,
    #[constant]
    step: T,
    #[constant]
    limits: [Option<T>; 2],
    #[constant]
    others: [T; 1],
}

#[test]
fn constant_fields_of_the_types_of_others_are_zero() {
    let steps = Steps { x: 1.0, step: 2.0, limits: [Some(3.0), None], others: [4.0] };
    let zero = Steps { x: 0.0, step: 0.0, limits: [Some(0.0), None], others: [0.0] };
    assert_eq!(zero_like(&steps), zero);
}

#[test]
fn a_parameter_may_have_a_bound_with_a_tangent() {
    fn twice<T: Real>(x: &Branches<T>) -> Branches<T> {
        sum(x, x)
    }
    let leaf = |x: f64| Branches { value: x, left: None, others: vec![], named: BTreeMap::new() };
    let tree = |x: f64| Branches {
        value: 2.0 * x,
        left: Some(Box::new(leaf(x))),
        others: vec![(leaf(3.0 * x), Matrix([x, 0.0]))],
        named: BTreeMap::from([("a".into(), leaf(4.0 * x))]),
    };
    assert_eq!(twice(&tree(1.0)), tree(2.0));
    assert_eq!(zero_like(&tree(1.0)), tree(0.0));
    assert_eq!(scalars(&tree(1.0)).0, [2.0, 1.0, 3.0, 1.0, 0.0, 4.0]);
}

// What is recorded in place of a value is its shape, not the numbers in it.
#[test]
fn the_shape_of_a_chain_of_scalars_has_no_scalars() {
    #[derive(Clone, Tangent)]
    struct Chain {
        values: [f64; 4],
        next: Option<Box<Chain>>,
    }
    let chain = Chain { values: [1.0; 4], next: None };
    let chain = Chain { values: [2.0; 4], next: Some(Box::new(chain)) };
    assert_eq!(size_of_val(&chain.shape()), size_of::<Box<f64>>());
    let zero = zero_like(&chain);
    assert_eq!((zero.values, zero.next.map(|next| next.values)), ([0.0; 4], Some([0.0; 4])));
}

#[test]
fn a_type_inside_a_function_has_a_cotangent() {
    #[derive(Clone, Debug, PartialEq, Tangent)]
    struct Local(f64);
    assert_eq!(sum(&Local(1.0), &Local(2.0)), Local(3.0));
}

#[test]
fn the_marker_lists_those_of_the_fields() {
    fn of<T: Tangent<Derived<(Std<Std>, foreign::Marker)>>>(_: &T) -> bool {
        true
    }
    #[derive(Clone, Tangent)]
    struct Two {
        first: Vec<f64>,
        second: Matrix,
        third: Vec<f64>,
    }
    assert!(of(&Two { first: vec![], second: Matrix([0.0; 2]), third: vec![] }));
}
