//! What the transformation takes for granted of types, for the compiler to check.

use chainrules_core::{Indexed, Sequence, Tangent};

/// A type that only the engine's own `constant`, `hook` and `checkpoint` take.
pub struct Own(());

/// `constant` is the engine's own.
///
/// # Panics
/// If it is another function of the name.
#[inline(always)]
#[track_caller]
pub fn is_own_constant<F: Fn(Own) -> Own>(_: F) {
    is_own(core::any::type_name::<F>());
}

/// What a method gives that gives the value itself again: in a derivative nothing.
#[diagnostic::on_unimplemented(
    message = "this method gives no `&mut Self`, as another of its name does",
    label = "its value is taken for the value that it is called on",
    note = "bind it with `let` before"
)]
pub trait Itself {}

impl Itself for () {}
impl<T: ?Sized> Itself for &mut T {}

/// A method gives the value itself again.
#[inline(always)]
pub fn itself<T: Itself>(_: &T) {}

/// `hook` is the engine's own.
///
/// # Panics
/// If it is another function of the name.
#[inline(always)]
#[track_caller]
pub fn is_own_hook<F: Fn(Own, fn(Own) -> Own) -> Own>(_: F) {
    is_own(core::any::type_name::<F>());
}

/// `checkpoint` is the engine's own.
///
/// # Panics
/// If it is another function of the name.
#[inline(always)]
#[track_caller]
pub fn is_own_checkpoint<F: Fn(fn() -> Own) -> Own>(_: F) {
    is_own(core::any::type_name::<F>());
}

#[inline(always)]
#[track_caller]
fn is_own(function: &str) {
    if !function.starts_with("zygote_engine::control::") {
        another_own(function);
    }
}

#[cold]
#[track_caller]
fn another_own(function: &str) -> ! {
    let path = function.split('<').next().unwrap_or(function);
    panic!(
        "`{path}` has the name of a function of `zygote_engine`, which is taken for it: give it a name \
         of its own"
    )
}

/// The receiver of a method that is known by its name.
#[inline(always)]
pub fn sequence<T: Sequence<M> + ?Sized, M>(_: &T) {}

/// The receiver of a method that gives items by their numbers.
#[inline(always)]
pub fn indexed<T: Indexed<M> + ?Sized, M>(_: &T) {}

/// What `values`, `keys`, `entry` and the like are known of, by their names.
#[diagnostic::on_unimplemented(
    message = "a method of this name is known of maps, and `{Self}` is none of the standard library",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait Map {
    /// The type of a key.
    type Key;

    /// The keys, in the map's order.
    fn keys(&self) -> Vec<Self::Key>;
}

impl<K: Clone, V> Map for std::collections::BTreeMap<K, V> {
    type Key = K;

    fn keys(&self) -> Vec<K> {
        self.keys().cloned().collect()
    }
}

impl<K: Clone, V, S> Map for std::collections::HashMap<K, V, S> {
    type Key = K;

    fn keys(&self) -> Vec<K> {
        self.keys().cloned().collect()
    }
}

macro_rules! lent_maps {
    ($($t:ty),+) => {$(
        impl<T: Map + ?Sized> Map for $t {
            type Key = T::Key;

            fn keys(&self) -> Vec<T::Key> {
                T::keys(self)
            }
        }
    )+};
}

lent_maps!(&T, &mut T, Box<T>);

/// The receiver of a method that is known of maps by its name.
#[inline(always)]
pub fn map<T: Map + ?Sized>(_: &T) {}

/// A map, whose items are pairs of references.
#[diagnostic::on_unimplemented(
    message = "a pattern for a reference to a pair is supported of maps only, and this is `{Self}`",
    note = "name the item: `.filter(|p| p.0 > 0.0)`, or copy it, `.filter(|&&(a, b)| a > b)`"
)]
pub trait Entries {}

impl<T: Map + ?Sized> Entries for T {}

/// What gives pairs of references.
#[inline(always)]
pub fn entries<T: Entries + ?Sized>(_: &T) {}

/// The keys of a map, in its order.
pub fn keys<T: Map + ?Sized>(map: &T) -> Vec<T::Key> {
    map.keys()
}

/// What `range` is known of, by its name.
#[diagnostic::on_unimplemented(
    message = "`range` is known of `BTreeMap`, and this is `{Self}`",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait Ordered: Map {
    /// The keys in a range, in order.
    fn keys_in(&self, range: impl std::ops::RangeBounds<Self::Key>) -> Vec<Self::Key>;
}

impl<K: Clone + Ord, V> Ordered for std::collections::BTreeMap<K, V> {
    fn keys_in(&self, range: impl std::ops::RangeBounds<K>) -> Vec<K> {
        self.range(range).map(|(key, _)| key.clone()).collect()
    }
}

/// The keys of a map in a range, in its order.
pub fn keys_in<T: Ordered + ?Sized>(
    map: &T,
    range: impl std::ops::RangeBounds<T::Key>,
) -> Vec<T::Key> {
    map.keys_in(range)
}

/// What a chain may be added to, unless its type is another collection's by the source.
#[diagnostic::on_unimplemented(
    message = "`extend` by a chain of iterators, or by references, is known of `Vec`, and this is `{Self}`",
    note = "that another collection is one has to be seen in the function: `let q: &mut VecDeque<_> = &mut self.q;`, or write a loop",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait List {}

impl<T> List for Vec<T> {}
impl<T: List + ?Sized> List for &T {}
impl<T: List + ?Sized> List for &mut T {}
impl<T: List + ?Sized> List for Box<T> {}

/// A collection whose name is that of the double-ended queue of the standard library.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is taken for a collection of the standard library by its name",
    note = "import it by another name: `use shapes::VecDeque as ShapeDeque;`"
)]
pub trait Deque {}

impl<T> Deque for std::collections::VecDeque<T> {}
impl<T: Deque + ?Sized> Deque for &T {}
impl<T: Deque + ?Sized> Deque for &mut T {}
impl<T: Deque + ?Sized> Deque for Box<T> {}

/// What is added to as to a double-ended queue.
#[inline(always)]
pub fn deque<T: Deque + ?Sized>(_: &T) {}

/// The receiver of `extend`.
#[inline(always)]
pub fn list<T: List + ?Sized>(_: &T) {}

/// What a method of a `#[constant]` variable is given carries no derivative, by its type.
#[inline(always)]
pub fn to_a_constant<T: Tangent<M>, M>(value: &T) -> T {
    const {
        assert!(
            T::EPSILON == 0.0,
            "a method of a `#[constant]` variable is given what carries a derivative, which would be lost: cut it, `constant(x)`"
        );
    }
    value.clone()
}

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

/// A bound of a range that is a value.
#[diagnostic::on_unimplemented(
    message = "a range that is a value is one of integers, but this is of `{Self}`",
    note = "compare with its ends: `a <= x && x < b`"
)]
pub trait Bound {}

impl<T: Number> Bound for T {}

/// The bounds of a range that is a value.
#[inline(always)]
pub fn bounds<T: Bound>(_: T, _: T) {}

/// What a macro of ranges gives carries no derivative, by its type.
#[inline(always)]
pub fn without_derivative<T: Tangent<M>, M>(value: T) -> T {
    const {
        assert!(
            T::EPSILON == 0.0,
            "a macro of ranges gives what carries a derivative, which would be lost: write out what it does"
        );
    }
    value
}

/// What carries no derivative, by its type, or refers to such a thing.
#[diagnostic::on_unimplemented(
    message = "the derivative of this in an error would be lost: `{Self}` is not known to carry none",
    label = "in an error",
    note = "cut its derivative: `Err(constant(x))`"
)]
pub trait Payload<M> {
    /// Whether it carries none.
    const INERT: bool;
}

/// Marks what has a cotangent.
pub struct Plain<M>(M);

/// Marks references.
pub struct Referred<M>(M);

impl<T: Tangent<M>, M> Payload<Plain<M>> for T {
    const INERT: bool = T::EPSILON == 0.0;
}

impl<T: Payload<M> + ?Sized, M> Payload<Referred<M>> for &T {
    const INERT: bool = T::INERT;
}

/// What comes into an error carries no derivative, by its type.
///
/// ```compile_fail,E0080
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[derive(Clone, Tangent)]
/// struct Point(f64);
///
/// #[differentiable]
/// fn distance(p: &Point) -> Result<f64, Point> {
///     if p.0 > 0.0 { Ok(p.0) } else { Err(p.clone()) }
/// }
///
/// gradient!(|x: f64| distance(&Point(x)).unwrap_or(0.0), 1.0);
/// ```
#[inline(always)]
pub fn payload<T: Payload<M> + ?Sized, M>(_: &T) {
    const {
        assert!(
            T::INERT,
            "an error that depends on a differentiable value: cut its derivative, `Err(constant(x))`"
        );
    }
}

/// What may come into an error.
#[diagnostic::on_unimplemented(
    message = "an error that depends on a differentiable value is not supported in a differentiable function yet",
    label = "a real number in an error",
    note = "cut its derivative: `Err(constant(x))`"
)]
pub trait InAnError {}

impl InAnError for NoReal {}

/// What comes into an error is of the kind.
#[inline(always)]
pub fn in_an_error<T: InAnError>(_: T) {}

/// A range lies in a sequence of this length.
///
/// # Panics
/// If it does not, as the methods do that take such a range.
#[inline(always)]
#[track_caller]
pub fn in_range<R: core::slice::SliceIndex<[()]>>(len: usize, range: R) {
    let _ = &vec![(); len][range];
}

/// The value of a macro's rule is of the type that the macro gives. A debug build compares the numbers,
/// too.
///
/// # Panics
/// In a debug build, if the macro gives another value.
#[inline(always)]
#[track_caller]
pub fn of_the_macro<T: Tangent<M>, M>(of_the_rule: &T, of_the_macro: impl FnOnce() -> T) {
    if cfg!(debug_assertions) {
        assert!(
            numbers(of_the_rule.clone()) == numbers(of_the_macro()),
            "the macro gives another value than the function that has its rule: give it a name of its own"
        );
    }
}

/// The real numbers in a value, by their bits.
pub(super) fn numbers<T: Tangent<M>, M>(mut value: T) -> Vec<u64> {
    let mut all = vec![];
    value.map_scalars(&mut |x| {
        all.push(x.to_bits());
        x
    });
    all
}

/// An integer or a `bool`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is the value of `!` or of an operator such as `^` or `<<`, and its derivative would be lost",
    note = "of an operator of your own with `#[differentiable]` call the method by its name, `a.not()`, `a.bitxor(b)`; for another write what it does as a function with a rule"
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

/// A type whose references are taken for those of another: the place is the same.
#[diagnostic::on_unimplemented(
    message = "a reference to `{Self}` is bound as one to `{T}`",
    label = "refers to a part that `Deref` finds",
    note = "in a differentiable function a reference has the type of what it refers to, or is a slice of a list: name the part, `&w.part`, or pass it to a function"
)]
pub trait RefersTo<T: ?Sized> {}

impl<T: ?Sized> RefersTo<T> for T {}
impl<T> RefersTo<[T]> for Vec<T> {}
impl<T, const N: usize> RefersTo<[T]> for [T; N] {}
impl<T: ?Sized> RefersTo<T> for Box<T> {}
impl RefersTo<str> for String {}
impl<T: ?Sized> RefersTo<T> for &T {}
impl<T: ?Sized> RefersTo<T> for &mut T {}
impl<T> RefersTo<[T]> for &Vec<T> {}
impl<T> RefersTo<[T]> for &mut Vec<T> {}

/// A reference is bound to a name with a type.
#[inline(always)]
pub fn refers_to<T: ?Sized, U: RefersTo<T> + ?Sized>(_: &U) {}

/// A method of a type that is the one of its trait.
#[diagnostic::on_unimplemented(
    message = "a method of the type itself has the name of this method of the trait, and would be called in its place",
    label = "hidden by the type's own method",
    note = "give one of the two another name"
)]
pub trait IsOfTrait<F> {}

impl<F> IsOfTrait<F> for F {}
// A second one, so that the compiler asks for the trait and not for equal types.
impl<F> IsOfTrait<[F; 0]> for F {}

/// The method of a type is that of its trait.
#[inline(always)]
pub fn the_methods_are_one<F: IsOfTrait<G>, G>(_of_the_type: F, _of_the_trait: G) {}
