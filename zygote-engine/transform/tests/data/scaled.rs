fn scaled(a: f64, b: f64) -> f64 {
    // The cotangent of `3.0 * (b * b)` is not negated, that of `b * b` not doubled: what follows is.
    let less = a - 3.0 * (b * b);
    // A negated cotangent that a rule takes has its own sign.
    let through_a_rule = a - b.sin();
    // One that is summed up with others, too, if all of them are numbers.
    let sum = a + b;
    let twice = -sum * sum - sum;
    less * through_a_rule * twice
}
