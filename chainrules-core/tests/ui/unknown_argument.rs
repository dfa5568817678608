#[chainrules_core::rrule(f64::sin)]
fn sin(this: f64) -> f64 {
    (this.sin(), |dy| Grad { this: dy * this.cos(), x: dy })
}

fn main() {}
