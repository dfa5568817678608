fn endless_iterator_as_value(r: f64, x: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(x), move |x| Some(r * x * (1.0 - x))).map(|x| x * 2.0)
}
