//! What would lose a derivative silently.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn constant_that_is_changed(x: f64, #[constant] y: &mut f64) {
    *y = x;
}

#[differentiable]
fn constant_part(x: &[f64], #[constant] y: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        y[i] = 2.0 * x[i];
    }
    y[0]
}

#[differentiable]
fn store(x: f64, y: &mut [f64]) -> f64 {
    y[0] = x;
    x
}

#[differentiable]
fn constant_that_a_function_changes(x: f64, #[constant] y: &mut [f64]) -> f64 {
    store(x, y) + y[0]
}

#[differentiable]
fn constant_that_a_rule_changes(x: f64, #[constant] y: &mut f64) -> f64 {
    let mut z = x;
    std::mem::swap(&mut z, y);
    z + *y
}

#[differentiable]
fn put(x: f64, y: &mut [f64]) {
    y[0] = x;
}

#[differentiable]
fn constant_that_a_function_without_value_changes(x: f64, #[constant] y: &mut [f64]) -> f64 {
    put(x, y);
    y[0]
}

#[differentiable]
fn constant_of_a_parameter(f: impl Fn(f64, &mut [f64]), x: f64, #[constant] y: &mut [f64]) -> f64 {
    f(x, y);
    y[0]
}

#[differentiable(dyn)]
trait Store {
    fn store(&self, x: f64, y: &mut [f64]);
}

#[differentiable]
fn constant_of_an_object(s: &dyn Store, x: f64, #[constant] y: &mut [f64]) -> f64 {
    s.store(x, y);
    y[0]
}

#[differentiable]
fn store_number<T: Real>(x: T, y: &mut T) {
    *y = x;
}

#[differentiable]
fn constant_number(x: f64, #[constant] y: &mut f64) -> f64 {
    store_number(x, y);
    *y
}

#[derive(Clone, Copy, Tangent)]
struct Pair(f64, f64);

#[differentiable]
impl std::ops::BitXor for Pair {
    type Output = f64;

    fn bitxor(self, other: Pair) -> f64 {
        self.0 * other.1
    }
}

#[differentiable]
impl std::ops::Not for Pair {
    type Output = Pair;

    fn not(self) -> Pair {
        Pair(self.1, self.0)
    }
}

#[differentiable]
fn operator_on_bits(x: f64) -> f64 {
    Pair(x, 1.0) ^ Pair(2.0, x)
}

#[differentiable]
fn prefix_on_bits(x: f64) -> f64 {
    let pair = !Pair(x, 1.0);
    pair.1
}

fn main() {}
