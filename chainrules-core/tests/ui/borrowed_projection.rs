struct Grid(Vec<f64>);

chainrules_core::projection! {
    impl Grid {
        fn row(&self, i: usize) -> &[f64];
    }
}

fn main() {}
