//! Rules beside those of the standard library, where these are not imported and where they are.
mod without_the_prelude {
    use chainrules_core::{Tangent, rrule};

    #[rrule(f64::sin)]
    fn sin(this: f64) -> f64 {
        (this.sin(), |dy| Grad { this: this.cos() * dy })
    }

    #[rrule(slice::len, check(T = f64))]
    fn len<T: Tangent<M>, M>(this: &[T]) -> usize {
        (this.len(), |_| Grad { this: inert })
    }

    #[rrule(std::mem::swap, check(T = f64))]
    fn swap<T: Tangent<M>, M>(x: &mut T, y: &mut T) {
        std::mem::swap(x, y);
        Mutation { undo: || std::mem::swap(x, y), pull: |d| std::mem::swap(d.x, d.y) }
    }
}

mod with_the_prelude {
    use chainrules::prelude::*;
    use chainrules_core::rrule;
    use zygote_engine::prelude::*;

    #[rrule(f64::cos)]
    fn cos(this: f64) -> f64 {
        (this.cos(), |dy| Grad { this: -this.sin() * dy })
    }

    #[differentiable]
    fn f(x: f64) -> f64 {
        x.cos()
    }
}

mod beside_the_attribute {
    use chainrules::prelude::*;
    use chainrules_core::rrule;
    use zygote_engine::prelude::*;

    #[derive(Clone, Debug, PartialEq, Tangent)]
    struct Point {
        x: f64,
    }

    #[differentiable]
    impl Point {
        fn get(&self) -> f64 {
            self.x
        }
    }

    #[rrule(Point::get)]
    fn get(this: &Point) -> f64 {
        (this.x, |dy| Grad { this: |d| d.x += 100.0 * dy })
    }
}

fn main() {}
