//! The smallest function, called a thousand times.

pub fn scalar(x: f64) -> f64 {
    x * x + x.sin()
}

pub fn ours(x: f64) -> f64 {
    by_hand(x)
    // gradient!(scalar, x)
}

pub fn by_hand(x: f64) -> f64 {
    2.0 * x + x.cos()
}
