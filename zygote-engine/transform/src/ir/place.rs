//! Places and operands.

use super::VarId;
use proc_macro2::TokenStream;

/// A step from a place to a part of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Proj {
    /// `.name` or `.0`.
    Field(syn::Member),
    /// `[index]`.
    Index(Operand),
    /// `[lo..hi]`; the flag says inclusive.
    Slice(Option<Operand>, Option<Operand>, bool),
    /// `*place`.
    Deref,
    /// `place.as_slice()`, all elements in a row.
    AsSlice,
    /// `*place.as_ref()`, what is in a box.
    Unboxed,
    /// What is in the `Some` of an `Option` or the `Ok` of a `Result`, whichever it is.
    Payload,
    /// `[key]` of a map.
    Key(Operand),
    /// `[len - n]`, in a pattern.
    FromEnd(usize),
    /// The payload of a variant, or a field of a struct, that a pattern finds: `Path(_, part, ..)` or
    /// `Path { name: part, .. }`.
    Variant(syn::Path, syn::Member),
}

/// A variable or a part of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The variable.
    pub root: VarId,
    /// The steps from the variable to the part.
    pub path: Vec<Proj>,
}

impl Place {
    /// A whole variable.
    pub fn var(root: VarId) -> Self {
        Self { root, path: vec![] }
    }

    /// A part of this place.
    pub fn then(&self, proj: Proj) -> Self {
        let mut path = self.path.clone();
        path.push(proj);
        Self { root: self.root, path }
    }

    /// The same part of another variable.
    pub fn of(&self, root: VarId) -> Self {
        Self { root, path: self.path.clone() }
    }

    /// Whether two places are different fields of one variable, the two sides of one bound, or parts of
    /// such.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let differs = self.path.iter().zip(&other.path).find(|(a, b)| a != b);
        self.root == other.root && differs.is_some_and(|(a, b)| are_apart(a, b) || are_apart(b, a))
    }

    /// Whether a part of one place may be a part of the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.root == other.root && !self.is_disjoint(other)
    }

    /// Whether a part is found by one method or pattern to be read, and by another to be changed.
    pub fn is_lent(&self) -> bool {
        let lends = |p: &Proj| match p {
            Proj::AsSlice | Proj::Unboxed | Proj::Payload => true,
            Proj::FromEnd(_) | Proj::Variant(..) => true,
            Proj::Field(_) | Proj::Index(_) | Proj::Slice(..) | Proj::Deref | Proj::Key(_) => false,
        };
        self.path.iter().any(lends)
    }

    /// The operands of the path: indices and bounds.
    pub fn indices(&self) -> Vec<&Operand> {
        let mut all = vec![];
        for proj in &self.path {
            match proj {
                Proj::Index(i) | Proj::Key(i) => all.push(i),
                Proj::Slice(a, b, _) => all.extend(a.iter().chain(b)),
                Proj::Field(_) | Proj::Deref | Proj::AsSlice => {}
                Proj::Unboxed | Proj::Payload => {}
                Proj::FromEnd(_) | Proj::Variant(..) => {}
            }
        }
        all
    }
}

/// Whether two steps lead to different parts: fields, or what is before a bound and what is from it on.
fn are_apart(a: &Proj, b: &Proj) -> bool {
    match (a, b) {
        (Proj::Field(_), Proj::Field(_)) => true,
        (Proj::Slice(None, Some(end), false), Proj::Slice(Some(start), None, _)) => end == start,
        _ => false,
    }
}

/// How an operand is handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// By value: copied or moved.
    Value,
    /// By shared reference.
    Shared,
    /// By exclusive reference.
    Exclusive,
    /// As the receiver of a method, which takes it as it likes.
    Receiver,
}

/// What an operation works on.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A literal, or the path of a constant or function.
    Const(TokenStream),
    /// A place.
    Place(Place, Mode),
    /// A closure: its position in the call that it is an argument of.
    Lambda(usize),
}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Const(a), Self::Const(b)) => a.to_string() == b.to_string(),
            (Self::Place(a, m), Self::Place(b, n)) => a == b && m == n,
            (Self::Lambda(a), Self::Lambda(b)) => a == b,
            _ => false,
        }
    }
}

impl Operand {
    /// A whole variable, by value.
    pub fn var(v: VarId) -> Self {
        Self::Place(Place::var(v), Mode::Value)
    }

    /// The place, if it is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Place(p, _) => Some(p),
            Self::Const(_) | Self::Lambda(_) => None,
        }
    }
}
