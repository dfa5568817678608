//! Whether the cotangent of an argument is wanted, decided at compile time.

/// Whether the cotangent of an argument is wanted.
///
/// A pullback takes one [`Activity::Shadow`] for each argument: `&mut T` when the argument is
/// [`Active`], nothing when it is [`Constant`]. Both are types, so that the work for a constant
/// argument vanishes when the pullback is compiled.
pub trait Activity: Copy + 'static {
    /// The place into which the cotangent of an argument of type `T` is accumulated.
    type Shadow<'s, T: ?Sized + 's>;

    /// The shadow as a reference, or `None` when the argument is constant.
    fn get<'a, 's, T: ?Sized + 'a>(shadow: &'a mut Self::Shadow<'s, T>) -> Option<&'a mut T>;

    /// The shadow of a part of the argument.
    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        shadow: &'a mut Self::Shadow<'s, T>,
        part: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> Self::Shadow<'a, U>;

    /// The shadow, lent to a pullback that is called inside another.
    #[inline(always)]
    fn reborrow<'a, 's, T: ?Sized + 'a>(
        shadow: &'a mut Self::Shadow<'s, T>,
    ) -> Self::Shadow<'a, T> {
        Self::part(shadow, |whole| whole)
    }

    /// The place of a cotangent as the shadow of an argument.
    fn lend<T: ?Sized>(cotangent: &mut T) -> Self::Shadow<'_, T>;

    /// In the place of a shadow that is not wanted.
    ///
    /// # Panics
    /// Where it is wanted.
    fn unwanted<'s, T: ?Sized + 's>() -> Self::Shadow<'s, T>;

    /// Whether the cotangent is wanted.
    const WANTED: bool;

    /// The only value of the type.
    const VALUE: Self;

    /// The activity of what varies with either of two arguments.
    type Or<Other: Activity>: Activity;

    /// The first type where the cotangent is wanted, else the second.
    type Choose<W: Clone, U: Clone>: Clone;

    /// What `wanted` makes of a value where the cotangent is wanted, else what `unwanted` does.
    fn choose<T, W: Clone, U: Clone>(
        value: T,
        wanted: impl FnOnce(T) -> W,
        unwanted: impl FnOnce(T) -> U,
    ) -> Self::Choose<W, U>;

    /// What the one or the other makes of what [`choose`](Self::choose) gave.
    fn chosen<T, W: Clone, U: Clone>(
        choice: Self::Choose<W, U>,
        wanted: impl FnOnce(W) -> T,
        unwanted: impl FnOnce(U) -> T,
    ) -> T;
}

/// The argument varies: its cotangent is accumulated.
#[derive(Clone, Copy, Debug)]
pub struct Active;

/// The argument is constant: no cotangent is computed for it.
#[derive(Clone, Copy, Debug)]
pub struct Constant;

/// The argument is a function whose calls change nothing and depend on nothing that varies but their
/// arguments. It is pulled like an [`Active`] one.
#[derive(Clone, Copy, Debug)]
pub struct Pure;

/// What an argument that a rule marks `#[inert]` may be: its derivative would be lost otherwise.
#[diagnostic::on_unimplemented(
    message = "the derivative of this argument would be lost: the rule takes it for constant",
    label = "an argument of this call varies, or is a closure that changes or uses what varies",
    note = "cut its derivative with `constant(..)`, or do in statements what the closure does"
)]
pub trait InertArgument {}

impl InertArgument for Constant {}

impl InertArgument for Pure {}

/// What an argument that a function changes may be: what a derivative puts into a constant one is lost.
#[diagnostic::on_unimplemented(
    message = "a constant is given by `&mut` to a function that may give it a derivative",
    label = "an argument of this call is constant",
    note = "write `#[constant]` at the parameter of the function, too, or leave it out at the constant"
)]
pub trait ChangedArgument {}

impl ChangedArgument for Active {}

impl ChangedArgument for Pure {}

macro_rules! active {
    ($($activity:ty),+) => {$(
        impl Activity for $activity {
            type Shadow<'s, T: ?Sized + 's> = &'s mut T;

            #[inline(always)]
            fn get<'a, 's, T: ?Sized + 'a>(shadow: &'a mut &'s mut T) -> Option<&'a mut T> {
                Some(shadow)
            }

            #[inline(always)]
            fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
                shadow: &'a mut &'s mut T,
                part: impl FnOnce(&'a mut T) -> &'a mut U,
            ) -> &'a mut U {
                part(shadow)
            }

            #[inline(always)]
            fn lend<T: ?Sized>(cotangent: &mut T) -> &mut T {
                cotangent
            }

            #[inline(always)]
            fn unwanted<'s, T: ?Sized + 's>() -> &'s mut T {
                unreachable!("the shadow is wanted")
            }

            const WANTED: bool = true;
            const VALUE: Self = Self;
            type Or<Other: Activity> = Active;
            type Choose<W: Clone, U: Clone> = W;

            #[inline(always)]
            fn choose<T, W: Clone, U: Clone>(
                value: T,
                wanted: impl FnOnce(T) -> W,
                _: impl FnOnce(T) -> U,
            ) -> W {
                wanted(value)
            }

            #[inline(always)]
            fn chosen<T, W: Clone, U: Clone>(
                choice: W,
                wanted: impl FnOnce(W) -> T,
                _: impl FnOnce(U) -> T,
            ) -> T {
                wanted(choice)
            }
        }
    )+};
}
active!(Active, Pure);

impl Activity for Constant {
    type Shadow<'s, T: ?Sized + 's> = ();

    #[inline(always)]
    fn get<'a, 's, T: ?Sized + 'a>(_: &'a mut ()) -> Option<&'a mut T> {
        None
    }

    #[inline(always)]
    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        _: &'a mut (),
        _: impl FnOnce(&'a mut T) -> &'a mut U,
    ) {
    }

    #[inline(always)]
    fn lend<T: ?Sized>(_: &mut T) {}

    #[inline(always)]
    fn unwanted<'s, T: ?Sized + 's>() {}

    const WANTED: bool = false;
    const VALUE: Self = Self;
    type Or<Other: Activity> = Other;
    type Choose<W: Clone, U: Clone> = U;

    #[inline(always)]
    fn choose<T, W: Clone, U: Clone>(
        value: T,
        _: impl FnOnce(T) -> W,
        unwanted: impl FnOnce(T) -> U,
    ) -> U {
        unwanted(value)
    }

    #[inline(always)]
    fn chosen<T, W: Clone, U: Clone>(
        choice: U,
        _: impl FnOnce(W) -> T,
        unwanted: impl FnOnce(U) -> T,
    ) -> T {
        unwanted(choice)
    }
}

/// The activity of an argument of a call by a user, with what is needed to make its cotangent.
pub trait Choice: Activity {
    /// The owned cotangent of an argument, if it is wanted.
    type Cotangent<T: Clone>: Clone;

    /// Makes the owned cotangent, if it is wanted.
    fn make<T: Clone>(zero: impl FnOnce() -> T) -> Self::Cotangent<T>;

    /// The owned cotangent, or `None` when it is not wanted.
    fn owned<T: Clone>(cotangent: &mut Self::Cotangent<T>) -> Option<&mut T>;

    /// The owned cotangent as a shadow.
    fn lend<'a, T: Clone + 'a, U: ?Sized + 'a>(
        cotangent: &'a mut Self::Cotangent<T>,
        whole: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> Self::Shadow<'a, U>;
}

impl Choice for Active {
    type Cotangent<T: Clone> = Wanted<T>;

    #[inline(always)]
    fn make<T: Clone>(zero: impl FnOnce() -> T) -> Wanted<T> {
        Wanted(zero())
    }

    #[inline(always)]
    fn owned<T: Clone>(cotangent: &mut Wanted<T>) -> Option<&mut T> {
        Some(&mut cotangent.0)
    }

    #[inline(always)]
    fn lend<'a, T: Clone + 'a, U: ?Sized + 'a>(
        cotangent: &'a mut Wanted<T>,
        whole: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> &'a mut U {
        whole(&mut cotangent.0)
    }
}

impl Choice for Constant {
    type Cotangent<T: Clone> = Unwanted;

    #[inline(always)]
    fn make<T: Clone>(_: impl FnOnce() -> T) -> Unwanted {
        Unwanted
    }

    #[inline(always)]
    fn owned<T: Clone>(_: &mut Unwanted) -> Option<&mut T> {
        None
    }

    #[inline(always)]
    fn lend<'a, T: Clone + 'a, U: ?Sized + 'a>(
        _: &'a mut Unwanted,
        _: impl FnOnce(&'a mut T) -> &'a mut U,
    ) {
    }
}

/// The owned cotangent of an [`Active`] argument.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<T>(pub T);

/// In place of the cotangent of a [`Constant`] argument.
#[derive(Clone, Copy, Debug)]
pub struct Unwanted;

/// The activity of an argument that is wanted only if both say so; and of a list of arguments,
/// `(A, (B, ()))`. Where one list is shorter, the other decides: the compiler says what is wrong with
/// the number of arguments elsewhere.
pub trait Restrict<By> {
    /// The activity.
    type Out;

    /// The activity.
    fn restrict(self, by: By) -> Self::Out;
}

impl<By: Choice> Restrict<By> for Active {
    type Out = By;

    #[inline(always)]
    fn restrict(self, by: By) -> By {
        by
    }
}

impl<By: Choice> Restrict<By> for Constant {
    type Out = Constant;

    #[inline(always)]
    fn restrict(self, _: By) -> Constant {
        Constant
    }
}

impl<By> Restrict<By> for () {
    type Out = ();

    #[inline(always)]
    fn restrict(self, _: By) {}
}

impl<A: Restrict<By>, Rest: Restrict<Others>, By, Others> Restrict<(By, Others)> for (A, Rest) {
    type Out = (A::Out, Rest::Out);

    #[inline(always)]
    fn restrict(self, by: (By, Others)) -> Self::Out {
        (self.0.restrict(by.0), self.1.restrict(by.1))
    }
}

impl<A, Rest> Restrict<()> for (A, Rest) {
    type Out = Self;

    #[inline(always)]
    fn restrict(self, (): ()) -> Self {
        self
    }
}

/// Appends an owned cotangent, or each of a list `(A, (B, ()))`, to a tuple, unless it is [`Unwanted`].
pub trait AppendTo<Tuple> {
    /// The longer tuple.
    type Out;

    /// The longer tuple.
    fn append_to(self, tuple: Tuple) -> Self::Out;
}

impl<Tuple> AppendTo<Tuple> for Unwanted {
    type Out = Tuple;

    #[inline(always)]
    fn append_to(self, tuple: Tuple) -> Tuple {
        tuple
    }
}

impl<Tuple> AppendTo<Tuple> for () {
    type Out = Tuple;

    #[inline(always)]
    fn append_to(self, tuple: Tuple) -> Tuple {
        tuple
    }
}

impl<Tuple, A: AppendTo<Tuple>, Rest: AppendTo<A::Out>> AppendTo<Tuple> for (A, Rest) {
    type Out = Rest::Out;

    #[inline(always)]
    fn append_to(self, tuple: Tuple) -> Rest::Out {
        self.1.append_to(self.0.append_to(tuple))
    }
}

/// A tuple of cotangents as a caller gets it: the bare value where there is one.
#[diagnostic::on_unimplemented(
    message = "no argument of this call has a cotangent",
    label = "every argument is constant",
    note = "leave one without `constant(..)`; integers, `bool`s, strings and `#[constant]` parameters have no cotangent"
)]
pub trait Collected {
    /// The bare value, or the tuple.
    type Out;

    /// The bare value, or the tuple.
    fn collected(self) -> Self::Out;
}

/// A tuple of cotangents, from which a caller gets what [`Collected`] says.
#[derive(Clone, Copy, Debug)]
pub struct Cotangents<Tuple>(pub Tuple);

impl<T> Collected for Cotangents<(T,)> {
    type Out = T;

    #[inline(always)]
    fn collected(self) -> T {
        self.0.0
    }
}

macro_rules! tuples {
    ($(($($t:ident $i:tt)*))+) => {$(
        impl<$($t,)* T> AppendTo<($($t,)*)> for Wanted<T> {
            type Out = ($($t,)* T,);

            #[inline(always)]
            #[allow(unused_variables, reason = "the empty tuple has no parts")]
            fn append_to(self, tuple: ($($t,)*)) -> Self::Out {
                ($(tuple.$i,)* self.0,)
            }
        }
    )+};
}
tuples! {
    () (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5) (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7) (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9) (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
}

macro_rules! collected {
    ($(($($t:ident)*))+) => {$(
        impl<$($t),*> Collected for Cotangents<($($t,)*)> {
            type Out = ($($t,)*);

            #[inline(always)]
            fn collected(self) -> Self::Out {
                self.0
            }
        }
    )+};
}
collected! {
    (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}
