use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct List(Vec<f64>);

#[differentiable]
impl List {
    fn scale(&mut self, by: f64) -> &mut Self {
        self.0[0] *= by;
        self
    }
}

#[derive(Clone, Copy, Tangent)]
struct Number(f64);

#[differentiable]
fn of_another_type(x: f64) -> f64 {
    let mut n = Number(x);
    n.0 += x;
    n.scale(2.0).value()
}

#[differentiable]
impl Number {
    fn scale(self, by: f64) -> Number {
        Number(self.0 * by)
    }

    fn value(self) -> f64 {
        self.0
    }
}

#[derive(Clone, Tangent)]
struct Sum(f64);

#[differentiable]
impl Sum {
    fn put(&mut self, x: f64) -> &mut Self {
        self.0 += x;
        self
    }
}

#[differentiable]
fn items(x: f64) -> f64 {
    let mut all = vec![Sum(x), Sum(x)];
    let mut i = 0;
    all[{
        i += 1;
        i
    }]
    .put(x)
    .put(x);
    all[i].put({
        i -= 1;
        x
    })
    .put(x);
    all[1].put(x).put(2.0);
    all[i].put(x).put(2.0);
    all[1].0
}

fn main() {}
