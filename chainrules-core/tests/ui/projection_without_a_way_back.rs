use chainrules_core::projection;

trait Tail {
    fn tail(&self) -> &[f64];
}

impl Tail for Vec<f64> {
    fn tail(&self) -> &[f64] {
        &self[1..]
    }
}

projection! {
    impl Vec<f64> {
        fn tail(&self) -> Vec<f64>;
    }
}

fn main() {}
