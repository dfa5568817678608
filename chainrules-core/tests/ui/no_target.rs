#[chainrules_core::rrule]
fn sin(x: f64) -> f64 {
    (x.sin(), |dy| Grad { x: dy * x.cos() })
}

fn main() {}
