//! Closures that are parts of values, `Ode { rhs: |y: f64| -k * y, dt }`. In a derivative such a closure is what
//! it captures, which has a cotangent, and functions that take that beside the arguments.

use chainrules_core::{Activity, Marked, Tangent};
use std::marker::PhantomData;

/// How an argument is passed.
pub trait Passed {
    /// The type of the argument.
    type Given<'a>;
    /// The type of what has the cotangent.
    type Whole: ?Sized;
}

/// An argument by value.
pub struct Given<T>(PhantomData<T>);

impl<T> Passed for Given<T> {
    type Given<'a> = T;
    type Whole = T;
}

/// An argument by shared reference.
pub struct Lent<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized + 'static> Passed for Lent<T> {
    type Given<'a> = &'a T;
    type Whole = T;
}

/// A closure that is a part of a value: `V` gives its value, `P` pulls. Both capture nothing themselves.
pub struct Stored<C, V, P, A> {
    /// What the closure captures.
    pub captured: C,
    value: V,
    pull: P,
    arguments: PhantomData<fn() -> A>,
}

impl<C, V: Copy, P: Copy, A> Stored<C, V, P, A> {
    fn with(&self, captured: C) -> Self {
        Self { captured, value: self.value, pull: self.pull, arguments: PhantomData }
    }
}

impl<C: Clone, V: Copy, P: Copy, A> Clone for Stored<C, V, P, A> {
    fn clone(&self) -> Self {
        self.with(self.captured.clone())
    }
}

/// The marker of the cotangents of such closures.
pub struct OfStored<M>(PhantomData<M>);

impl<C: Tangent<M>, V: Copy, P: Copy, A, M> Tangent<OfStored<M>> for Stored<C, V, P, A> {
    // The functions are those of the value.
    type Shape = (C::Shape, V, P);
    const EPSILON: f64 = C::EPSILON;
    type Kept = Self;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) -> Self::Shape {
        (self.captured.shape(), self.value, self.pull)
    }

    fn zero_of((captured, value, pull): &Self::Shape) -> Self {
        let captured = C::zero_of(captured);
        Self { captured, value: *value, pull: *pull, arguments: PhantomData }
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.captured.accumulate(&rhs.captured);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.captured.map_scalars(f);
    }

    fn clear_constants(&mut self) {
        self.captured.clear_constants();
    }
}

impl<C: Marked, V, P, A> Marked for Stored<C, V, P, A> {
    type Marker = OfStored<C::Marker>;
}

macro_rules! functions {
    ($($function:ident $storing:ident: $($arg:ident $name:ident $act:ident $shadow:ident),+;)+) => {$(
        /// A closure that is a part of a value, as its calls see it.
        #[diagnostic::on_unimplemented(
            message = "a closure that a value holds has no derivative here",
            note = "write it in the literal of the struct, in a differentiable function, with the types of its parameters: `rhs: |y: f64| -k * y`",
            note = "an argument of a function that keeps it, `Ode::new(rhs, dt)`, is known where the `impl` block with the attribute stands before the call, in the same crate",
            note = "a closure that was made outside of differentiable functions has no derivative"
        )]
        pub trait $function<$($arg: Passed),+> {
            /// The type of the value.
            type Output;

            /// A call.
            fn stored_call(&self, $($name: $arg::Given<'_>),+) -> Self::Output;

            /// A call, and the pullback.
            #[allow(clippy::type_complexity)]
            fn rrule_stored_call<Own: Activity, $($act: Activity),+>(
                &self,
                $($name: $arg::Given<'_>,)+
                _: (Own, $($act),+),
            ) -> (
                Self::Output,
                impl FnOnce(
                    &Self,
                    $(&$arg::Whole,)+
                    &Self::Output,
                    Own::Shadow<'_, Self>,
                    $($act::Shadow<'_, $arg::Whole>),+
                ) + Clone + use<Self, Own, $($arg, $act),+>,
            )
            where
                Self: Sized;
        }

        /// Makes such a closure.
        pub struct $storing<$($arg),+>(PhantomData<($($arg,)+)>);

        impl<$($arg: Passed),+> $storing<$($arg),+> {
            /// Of what it captures and its functions.
            #[inline(always)]
            pub fn of<C, Y, V, P>(captured: C, value: V, pull: P) -> Stored<C, V, P, ($($arg,)+)>
            where
                V: Fn(&C, $($arg::Given<'_>),+) -> Y + Copy,
                P: Fn(&C, $(&$arg::Whole,)+ &Y, Option<&mut C>, $(Option<&mut $arg::Whole>),+) + Copy,
            {
                Stored { captured, value, pull, arguments: PhantomData }
            }
        }

        impl<$($arg: Passed,)+ C, V, P, Y> $function<$($arg),+> for Stored<C, V, P, ($($arg,)+)>
        where
            V: Fn(&C, $($arg::Given<'_>),+) -> Y + Copy,
            P: Fn(&C, $(&$arg::Whole,)+ &Y, Option<&mut C>, $(Option<&mut $arg::Whole>),+) + Copy,
        {
            type Output = Y;

            #[inline]
            fn stored_call(&self, $($name: $arg::Given<'_>),+) -> Y {
                (self.value)(&self.captured, $($name),+)
            }

            #[inline]
            #[allow(clippy::type_complexity)]
            fn rrule_stored_call<Own: Activity, $($act: Activity),+>(
                &self,
                $($name: $arg::Given<'_>,)+
                _: (Own, $($act),+),
            ) -> (
                Y,
                impl FnOnce(
                    &Self,
                    $(&$arg::Whole,)+
                    &Y,
                    Own::Shadow<'_, Self>,
                    $($act::Shadow<'_, $arg::Whole>),+
                ) + Clone + use<C, V, P, Y, Own, $($arg, $act),+>,
            ) {
                let back = |
                    this: &Self,
                    $($name: &$arg::Whole,)+
                    dy: &Y,
                    mut own: Own::Shadow<'_, Self>,
                    $(mut $shadow: $act::Shadow<'_, $arg::Whole>),+
                | {
                    let own = Own::get(&mut own).map(|own| &mut own.captured);
                    (this.pull)(&this.captured, $($name,)+ dy, own, $($act::get(&mut $shadow)),+);
                };
                (self.stored_call($($name),+), back)
            }
        }
    )+};
}
functions! {
    Function1 Storing1: A0 a0 S0 s0;
    Function2 Storing2: A0 a0 S0 s0, A1 a1 S1 s1;
    Function3 Storing3: A0 a0 S0 s0, A1 a1 S1 s1, A2 a2 S2 s2;
    Function4 Storing4: A0 a0 S0 s0, A1 a1 S1 s1, A2 a2 S2 s2, A3 a3 S3 s3;
}
