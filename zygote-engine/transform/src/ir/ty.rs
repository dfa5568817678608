//! What the source says of types.

use super::Proj;

/// What the source says of a type. Only the compiler knows types; this is used to leave out work
/// that is known to do nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    /// `f32` or `f64`.
    Real,
    /// An integer, `bool` or `char`: copied, and without derivative.
    Inert,
    /// `str` or `String`.
    Text,
    /// A slice, array or `Vec`.
    Seq(Box<Ty>),
    /// A collection of another kind, by its name alone, with the type of its values.
    Of(Collection, Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// A reference.
    Ref(Box<Ty>),
    /// What `Box::new` gives, which becomes a trait object where one is expected.
    Boxed,
    /// Anything else.
    Unknown,
}

/// A collection that is no sequence in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collection {
    /// `BTreeMap` or `HashMap`.
    Map,
    /// `VecDeque`.
    Deque,
    /// `Range`, of integers.
    Range,
    /// `RangeInclusive`, of integers.
    Inclusive,
}

impl Collection {
    /// A range, with its end or without.
    pub fn of_range(inclusive: bool) -> Self {
        if inclusive { Self::Inclusive } else { Self::Range }
    }
}

impl Ty {
    /// Whether it is a collection of this kind, by its name.
    pub fn is_of(&self, kind: Collection) -> bool {
        matches!(self.peeled(), Self::Of(of, _) if *of == kind)
    }

    /// Whether a value of the type carries no derivative, and this is known.
    pub fn is_inert(&self) -> bool {
        match self {
            Self::Inert | Self::Text => true,
            Self::Seq(of) | Self::Ref(of) => of.is_inert(),
            Self::Tuple(all) => all.iter().all(Self::is_inert),
            Self::Real | Self::Of(..) | Self::Boxed | Self::Unknown => false,
        }
    }

    /// Whether the source says all of the type.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Real | Self::Inert | Self::Text => true,
            Self::Seq(of) | Self::Ref(of) => of.is_known(),
            Self::Tuple(all) => all.iter().all(Self::is_known),
            Self::Of(..) | Self::Boxed | Self::Unknown => false,
        }
    }

    /// The type without outer references.
    pub fn peeled(&self) -> &Self {
        match self {
            Self::Ref(inner) => inner.peeled(),
            other => other,
        }
    }

    /// The type of a part.
    pub fn project(&self, proj: &Proj) -> Self {
        match (self.peeled(), proj) {
            (Self::Seq(of), Proj::Index(_) | Proj::FromEnd(_)) => (**of).clone(),
            (Self::Of(Collection::Map, of), Proj::Key(_)) => (**of).clone(),
            (Self::Text, Proj::Slice(..)) => Self::Text,
            (Self::Seq(of), Proj::Slice(..) | Proj::AsSlice) => Self::Seq(of.clone()),
            (Self::Tuple(of), Proj::Field(syn::Member::Unnamed(i))) => {
                of.get(i.index as usize).cloned().unwrap_or(Self::Unknown)
            }
            (Self::Boxed, _) => Self::Unknown,
            (t, Proj::Deref) => t.clone(),
            _ => Self::Unknown,
        }
    }
}
