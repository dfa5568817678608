#[chainrules_core::rrule(slice::reverse)]
fn reverse(this: &mut [f64]) {
    this.reverse();
    ((), |_| Grad {})
}

fn main() {}
