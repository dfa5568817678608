//! What functions and methods give, by their names: a call does not show it.

use crate::ir::Callee;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, FnArg, Generics, Ident, ReturnType, Signature, Type};

/// What all functions, or all methods, of a name give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gives {
    /// The value itself again, `-> &mut Self`.
    Itself,
    /// A range, and whether it has its end.
    Range(bool),
    /// A closure of so many parameters.
    Closure(usize),
    /// A reference to a value of a type with a name, `-> &Token`.
    Lent,
    /// One in an `Option`.
    MayLend,
    /// The one or the other, of methods of several types: a pattern shows which.
    LentOrMayLend,
    /// Something else, or not all the same.
    Other,
}

/// How many parameters an argument that is a function has, and whether it is an `fn` pointer.
type Taken = (usize, bool);

/// What is given, by the name and whether it is a method's.
#[derive(Clone, Debug, Default)]
pub struct Given {
    gives: BTreeMap<(String, bool), Gives>,
    /// The same of the functions of a type or trait, by its name and theirs.
    of_types: BTreeMap<(String, String), Gives>,
    /// The arguments that are functions, by their numbers.
    takes: BTreeSet<(String, bool, usize)>,
    /// Those by value; of functions of one name those of the last.
    functions: BTreeMap<(String, bool), Vec<Option<Taken>>>,
}

impl Given {
    /// Nothing.
    pub const fn new() -> Self {
        Self {
            gives: BTreeMap::new(),
            of_types: BTreeMap::new(),
            takes: BTreeSet::new(),
            functions: BTreeMap::new(),
        }
    }

    /// Adds a function or a method, of a block with these parameters and of this type or trait.
    pub fn add(&mut self, sig: &Signature, of_block: &Generics, of: Option<&str>) {
        let gives = given_by(sig);
        let (name, is_method) = (sig.ident.to_string(), sig.receiver().is_some());
        let arguments = sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(p) => Some(&p.ty),
            FnArg::Receiver(_) => None,
        });
        let arguments: Vec<_> = arguments.collect();
        let functions = arguments
            .iter()
            .map(|ty| crate::lower::function_taken(ty, &[&sig.generics, of_block]))
            .collect();
        self.functions.insert((name.clone(), is_method), functions);
        for (k, ty) in arguments.into_iter().enumerate() {
            if crate::lower::is_function_in(ty, &[&sig.generics, of_block]) {
                self.takes.insert((name.clone(), is_method, k));
            }
        }
        if let Some(of) = of {
            self.of_types.insert((of.to_string(), name.clone()), gives);
        }
        let before = self.gives.entry((name, is_method)).or_insert(gives);
        *before = match (*before, gives) {
            (before, gives) if before == gives => gives,
            (Gives::Lent | Gives::MayLend | Gives::LentOrMayLend, Gives::Lent | Gives::MayLend) => {
                Gives::LentOrMayLend
            }
            _ => Gives::Other,
        };
    }

    /// Whether an argument of a call is known to be a function.
    pub fn takes_function(&self, name: &Ident, is_method: bool, argument: usize) -> bool {
        let of_chain = is_method && crate::lower::is_iterating(name);
        of_chain || self.takes.contains(&(name.to_string(), is_method, argument))
    }

    /// Of an argument that is a function by value how many parameters it has, and whether it is an `fn` pointer.
    pub fn function_taken(&self, name: &Ident, is_method: bool, argument: usize) -> Option<Taken> {
        *self.functions.get(&(name.to_string(), is_method))?.get(argument)?
    }

    fn of(&self, name: &Ident, is_method: bool) -> Gives {
        self.gives.get(&(name.to_string(), is_method)).copied().unwrap_or(Gives::Other)
    }

    /// Whether the methods of a name give the value itself again.
    pub fn is_itself(&self, method: &Ident) -> bool {
        self.of(method, true) == Gives::Itself
    }

    /// How many parameters the closure has that a function of a name gives, or a method, if it gives one.
    pub fn parameters(&self, name: &Ident, is_method: bool) -> Option<usize> {
        match self.of(name, is_method) {
            Gives::Closure(parameters) => Some(parameters),
            _ => None,
        }
    }

    /// What a call gives.
    fn given_by_call(&self, e: &Expr) -> Gives {
        match e {
            Expr::MethodCall(m) => self.of(&m.method, true),
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => self.given_by_path(&p.path),
                _ => Gives::Other,
            },
            _ => Gives::Other,
        }
    }

    /// What the function of a path gives: that of a type, or the one of the name.
    fn given_by_path(&self, path: &syn::Path) -> Gives {
        let mut names = path.segments.iter().rev().map(|s| &s.ident);
        let Some(name) = names.next() else { return Gives::Other };
        let of_type = names.next().map(|of| (of.to_string(), name.to_string()));
        let of_type = of_type.and_then(|key| self.of_types.get(&key));
        of_type.copied().unwrap_or_else(|| self.of(name, false))
    }

    /// Whether a call gives a range, and that one with its end.
    pub fn range(&self, e: &Expr) -> Option<bool> {
        match self.given_by_call(e) {
            Gives::Range(inclusive) => Some(inclusive),
            _ => None,
        }
    }

    /// Whether it is known what the methods of a name give.
    pub fn knows(&self, method: &Ident) -> bool {
        self.gives.contains_key(&(method.to_string(), true))
    }

    /// Whether a call lends a value of a type with a name.
    pub fn lends(&self, e: &Expr) -> bool {
        matches!(self.given_by_call(e), Gives::Lent | Gives::LentOrMayLend)
    }

    /// Whether a call lends such a value or nothing. The method of a sequence, of what is not known to be another
    /// type, is one that the lowering knows.
    pub fn may_lend(&self, e: &Expr) -> bool {
        let may_lend = matches!(self.given_by_call(e), Gives::MayLend | Gives::LentOrMayLend);
        may_lend && !crate::lower::is_reference_to_part(e)
    }

    /// Whether what is called gives a range, and that one with its end.
    pub fn range_of(&self, callee: &Callee) -> Option<bool> {
        let gives = match callee {
            Callee::Method(name) => self.of(name, true),
            Callee::Function(_, name) | Callee::Associated(_, name) => self.of(&name.ident, false),
            Callee::Value(_) | Callee::Pointer(_) => Gives::Other,
        };
        match gives {
            Gives::Range(inclusive) => Some(inclusive),
            _ => None,
        }
    }
}

fn given_by(sig: &Signature) -> Gives {
    if let Some(parameters) = crate::curried::parameters_given(sig) {
        return Gives::Closure(parameters);
    }
    let ReturnType::Type(_, ty) = &sig.output else { return Gives::Other };
    let is_named =
        |p: &syn::TypePath, name: &str| p.path.segments.last().is_some_and(|s| s.ident == name);
    match &**ty {
        Type::Reference(r) if r.mutability.is_some() && crate::parts::is_itself(&r.elem) => {
            Gives::Itself
        }
        Type::Path(p) if is_named(p, "Range") => Gives::Range(false),
        Type::Path(p) if is_named(p, "RangeInclusive") => Gives::Range(true),
        ty if is_copied(ty) => Gives::Lent,
        ty if crate::objects::inside(ty, &["Option"]).is_some_and(|ty| is_copied(&ty)) => {
            Gives::MayLend
        }
        _ => Gives::Other,
    }
}

/// Whether a type is a reference to a value of a type with a name, of which derivatives give a copy.
fn is_copied(ty: &Type) -> bool {
    crate::lent::copied(ty).is_some_and(|(_, slice)| !slice)
}
