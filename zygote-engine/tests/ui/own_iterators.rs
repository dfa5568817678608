use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Powers {
    x: f64,
    left: usize,
}

#[differentiable]
impl Iterator for Powers {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some(self.x.powi(self.left as i32))
    }
}

#[derive(Clone, Tangent)]
struct Holder {
    powers: Powers,
}

#[differentiable]
fn on_both_sides(x: f64) -> f64 {
    let powers = Powers { x, left: 3 };
    powers.clone().zip(powers).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn in_a_field(holder: &Holder) -> f64 {
    let mut s = 0.0;
    for (i, x) in holder.powers.clone().enumerate() {
        s += x * i as f64;
    }
    s
}

fn main() {}
