#[chainrules_core::rrule(slice::reverse)]
fn reverse<T: chainrules_core::Tangent<M>, M>(this: &mut [T]) {
    this.reverse();
    Mutation { undo: || this.reverse(), pull: |d| d.this.reverse() }
}

fn main() {}
