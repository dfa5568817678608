fn f(x: &[f64]) -> f64 {
    let mut items = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = items.next() {
        if let Some(b) = items.peek() {
            s += product(a, b);
        }
    }
    s
}
