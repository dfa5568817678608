//! What changes behind `&`: a number that comes into it where only reading is expected comes out of it
//! without its derivative.

use super::checks::Probe;

/// What changes behind `&`.
pub struct AChangingPlace;

/// What is not known to change behind `&`.
pub struct NoCell;

/// What may be given what varies where a method is taken to read.
#[diagnostic::on_unimplemented(
    message = "what varies may come here into what changes behind `&`, and its derivative would be lost",
    label = "changes behind `&`",
    note = "cut the derivative: `cell.replace(constant(x))`; or keep the state in a variable: `let old = state; state = x;`"
)]
pub trait OnlyReads {}

impl OnlyReads for NoCell {}

/// What may stand in the body of a method that lends a part to write to.
#[diagnostic::on_unimplemented(
    message = "a method that lends a part to write to runs twice in a derivative, and this changes behind `&`",
    label = "would change twice",
    note = "change it in another method, or give the lending method what it needs as an argument"
)]
pub trait ChangesNothing {}

impl ChangesNothing for NoCell {}

/// An argument that varies, of what is asked whether it changes behind `&`.
#[inline(always)]
pub fn only_read<T, K: OnlyReads>(argument: T, _: K) -> T {
    argument
}

/// A place that a body which runs twice calls a method of.
#[inline(always)]
pub fn unchanged<T: ?Sized, K: ChangesNothing>(place: &T, _: K) -> &T {
    place
}

/// The types of the standard library that change behind `&`, and what refers to them.
pub trait Changes {}

macro_rules! changing {
    ($($of:ty),+; $($holds:ty),+) => {
        $(impl<T: ?Sized> Changes for $of {})+
        $(impl<T: Changes + ?Sized> Changes for $holds {})+
    };
}

changing! {
    std::cell::Cell<T>, std::cell::RefCell<T>, std::sync::Mutex<T>, std::sync::RwLock<T>;
    &T, &mut T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>
}

impl<T> Changes for std::cell::OnceCell<T> {}
impl<T> Changes for std::sync::OnceLock<T> {}
impl<T: Changes> Changes for [T] {}
impl<T: Changes, const N: usize> Changes for [T; N] {}
impl<T: Changes> Changes for Vec<T> {}
impl<T: Changes> Changes for Option<T> {}

/// Tells what changes behind `&` from other types, by the order in which methods are found.
pub trait IsCell {
    /// What it is.
    fn cell(&self) -> AChangingPlace {
        AChangingPlace
    }

    /// What it is, if it may keep a real number.
    fn keeps(&self) -> AChangingPlace {
        AChangingPlace
    }
}

/// Tells what changes behind `&` from other types, by the order in which methods are found.
pub trait IsNoCell {
    /// What it is.
    fn cell(&self) -> NoCell {
        NoCell
    }

    /// What it is.
    fn keeps(&self) -> NoCell {
        NoCell
    }
}

/// Tells what changes behind `&`, but keeps no real number, in the same way.
pub trait IsCounter {
    /// What it is.
    fn keeps(&self) -> NoCell {
        NoCell
    }
}

/// What is no real number.
pub trait Count {}

macro_rules! counts {
    ($($t:ty),+) => { $(impl Count for $t {})+ };
}

counts!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, String);

macro_rules! counters {
    ($($t:ty),+) => {$(
        impl<T: Count> IsCounter for &Probe<'_, $t> {}
        impl<T: Count> IsCounter for &Probe<'_, &$t> {}
    )+};
}

counters!(std::cell::Cell<T>, std::cell::RefCell<T>, std::sync::Mutex<T>, std::sync::RwLock<T>);

impl<T: Changes + ?Sized> IsCell for &&Probe<'_, T> {}
impl<T: ?Sized> IsNoCell for Probe<'_, T> {}
