chainrules_core::scalar_rule!(ln, |x, _| [1.0 / x], z = 0.5..4.0);

fn main() {}
