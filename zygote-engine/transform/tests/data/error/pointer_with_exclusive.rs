fn f(x: &mut f64, table: &[fn(&mut f64)]) {
    (table[0])(x)
}
