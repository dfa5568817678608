/// The items of what may be a map are taken apart: its order is kept.
fn pairs(model: &Model, x: f64) -> f64 {
    let mut s = 0.0;
    for (_, load) in &model.loads {
        s += load * x;
    }
    s
}
