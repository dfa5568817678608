//! Traits: static and dynamic dispatch.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
trait Potential {
    fn energy(&self, x: f64) -> f64;

    fn twice(&self, x: f64) -> f64 {
        2.0 * self.energy(x) * x
    }
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

#[derive(Clone, Tangent)]
struct Pendulum {
    length: f64,
    mass: f64,
}

#[differentiable]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }
}

#[differentiable]
impl Potential for Pendulum {
    fn energy(&self, x: f64) -> f64 {
        self.mass * self.length * (1.0 - x.cos())
    }

    fn twice(&self, x: f64) -> f64 {
        self.energy(2.0 * x)
    }
}

/// Its default methods do nothing.
#[differentiable]
trait Descent {
    fn step(&mut self, x: &mut [f64], slope: f64);

    fn reset(&mut self) {}

    fn seen(&self, _x: f64) {}
}

#[derive(Clone, Tangent)]
struct Plain(f64);

#[differentiable]
impl Descent for Plain {
    fn step(&mut self, x: &mut [f64], slope: f64) {
        x.iter_mut().for_each(|x| *x -= self.0 * slope);
    }
}

#[derive(Clone, Tangent)]
struct Heavy {
    rate: f64,
    speed: f64,
}

#[differentiable]
impl Descent for Heavy {
    fn step(&mut self, x: &mut [f64], slope: f64) {
        self.speed = 0.5 * self.speed + slope;
        x[0] -= self.rate * self.speed;
    }

    fn reset(&mut self) {
        self.speed *= 0.1;
    }
}

#[differentiable]
fn descended(descent: &mut impl Descent, start: &[f64]) -> f64 {
    let mut x = start.to_vec();
    for k in 0..3 {
        let slope = x[0] * x[1];
        descent.step(&mut x, slope);
        descent.seen(x[0]);
        if k == 1 {
            descent.reset();
        }
    }
    x[0] * x[1]
}

#[differentiable]
fn descents(x: &[f64]) -> f64 {
    descended(&mut Plain(x[0]), x) + descended(&mut Heavy { rate: x[0], speed: x[1] }, x)
}

#[differentiable]
fn called(spring: &Spring, pendulum: &Pendulum, x: f64) -> f64 {
    spring.energy(x) * pendulum.energy(x)
}

#[differentiable]
fn defaults(spring: &Spring, pendulum: &Pendulum, x: f64) -> f64 {
    spring.twice(x) + pendulum.twice(x) * x
}

#[differentiable]
fn well<P: Potential>(p: &P, x: f64) -> f64 {
    p.energy(x) + p.twice(x + 1.0)
}

#[differentiable]
fn both_wells(spring: &Spring, pendulum: &Pendulum, x: f64) -> f64 {
    well(spring, x) * well(pendulum, x)
}

#[differentiable]
fn impl_trait(p: &impl Potential, x: f64) -> f64 {
    p.energy(x * x)
}

#[differentiable]
fn static_dispatch(spring: &Spring, x: f64) -> f64 {
    impl_trait(spring, x)
        + Potential::energy(spring, x)
        + <Spring as Potential>::energy(spring, 1.0)
}

#[differentiable]
trait Shape {
    fn area(&self) -> f64;
}

#[differentiable]
trait Solid: Shape {
    const SHARE: f64;

    fn height(&self) -> f64;

    fn volume(&self) -> f64 {
        Self::SHARE * self.area() * self.height()
    }
}

#[derive(Clone, Tangent)]
struct Cone {
    radius: f64,
    height: f64,
}

#[differentiable]
impl Shape for Cone {
    fn area(&self) -> f64 {
        std::f64::consts::PI * self.radius * self.radius
    }
}

#[differentiable]
impl Solid for Cone {
    const SHARE: f64 = 1.0 / 3.0;

    fn height(&self) -> f64 {
        self.height
    }
}

#[differentiable]
fn supertraits<S: Solid>(s: &S, k: f64) -> f64 {
    s.volume() * k + s.area()
}

#[differentiable]
trait Integrator {
    fn step(&mut self, dt: f64);
    fn value(&self) -> f64;

    fn run(&mut self, dt: f64, n: usize) -> f64 {
        for _ in 0..n {
            self.step(dt);
        }
        self.value()
    }
}

#[derive(Clone, Tangent)]
struct Decay {
    x: f64,
    rate: f64,
}

#[differentiable]
impl Integrator for Decay {
    fn step(&mut self, dt: f64) {
        self.x -= dt * self.rate * self.x * self.x;
    }

    fn value(&self) -> f64 {
        self.x * self.rate
    }
}

#[differentiable]
fn changed_by_trait(x: f64, rate: f64, dt: f64) -> f64 {
    let mut decay = Decay { x, rate };
    decay.run(dt, 3) * decay.x
}

#[differentiable]
trait Activation {
    fn apply(x: f64) -> f64;
}

struct Tanh;

struct Soft;

#[differentiable]
impl Activation for Tanh {
    fn apply(x: f64) -> f64 {
        x.tanh()
    }
}

#[differentiable]
impl Activation for Soft {
    fn apply(x: f64) -> f64 {
        (1.0 + x.exp()).ln()
    }
}

#[differentiable]
fn unit<A: Activation>(w: &[f64], x: f64) -> f64 {
    A::apply(w[0] * x + w[1])
}

#[differentiable]
fn associated_functions(w: &[f64], x: f64) -> f64 {
    unit::<Tanh>(w, x) * unit::<Soft>(w, x)
}

#[differentiable]
trait Squared {
    fn squared(self) -> f64;
}

#[differentiable]
impl Squared for f64 {
    fn squared(self) -> f64 {
        self * self
    }
}

#[differentiable]
fn extension(x: f64, y: f64) -> f64 {
    (x * y).squared() + x.squared().squared()
}

fn pendulum(x: &[f64]) -> Pendulum {
    Pendulum { length: x[0], mass: x[1] }
}

#[differentiable]
trait Area {
    fn area(&self) -> f64;
}

/// For all types that have an area.
#[differentiable]
trait Cost {
    fn cost(&self, price: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Square(f64);

#[derive(Clone, Tangent)]
struct Rectangle {
    sides: [f64; 2],
}

#[differentiable]
impl Area for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

#[differentiable]
impl Area for Rectangle {
    fn area(&self) -> f64 {
        self.sides[0] * self.sides[1]
    }
}

#[differentiable]
impl<T: Area> Cost for T {
    fn cost(&self, price: f64) -> f64 {
        let area = self.area();
        area * price + area * area
    }
}

#[differentiable]
fn cost_of<C: Cost>(of: &C, price: f64) -> f64 {
    of.cost(price * price)
}

#[differentiable]
fn for_all_types(x: &[f64]) -> f64 {
    let square = Square(x[0]);
    square.cost(x[1]) * cost_of(&Rectangle { sides: [x[2], x[0]] }, x[1])
}

mod of_callers {
    use super::*;

    #[differentiable]
    pub trait Gain {
        fn gain(&self, x: f64) -> f64;

        fn twice(&self, x: f64) -> f64 {
            self.gain(self.gain(x))
        }

        fn all(&self, xs: &[f64]) -> f64
        where
            Self: Sized,
        {
            xs.iter().map(|x| self.gain(*x)).sum()
        }
    }

    #[differentiable]
    pub trait Scale<T: Clone> {
        fn scale(&self, x: &T) -> T;

        fn scaled_twice(&self, x: &T) -> T {
            self.scale(&self.scale(x))
        }

        fn consume(self, x: T) -> T
        where
            Self: Sized;
    }

    #[differentiable]
    pub trait Group: Copy {
        fn times(self, o: Self) -> Self;
        fn shrink(&mut self, k: f64) -> f64;

        fn square(self) -> Self {
            self.times(self)
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Tangent)]
    pub struct Knob(pub f64);

    #[differentiable]
    impl Gain for Knob {
        fn gain(&self, x: f64) -> f64 {
            self.0 * x
        }
    }

    #[differentiable]
    impl Scale<f64> for Knob {
        fn scale(&self, x: &f64) -> f64 {
            self.0 * x
        }

        fn consume(self, x: f64) -> f64 {
            self.0 * x
        }
    }

    #[differentiable]
    impl Scale<[f64; 2]> for Knob {
        fn scale(&self, x: &[f64; 2]) -> [f64; 2] {
            [self.0 * x[0], x[1]]
        }

        fn consume(self, x: [f64; 2]) -> [f64; 2] {
            [self.0 * x[0], x[1]]
        }
    }

    #[differentiable]
    impl Group for Knob {
        fn times(self, o: Knob) -> Knob {
            Knob(self.0 * o.0)
        }

        fn shrink(&mut self, k: f64) -> f64 {
            self.0 *= k;
            self.0 * k
        }
    }
}
use of_callers::{Gain, Group, Knob, Scale};

fn gradients_of_traits_functions() {
    let k = Knob(2.0);
    assert_eq!(gradient!(Knob::gain, &k, 3.0), (Knob(3.0), 2.0));
    assert_eq!(gradient!(Knob::twice, &k, 3.0), (Knob(12.0), 4.0));
    assert_eq!(gradient!(Knob::all, &k, &[3.0, 1.0]), (Knob(4.0), vec![2.0, 2.0]));
    assert_eq!(gradient!(<Knob as Gain>::gain, &k, 3.0), (Knob(3.0), 2.0));
    assert_eq!(gradient!(<Knob as Gain>::twice, &k, constant(3.0)), Knob(12.0));
    assert!(code_ir!(Knob::gain).contains("self"));
    assert!(!code_adjoint!(Knob::twice).is_empty());
}

fn gradients_of_generic_traits_functions() {
    let k = Knob(2.0);
    assert_eq!(gradient!(Knob::scale, &k, &3.0), (Knob(3.0), 2.0));
    assert_eq!(gradient!(Knob::consume, k, 3.0), (Knob(3.0), 2.0));
    assert_eq!(gradient!(Knob::scaled_twice, &k, &3.0), (Knob(12.0), 4.0));
    let (value, back) = pullback!(Knob::scale, &k, &[1.0, 5.0]);
    assert_eq!((value, back([1.0, 1.0])), ([2.0, 5.0], (Knob(1.0), [2.0, 1.0])));
    let (value, back) = pullback!(Knob::square, k);
    assert_eq!((value, back(Knob(1.0))), (Knob(4.0), Knob(4.0)));
    let mut changed = k;
    assert_eq!(gradient!(Knob::shrink, &mut changed, 3.0), (Knob(9.0), 12.0));
}

/// Types of any size, of a trait that is not behind `dyn`.
#[differentiable]
trait Likelihood {
    fn mean(&self, x: f64) -> f64;
    fn widen(&mut self, k: f64);

    fn against<L: Likelihood + ?Sized>(&self, other: &L, x: f64) -> f64 {
        self.mean(x) - other.mean(x) * x
    }
}

#[derive(Clone, Tangent)]
struct Gaussian(f64);

#[differentiable]
impl Likelihood for Gaussian {
    fn mean(&self, x: f64) -> f64 {
        (x * self.0).tanh()
    }

    fn widen(&mut self, k: f64) {
        self.0 *= k;
    }
}

#[derive(Clone, Tangent)]
struct Logistic {
    scale: f64,
    shift: f64,
}

#[differentiable]
impl Likelihood for Logistic {
    fn mean(&self, x: f64) -> f64 {
        1.0 / (1.0 + (-self.scale * x - self.shift).exp())
    }

    fn widen(&mut self, k: f64) {
        self.scale += k;
    }
}

#[differentiable]
fn of_any_size<L: Likelihood + ?Sized>(l: &L, x: &[f64]) -> f64 {
    x.iter().map(|y| l.mean(*y)).sum()
}

#[differentiable]
fn of_two_sizes<L: ?Sized, M>(l: &L, m: &mut M, k: f64) -> f64
where
    L: Likelihood,
    M: ?Sized + Likelihood,
{
    m.widen(k);
    of_any_size(l, &[k]) + m.mean(k)
}

#[differentiable]
impl Gaussian {
    fn with(&self, l: &(impl Likelihood + ?Sized), x: f64) -> f64 {
        l.mean(x) * self.0
    }

    fn beside<L: Likelihood + ?Sized>(&self, l: &L, x: f64) -> f64 {
        self.against(l, x)
    }
}

#[differentiable]
fn sizes(x: &[f64]) -> f64 {
    let (mut g, l) = (Gaussian(x[0]), Logistic { scale: x[1], shift: x[2] });
    let s = of_two_sizes(&l, &mut g, x[2]) + of_any_size(&g, x);
    s + g.with(&l, x[1]) * g.beside(&l, x[0])
}

programs![
    for_all_types("`impl`s for all types: `impl<T: Area> Cost for T`", 3, |x| for_all_types(x)),
    sizes("types of any size, `L: Trait + ?Sized`", 3, |x| sizes(x)),
    called("methods of traits", 4, |x| called(
        &Spring { stiffness: x[0] },
        &pendulum(&x[1..]),
        x[3]
    )),
    descents("default methods that do nothing", 2, |x| descents(x)),
    defaults("default methods", 4, |x| defaults(
        &Spring { stiffness: x[0] },
        &pendulum(&x[1..]),
        x[3]
    )),
    both_wells("bounds on parameters", 4, |x| both_wells(
        &Spring { stiffness: x[0] },
        &pendulum(&x[1..]),
        x[3]
    )),
    static_dispatch("`impl Trait` parameters, qualified calls", 2, |x| static_dispatch(
        &Spring { stiffness: x[0] },
        x[1]
    )),
    supertraits("supertraits", 3, |x| supertraits(&Cone { radius: x[0], height: x[1] }, x[2])),
    changed_by_trait("`&mut self` in traits", 3, |x| changed_by_trait(x[0], x[1], x[2])),
    associated_functions("associated functions of traits", 3, |x| associated_functions(
        &x[..2],
        x[2]
    )),
    extension("traits on foreign types", 2, |x| extension(x[0], x[1])),
    gradients_of_traits_functions(
        "`gradient!` of a trait's functions, default ones among them",
        || { gradients_of_traits_functions() }
    ),
    gradients_of_generic_traits_functions(
        "`gradient!` of the functions of traits with parameters",
        || { gradients_of_generic_traits_functions() }
    ),
];
