fn f(mut x: BTreeMap<usize, f64>, halve: fn(&mut f64)) -> f64 {
    *x.entry(1).and_modify(halve).or_insert(0.0)
}
