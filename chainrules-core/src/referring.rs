//! Structs with fields that are references.

/// A struct with fields that are references, `struct Parser<'a> { tokens: &'a [Token], at: usize }`: a pullback, which
/// outlives what they refer to, keeps the other fields, and puts them into such a struct that is made again.
///
/// `#[derive(Tangent)]` implements it where no other field has a lifetime.
///
/// ```
/// use chainrules_core::{Referring, Tangent};
///
/// #[derive(Clone, Tangent)]
/// struct Samples<'a> {
///     #[constant]
///     data: &'a [f64],
///     at: usize,
///     sum: f64,
/// }
///
/// let data = [1.0, 2.0];
/// let rest = Samples { data: &data, at: 1, sum: 3.0 }.rest();
/// let again = Samples { data: &data, at: 0, sum: 0.0 }.with_rest(rest);
/// assert_eq!((again.data, again.at, again.sum), (&data[..], 1, 3.0));
/// ```
pub trait Referring: Sized {
    /// The fields that are no references.
    type Rest: Clone;
    /// Where the references lead: an address and a number of bytes for each.
    type Referents: Copy + PartialEq;

    /// Where the references lead.
    fn referents(&self) -> Self::Referents;

    /// The fields that are no references.
    fn rest(self) -> Self::Rest;

    /// The references of this one, with other fields beside them.
    #[must_use]
    fn with_rest(self, rest: Self::Rest) -> Self;
}

/// Where a reference leads: the address and the number of bytes.
pub fn referent<T: ?Sized>(of: &T) -> (usize, usize) {
    (std::ptr::from_ref(of).cast::<()>().addr(), size_of_val(of))
}
