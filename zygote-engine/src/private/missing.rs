//! What is found for a function that has no rule, so that the compiler says which it is and what to do.

/// A function that has a rule. None has it: a rule is found by its name, and before this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rule here",
    label = "no rule",
    note = "of your own crates: write `#[differentiable]` on the function, or a rule for it with `#[rule(f)]`",
    note = "of another crate's: import the prelude with its rule, `use chainrules::prelude::*;` for the standard library, or write a function with a rule that calls it",
    note = "its value without a derivative: `constant(f(..))`, also of one that changes a `#[constant]` field, `constant(draw(&mut self.rng))`; where the name is that of a closure: write the closure itself in its place, `gradient!(|x: f64| x * x, ..)`, or a function"
)]
pub trait HasRule {
    /// What the function gives.
    type Value;
}

/// A function whose value is no closure. None has it: it is asked of those that give closures.
#[diagnostic::on_unimplemented(
    message = "the closure that `{Self}` gives is not called here",
    label = "gives a closure",
    note = "the derivative is that of the function and the closure in one: call it, `let g = f(a); g(x)`, or hand on a closure that does, `|x| g(x)`"
)]
pub trait GivesNoClosure {}

/// A function with the attribute, whose IR is text. None has it: it is asked of those without a rule.
#[diagnostic::on_unimplemented(
    message = "this function has no derivative by `#[differentiable]` here, and no IR",
    label = "no IR",
    note = "of your own crates: write `#[differentiable]` on the function; the rule of another is written by hand"
)]
pub trait HasIr {}

/// A function whose derivative a user can call by the function's name. None has it: it is asked of those whose
/// rule is one of `#[rrule]`, which has only what calls need.
#[diagnostic::on_unimplemented(
    message = "the rule of this function is found where a closure or a differentiable function calls it, and not by its name alone",
    label = "write a closure",
    note = "the rule is one of `#[rrule]`: write `gradient!(|x| f(x), ..)`, with a parameter for each argument"
)]
pub trait IsCalledByName {}

/// In the place of the rule, of a call with so many arguments.
pub struct Rule<const ARGUMENTS: usize>;

impl<const ARGUMENTS: usize> Rule<ARGUMENTS> {
    /// It stands for a rule that there is not.
    pub const IS_MISSING: bool = true;
    /// Of no path.
    pub const FUNCTION: &str = "";
    /// Of no IR.
    pub const IR: &str = "";
    /// Of no adjoint.
    pub const ADJOINT: &str = "";

    /// A function is asked for its rule.
    pub fn is_found<F: HasRule>(_: &F) {}

    /// A function gives a closure, which is called.
    pub fn is_called_at_once<F: HasRule>(_: &F) {}

    /// A function is asked for its derivative.
    pub fn has_rule<F: HasRule, A>(_: &F, _: &A) {}

    /// What would be its IR.
    ///
    /// # Panics
    /// Always; no program with a call of it compiles.
    pub fn ir_text() -> &'static str
    where
        Self: HasIr,
    {
        without_rule()
    }

    /// What would be its adjoint.
    ///
    /// # Panics
    /// Always; no program with a call of it compiles.
    pub fn adjoint_text() -> &'static str
    where
        Self: HasIr,
    {
        without_rule()
    }

    /// What would be its value and its pullback.
    ///
    /// # Panics
    /// Always; no program with a call of it compiles.
    pub fn pullback<Y, B, A, C>(_: A, _: C) -> (Y, B) {
        without_rule()
    }
}

/// Beside the function.
pub mod there {
    /// In the place of the rule.
    pub type __There = super::Rule<0>;
}

/// As an argument of a function, or with types.
pub mod argument {
    /// In the place of the rule.
    pub type __Rule = super::Rule<{ usize::MAX }>;

    impl __Rule {
        /// What would be called.
        ///
        /// # Panics
        /// Always; no program with a call of it compiles.
        pub fn called<A, Y, B>(_: A) -> (Y, B) {
            super::without_rule()
        }

        /// What is called is the function.
        pub fn is_called<F, C>(_: &F, _: &C) {}

        /// The pull of a call.
        pub fn pull_called<B, A, Y, D>(_: B, _: A, _: Y, _: D) {}
    }
}

fn without_rule() -> ! {
    unreachable!("a function without a rule is called")
}

macro_rules! of_calls {
    ($($module:ident $arguments:literal ($($A:ident)*))*) => {$(
        /// Of calls with so many arguments.
        #[allow(clippy::too_many_arguments)]
        pub mod $module {
            /// In the place of the rule.
            pub type __Rule = super::Rule<$arguments>;

            /// In the place of what a rule of `#[rrule]` has not.
            pub trait __WithoutName {
                /// What would be its arguments, and which of them have a derivative.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                fn arguments<A, B, $($A),*>($(_: $A),*) -> (A, B)
                where
                    Self: super::IsCalledByName,
                {
                    super::without_rule()
                }

                /// A function is asked for its derivative.
                fn has_rule<F, A>(_: &F, _: &A) {}

                /// What would be its value and its pullback.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                fn pullback<Y, B, A, C>(_: A, _: C) -> (Y, B) {
                    super::without_rule()
                }

                /// What would be its IR.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                fn ir_text() -> &'static str
                where
                    Self: super::HasIr,
                {
                    super::without_rule()
                }

                /// What would be its adjoint.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                fn adjoint_text() -> &'static str
                where
                    Self: super::HasIr,
                {
                    super::without_rule()
                }
            }

            impl<R> __WithoutName for R {}

            impl __Rule {
                /// The type of what the function gives.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                pub fn value_of<F: super::HasRule, $($A),*>(_: &F, $(_: $A),*) -> F::Value {
                    super::without_rule()
                }

                /// The type of what the closure gives that the function gives.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                pub fn value_of_closure<F: super::HasRule, $($A),*>(_: &F, $(_: $A),*) -> F::Value {
                    super::without_rule()
                }

                /// What would be its value and the pullback.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                pub fn rrule_closure<Y, B, A, $($A),*>($(_: $A,)* _: A) -> (Y, B) {
                    super::without_rule()
                }

                /// What would be its value and its pullback.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                pub fn rrule<Y, B, A, $($A),*>($(_: $A,)* _: A) -> (Y, B) {
                    super::without_rule()
                }

                /// What would be its arguments, and which of them have a derivative.
                ///
                /// # Panics
                /// Always; no program with a call of it compiles.
                pub fn arguments<A, B, $($A),*>($(_: $A),*) -> (A, B) {
                    super::without_rule()
                }
            }
        }
    )*};
}

of_calls! {
    of_0 0 ()
    of_1 1 (A0)
    of_2 2 (A0 A1)
    of_3 3 (A0 A1 A2)
    of_4 4 (A0 A1 A2 A3)
    of_5 5 (A0 A1 A2 A3 A4)
    of_6 6 (A0 A1 A2 A3 A4 A5)
    of_7 7 (A0 A1 A2 A3 A4 A5 A6)
    of_8 8 (A0 A1 A2 A3 A4 A5 A6 A7)
    of_9 9 (A0 A1 A2 A3 A4 A5 A6 A7 A8)
    of_10 10 (A0 A1 A2 A3 A4 A5 A6 A7 A8 A9)
    of_11 11 (A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10)
    of_12 12 (A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11)
}
