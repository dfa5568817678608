//! The derive macro of the prelude needs no other crate.
#![allow(missing_docs)]

use chainrules::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    rest: Vec<f64>,
    #[constant]
    name: &'static str,
}

#[test]
fn the_prelude_has_the_trait_and_its_derive() {
    let mut p = Point { x: 1.0, rest: vec![2.0], name: "p" };
    p.accumulate(&p.clone());
    assert_eq!(p, Point { x: 2.0, rest: vec![4.0], name: "p" });
}
