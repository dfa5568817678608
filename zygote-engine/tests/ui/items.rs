//! What the attribute can't stand on.
use zygote_engine::prelude::*;

#[differentiable]
struct Structure {
    x: f64,
}

#[differentiable]
enum Enumeration {
    A,
}

#[differentiable]
const CONSTANT: f64 = 1.0;

#[differentiable]
static STATIC: f64 = 1.0;

#[differentiable]
macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiable]
mod module {}

#[differentiable]
type Alias = f64;

#[differentiable]
use std::convert::identity;

#[differentiable]
unsafe extern "C" {
    fn foreign(x: f64) -> f64;
}

#[differentiable]
extern "C" fn c_function(x: f64) -> f64 {
    x
}

#[differentiable]
const fn const_function(x: f64) -> f64 {
    x * x
}

#[differentiable]
unsafe fn unsafe_function(x: f64) -> f64 {
    x
}

#[differentiable]
async fn async_function(x: f64) -> f64 {
    x
}

#[differentiable(nothing)]
fn unknown_option(x: f64) -> f64 {
    x
}

struct Type(f64);

impl Type {
    #[differentiable]
    fn new(x: f64) -> Self {
        Self(x)
    }

    #[differentiable(recursive)]
    fn method(&self, x: f64) -> f64 {
        self.0 * x
    }
}

#[differentiable]
trait System {
    type State: Tangent;
    fn energy(&self, s: &Self::State) -> f64;
}

#[differentiable]
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[differentiable]
impl AsRef<f64> for Type {
    fn as_ref(&self) -> &f64 {
        &self.0
    }
}

#[differentiable]
impl<'a> IntoIterator for &'a mut Type {
    type Item = &'a mut f64;
    type IntoIter = std::iter::Once<&'a mut f64>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(&mut self.0)
    }
}

#[differentiable]
impl Type {
    #[cfg(debug_assertions)]
    fn in_some_builds(&self) -> f64 {
        self.0
    }
}

#[differentiable]
#[cfg(debug_assertions)]
fn below_the_attribute(x: f64) -> f64 {
    x
}

macro_rules! written {
    ($name:ident, $x:ident, $e:expr) => {
        #[differentiable]
        fn $name($x: f64) -> f64 {
            let t = $x * 2.0;
            let r = $e;
            t + r
        }
    };
}
written!(by_a_macro, t, t * 3.0);

macro_rules! slope {
    ($k:expr) => {{
        let k = 2.0;
        gradient!(|x: f64| x * k * $k, 3.0)
    }};
}

fn main() {
    let k = 5.0;
    let _ = slope!(k);
    let _ = gradient!(const_function, 1.0);
    let _ = gradient!(c_function, 1.0);
}
