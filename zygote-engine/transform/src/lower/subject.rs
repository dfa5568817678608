//! What patterns are matched against.

use crate::ir::{Place, Proj};

/// What a pattern's variables are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binds {
    /// Local variables.
    Locals,
    /// The items of a loop.
    Items {
        /// Whether no item depends on an active parameter.
        constant: bool,
    },
    /// Values without derivative.
    Inert,
    /// References to parts of what the pattern is matched against.
    References {
        /// Whether they are exclusive.
        exclusive: bool,
    },
}

/// What a pattern is matched against.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The place, unless it is an item of a loop.
    pub place: Option<&'a Place>,
    /// What the pattern's variables are.
    pub binds: Binds,
    /// Whether the pattern may fail: a name in capitals is then a constant.
    pub refutable: bool,
}

impl Subject<'_> {
    /// The step to a part that a pattern names. What is taken apart by `&mut` in a pattern that can't fail
    /// is a struct, whose fields are changed one beside the other.
    pub(super) fn part(&self, path: &syn::Path, member: syn::Member) -> Proj {
        let exclusive = self.binds == Binds::References { exclusive: true };
        match exclusive && !self.refutable && !is_of_enum(path) {
            true => Proj::Field(member),
            false => Proj::Variant(path.clone(), member),
        }
    }

    /// The payload of an error carries no derivative.
    pub(super) fn of_payload(self, path: &syn::Path) -> Self {
        match self.binds {
            Binds::Locals if crate::ir::is_error(path) => Self { binds: Binds::Inert, ..self },
            _ => self,
        }
    }
}

/// Whether a path is that of a variant, as what it belongs to is no module by the convention of the language.
pub(super) fn is_of_enum(path: &syn::Path) -> bool {
    let before = path.segments.iter().rev().nth(1);
    before.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}
