//! What the transformation takes for granted of types, for the compiler to check.

/// A type that only the engine's own `constant`, `hook` and `checkpoint` take.
pub struct Own(());

/// What `iter`, `windows`, `get`, `first`, `split_at` and the like are known of, by their names.
#[diagnostic::on_unimplemented(
    message = "a method of this name is known of slices, `Vec`s, arrays and the collections of the standard library, and `{Self}` may have its own",
    note = "of a type that dereferences to a sequence, call it on the sequence itself: `(*s).iter()`, `s.0.first()`",
    note = "call a method of the type's own through a function or another method with `#[differentiable]`"
)]
pub trait Sequence {}

macro_rules! sequences {
    ($([$($params:tt)*] $t:ty),+ $(,)?) => { $(impl<$($params)*> Sequence for $t {})+ };
}

sequences!(
    [T] [T],
    [T, const N: usize] [T; N],
    [T] Vec<T>,
    [T] std::collections::VecDeque<T>,
    [T] std::collections::BinaryHeap<T>,
    [T] std::collections::LinkedList<T>,
    [T, S] std::collections::HashSet<T, S>,
    [T] std::collections::BTreeSet<T>,
    [K, V, S] std::collections::HashMap<K, V, S>,
    [K, V] std::collections::BTreeMap<K, V>,
    [T] Option<T>,
    [T: Sequence + ?Sized] &T,
    [T: Sequence + ?Sized] &mut T,
    [T: Sequence + ?Sized] Box<T>,
);

/// The receiver of a method that is known by its name.
#[inline(always)]
pub fn sequence<T: Sequence + ?Sized>(_: &T) {}

/// A value of whose type a question is asked.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The receiver is a number, which is copied.
pub struct IsANumber;

/// The receiver is no number.
pub struct IsNoNumber;

/// The receiver is borrowed, and evaluated with the call.
#[diagnostic::on_unimplemented(
    message = "this receiver is copied before the arguments, which may change it",
    label = "a number that an argument may change",
    note = "bind the receiver with `let` first: `let k = c.total; k.max(c.next(x))`"
)]
pub trait StaysAPlace {}

impl StaysAPlace for IsNoNumber {}

/// The kind of a receiver that an argument may change.
#[inline(always)]
pub fn receiver<T: StaysAPlace>(_: T) {}

/// Tells numbers from other types, by the order in which methods are found.
pub trait IsNumber {
    /// What it is.
    fn kind(&self) -> IsANumber {
        IsANumber
    }
}

/// Tells numbers from other types, by the order in which methods are found.
pub trait IsOther {
    /// What it is.
    fn kind(&self) -> IsNoNumber {
        IsNoNumber
    }
}

macro_rules! probes {
    ($($t:ty),+) => { $(impl IsNumber for Probe<'_, $t> {})+ };
}

probes!(f32, f64, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char);

impl<T: ?Sized> IsOther for &Probe<'_, T> {}

/// A real number decides.
pub struct AReal;

/// What decides is no real number.
pub struct NoReal;

/// What may decide to which part of a value another refers.
#[diagnostic::on_unimplemented(
    message = "the part of a value is found by a real number, which the cotangent does not have",
    label = "a real number decides",
    note = "write a function or method with `#[differentiable]` that gives the part's value, and call it instead of indexing"
)]
pub trait Finds {}

impl Finds for NoReal {}

/// The part is found by something of the kind.
#[inline(always)]
pub fn finds<T: Finds>(_: T) {}

/// Tells real numbers from other types, by the order in which methods are found.
pub trait IsReal {
    /// What it is.
    fn reality(&self) -> AReal {
        AReal
    }
}

/// Tells real numbers from other types, by the order in which methods are found.
pub trait IsUnreal {
    /// What it is.
    fn reality(&self) -> NoReal {
        NoReal
    }
}

macro_rules! reals {
    ($($t:ty),+) => { $(impl IsReal for Probe<'_, $t> {})+ };
}

reals!(f32, f64, &f32, &f64, &mut f32, &mut f64);

impl<T: ?Sized> IsUnreal for &Probe<'_, T> {}

/// An integer.
#[diagnostic::on_unimplemented(
    message = "an argument in the chain of a loop is a sequence or an integer, but this is `{Self}`",
    note = "bind the sequence with `let` first, so that its derivative is followed"
)]
pub trait Number {}

macro_rules! numbers {
    ($($t:ty),+) => { $(impl Number for $t {})+ };
}

numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// An integer or a `bool`.
#[diagnostic::on_unimplemented(
    message = "an operator on bits gives `{Self}`, whose derivative would be lost",
    note = "write what it does as a function with a rule"
)]
pub trait NoDerivative {}

impl<T: Number> NoDerivative for T {}

impl NoDerivative for bool {}

/// The result of an operator on bits: without derivative by its type.
#[inline(always)]
pub fn bits<T: NoDerivative>(value: T) -> T {
    value
}

/// A plain argument in the chain of a loop, such as a step: without derivative by its type.
#[inline(always)]
pub fn number<T: Number>(value: T) -> T {
    value
}
