//! What a checker needs to run a rule without knowing its types.

use crate::{Active, Activity, Tangent};
use std::any::Any;
use std::cell::Cell;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;

/// An argument, a result or a cotangent of any type.
pub trait Value {
    /// The value itself.
    fn any(&self) -> &dyn Any;

    /// The value itself.
    fn any_mut(&mut self) -> &mut dyn Any;

    /// A copy.
    fn boxed(&self) -> Box<dyn Value>;

    /// The zero cotangent of the value's shape.
    fn zero(&self) -> Box<dyn Value>;

    /// [`Tangent::accumulate`].
    ///
    /// # Panics
    /// When the shapes differ.
    fn accumulate(&mut self, rhs: &dyn Value);

    /// [`Tangent::map_scalars`].
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64);

    /// [`Tangent::EPSILON`].
    fn epsilon(&self) -> f64;

    /// The value as text, which tells any two values apart.
    fn text(&self) -> String;
}

impl dyn Value + '_ {
    /// The real scalars in the order of [`Tangent::map_scalars`].
    pub fn scalars(&self) -> Vec<f64> {
        let mut all = Vec::new();
        self.boxed().map_scalars(&mut |x| {
            all.push(x);
            x
        });
        all
    }

    /// Whether the other value is the same, bit for bit.
    pub fn same(&self, other: &dyn Value) -> bool {
        let bits = |all: Vec<f64>| all.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        bits(self.scalars()) == bits(other.scalars()) && self.text() == other.text()
    }
}

struct Held<T, M>(T, PhantomData<M>);

impl<T: Tangent<M> + Debug + 'static, M: 'static> Value for Held<T, M> {
    fn any(&self) -> &dyn Any {
        &self.0
    }

    fn any_mut(&mut self) -> &mut dyn Any {
        &mut self.0
    }

    fn boxed(&self) -> Box<dyn Value> {
        held(self.0.clone())
    }

    fn zero(&self) -> Box<dyn Value> {
        held(T::zero_of(&self.0.shape()))
    }

    fn accumulate(&mut self, rhs: &dyn Value) {
        self.0.accumulate(get(rhs));
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.map_scalars(f);
    }

    fn epsilon(&self) -> f64 {
        T::EPSILON
    }

    fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The value of a function that carries no derivative; its type need not be a [`Tangent`].
struct Inert<T>(T);

impl<T: Clone + Debug + 'static> Value for Inert<T> {
    fn any(&self) -> &dyn Any {
        &self.0
    }

    fn any_mut(&mut self) -> &mut dyn Any {
        &mut self.0
    }

    fn boxed(&self) -> Box<dyn Value> {
        inert(self.0.clone())
    }

    fn zero(&self) -> Box<dyn Value> {
        self.boxed()
    }

    fn accumulate(&mut self, _: &dyn Value) {}

    fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}

    fn epsilon(&self) -> f64 {
        0.0
    }

    fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[doc(hidden)]
pub fn held<T: Tangent<M> + Debug + 'static, M: 'static>(value: T) -> Box<dyn Value> {
    Box::new(Held(value, PhantomData))
}

#[doc(hidden)]
pub fn inert<T: Clone + Debug + 'static>(value: T) -> Box<dyn Value> {
    Box::new(Inert(value))
}

#[doc(hidden)]
pub fn get<T: 'static>(value: &dyn Value) -> &T {
    value.any().downcast_ref().expect("the checker keeps the types of arguments")
}

#[doc(hidden)]
pub fn get_mut<T: 'static>(value: &mut dyn Value) -> &mut T {
    value.any_mut().downcast_mut().expect("the checker keeps the types of arguments")
}

#[doc(hidden)]
pub fn take<T: Clone + 'static>(value: &dyn Value) -> T {
    get::<T>(value).clone()
}

/// The calls of a function-valued argument in a check: each has to be pulled, the last first.
#[doc(hidden)]
#[derive(Clone, Default)]
pub struct Calls(Rc<Cell<usize>>);

impl Calls {
    /// The number of a call that is made.
    pub fn made(&self) -> usize {
        self.0.replace(self.0.get() + 1)
    }

    /// Notes the pull of a call.
    ///
    /// # Panics
    /// When it is not the last call that has not been pulled yet.
    pub fn pulled(&self, number: usize) {
        assert!(
            self.0.get() == number + 1,
            "the calls of a function-valued argument are to be pulled once each, the last first: call {number} is pulled where {} are left",
            self.0.get()
        );
        self.0.set(number);
    }

    /// # Panics
    /// When a call has not been pulled.
    pub fn all_pulled(&self) {
        assert!(
            self.0.get() == 0,
            "{} calls of a function-valued argument have not been pulled",
            self.0.get()
        );
    }
}

/// Refuses a constant shadow for a function-valued argument.
#[doc(hidden)]
#[cold]
pub fn constant_function() -> ! {
    panic!(
        "the activity of a function-valued argument is `Active`: its shadow is the pull of a call"
    )
}

/// Wanted or not, decided at run time: the activity of arguments in checks.
#[derive(Clone, Copy, Debug)]
pub struct Maybe;

impl crate::InertArgument for Maybe {}

impl crate::ChangedArgument for Maybe {}

impl Activity for Maybe {
    type Shadow<'s, T: ?Sized + 's> = Option<&'s mut T>;

    fn get<'a, 's, T: ?Sized + 'a>(shadow: &'a mut Option<&'s mut T>) -> Option<&'a mut T> {
        shadow.as_deref_mut()
    }

    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        shadow: &'a mut Option<&'s mut T>,
        part: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> Option<&'a mut U> {
        shadow.as_deref_mut().map(part)
    }

    fn lend<T: ?Sized>(cotangent: &mut T) -> Option<&mut T> {
        Some(cotangent)
    }

    fn unwanted<'s, T: ?Sized + 's>() -> Option<&'s mut T> {
        None
    }

    // What may be wanted is made.
    const WANTED: bool = true;
    const VALUE: Self = Self;
    type Or<Other: Activity> = Active;
    type Choose<W: Clone, U: Clone> = W;

    fn choose<T, W: Clone, U: Clone>(
        value: T,
        wanted: impl FnOnce(T) -> W,
        _: impl FnOnce(T) -> U,
    ) -> W {
        wanted(value)
    }

    fn chosen<T, W: Clone, U: Clone>(
        choice: W,
        wanted: impl FnOnce(W) -> T,
        _: impl FnOnce(U) -> T,
    ) -> T {
        wanted(choice)
    }
}

/// A value of some type.
pub type Erased = Box<dyn Value>;

/// The pullback of one call, with all types erased: arguments as the call left them, the cotangent
/// of the result, and a shadow for each argument whose cotangent is wanted.
pub type Pullback = Box<dyn FnOnce(&mut [Erased], &dyn Value, &mut [Option<Erased>])>;

/// Runs a rule and its function at one choice of concrete types.
#[derive(Clone, Copy)]
pub struct Handle {
    /// The names of the arguments, the receiver first.
    pub arguments: &'static [&'static str],
    /// Which arguments are taken by `&mut`.
    pub mutable: &'static [bool],
    /// Draws arguments.
    pub draw: fn(&mut crate::Draw) -> Vec<Erased>,
    /// Runs the function itself.
    pub primal: fn(&mut [Erased]) -> Erased,
    /// Runs the rule's forward sweep.
    pub forward: fn(&mut [Erased]) -> (Erased, Pullback),
}

impl Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}
