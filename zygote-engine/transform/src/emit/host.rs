//! Where a function stands.

use std::collections::BTreeSet;

/// Names, such as `self`, and their methods that change them where a value is read.
pub type Changing = BTreeSet<(String, String)>;

/// Where a function stands.
#[derive(Clone, Copy)]
pub enum Host<'a> {
    /// In a module.
    Module,
    /// In an `impl` block.
    Block(&'a syn::ItemImpl),
    /// In a trait, and whether that is for types of no known size, too.
    Trait(&'a syn::ItemTrait, bool),
}

impl<'a> Host<'a> {
    /// The generic parameters of the block or trait.
    pub fn generics(self) -> Option<&'a syn::Generics> {
        match self {
            Self::Module => None,
            Self::Block(b) => Some(&b.generics),
            Self::Trait(t, _) => Some(&t.generics),
        }
    }

    /// Whether the function is one of a type.
    pub fn is_type(self) -> bool {
        !matches!(self, Self::Module)
    }

    /// The type of the block, if it is one of the language, which has no functions of its own here.
    pub fn foreign_type(self) -> Option<&'a syn::Type> {
        let Self::Block(block) = self else { return None };
        let ty = &*block.self_ty;
        let own = match ty {
            syn::Type::Path(p) => !crate::lower::is_of_language(p),
            _ => false,
        };
        (!own).then_some(ty)
    }

    /// The signatures of the functions of the block or trait.
    pub fn signatures(self) -> Vec<&'a syn::Signature> {
        match self {
            Self::Module => vec![],
            Self::Block(b) => {
                let all = b.items.iter().filter_map(|i| match i {
                    syn::ImplItem::Fn(f) => Some(&f.sig),
                    _ => None,
                });
                all.collect()
            }
            Self::Trait(t, _) => {
                let all = t.items.iter().filter_map(|i| match i {
                    syn::TraitItem::Fn(f) => Some(&f.sig),
                    _ => None,
                });
                all.collect()
            }
        }
    }

    /// The methods of the block or trait that take `&mut self`, beside that name.
    pub fn changing_methods(self) -> Changing {
        let changes = |sig: &&syn::Signature| {
            let kind = sig.receiver().map(|r| &r.kind);
            matches!(kind, Some(syn::ReceiverKind::Reference(_, _, Some(_))))
        };
        let pair = |sig: &syn::Signature| ("self".into(), sig.ident.to_string());
        self.signatures().into_iter().filter(changes).map(pair).collect()
    }

    /// Whether the block is that of a trait.
    pub fn in_trait(self) -> bool {
        match self {
            Self::Module => false,
            Self::Block(b) => b.trait_.is_some(),
            Self::Trait(..) => true,
        }
    }
}
