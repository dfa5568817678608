//! The programs that are generated: a small part of Rust, as a tree.

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// `f64`, or the dual number in its place.
    Real,
    /// `usize`.
    Int,
    /// `bool`.
    Bool,
    /// `()`.
    Unit,
    /// `Vec<T>`.
    Vec(Box<Type>),
    /// `[T; n]`.
    Array(Box<Type>, usize),
    /// `[T]`.
    Slice(Box<Type>),
    /// `(T, U, ..)`.
    Tuple(Vec<Type>),
    /// A structure or an enumeration of the program.
    Named(String),
    /// `Option<T>`.
    Option(Box<Type>),
    /// `&T`.
    Ref(Box<Type>),
    /// `&mut T`.
    Mut(Box<Type>),
    /// `impl Fn(f64, ..) -> f64`, of so many arguments.
    Function(usize),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// A real literal.
    Real(f64),
    /// A real literal that states its type.
    Suffixed(f64),
    /// An integer literal.
    Int(usize),
    /// `true` or `false`.
    Bool(bool),
    /// A variable, or a path.
    Var(String),
    /// `-e`, `!e`, `*e`, `&e`, `&mut e`.
    Unary(&'static str, Box<Expr>),
    /// An operator between values of one kind; no comparison of reals.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// A comparison of reals.
    Compare(&'static str, Box<Expr>, Box<Expr>),
    /// `e.name::<T>(args)`.
    Method(Box<Expr>, &'static str, Option<Type>, Vec<Expr>),
    /// `e.name(args)`, a method of a structure of the program.
    OwnMethod(Box<Expr>, String, Vec<Expr>),
    /// `name(args)`, also of a variant.
    Call(String, Vec<Expr>),
    /// `e[i]`.
    Index(Box<Expr>, Box<Expr>),
    /// `a..b`, `a..`, `..b`.
    Range(Option<Box<Expr>>, Option<Box<Expr>>),
    /// `e.name`, `e.0`.
    Field(Box<Expr>, String),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `[e; n]`.
    Repeat(Box<Expr>, usize),
    /// `vec![a, b]`.
    Vec(Vec<Expr>),
    /// `vec![e; n]`.
    VecRepeat(Box<Expr>, Box<Expr>),
    /// `Name { field: e, .. }`, with what the rest comes from.
    Struct(String, Vec<(String, Expr)>, Option<Box<Expr>>),
    /// `if c { .. } else { .. }`.
    If(Box<Expr>, Block, Option<Block>),
    /// `if let p = e { .. } else { .. }`.
    IfLet(String, Box<Expr>, Block, Option<Block>),
    /// `match e { .. }`.
    Match(Box<Expr>, Vec<Arm>),
    /// `{ .. }`.
    Block(Block),
    /// `|p, q| e`.
    Closure(Vec<(String, Option<Type>)>, Box<Expr>),
    /// An integer as a real.
    ToReal(Box<Expr>),
    /// A real as an integer.
    ToInt(Box<Expr>),
    /// `e?`.
    Try(Box<Expr>),
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Arm {
    /// Patterns have no reals, so that they read alike for both kinds of numbers.
    pub(super) pattern: String,
    pub(super) guard: Option<Expr>,
    pub(super) body: Block,
}

/// Statements and a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub(super) stmts: Vec<Stmt>,
    pub(super) value: Option<Box<Expr>>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stmt {
    /// `let p: T = e;`
    Let(String, Option<Type>, Option<Expr>),
    /// `let p = e else { .. };`
    LetElse(String, Expr, Block),
    /// `place = e;`, `place += e;`
    Assign(&'static str, Expr, Expr),
    /// `e;`
    Expr(Expr),
    /// `for p in e { .. }`
    For(Option<String>, String, Expr, Block),
    /// `let mut n = 0; while n < limit && c { n += 1; .. }`
    While { label: Option<String>, counter: String, limit: usize, test: Option<Expr>, body: Block },
    /// `while let p = e { .. }`
    WhileLet(String, Expr, Block),
    /// `let mut n = 0; loop { n += 1; if n > limit { break; } .. }`
    Loop { label: Option<String>, counter: String, limit: usize, body: Block },
    /// `break 'label;`
    Break(Option<String>),
    /// `continue 'label;`
    Continue(Option<String>),
    /// `return e;`
    Return(Option<Expr>),
    /// A text with holes.
    Written(Written),
}

/// A statement that is written, with what fills its holes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) text: &'static str,
    /// The names of the items that it uses.
    pub(super) items: Vec<&'static str>,
    /// What the names of its own variables end with.
    pub(super) name: String,
    pub(super) holes: Vec<Hole>,
}

/// What fills a hole of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Hole {
    Expr(Expr),
    Block(Block),
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) mutable: bool,
}

/// A function, or a method if its first parameter is `self`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) params: Vec<Param>,
    pub(super) result: Type,
    pub(super) body: Block,
}

/// A structure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Struct {
    pub(super) name: String,
    pub(super) fields: Vec<(String, Type)>,
    pub(super) methods: Vec<Function>,
}

/// An enumeration; its variants have unnamed fields or none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) variants: Vec<(String, Vec<Type>)>,
}

/// A program: its last function is the one to differentiate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Program {
    pub(super) seed: u64,
    pub(super) structs: Vec<Struct>,
    pub(super) enums: Vec<Enum>,
    pub(super) functions: Vec<Function>,
    /// The lengths of the sequences among the parameters, in their order.
    pub(super) lengths: Vec<usize>,
}

impl Program {
    /// The function to differentiate.
    pub(super) fn entry(&self) -> &Function {
        self.functions.last().expect("a program has a function")
    }

    /// The structure of this name.
    pub(super) fn structure(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|s| s.name == name)
    }
}

impl Type {
    /// `Vec<T>`.
    pub(super) fn vec(of: Type) -> Type {
        Type::Vec(Box::new(of))
    }

    /// `&[T]`.
    pub(super) fn slice_ref(of: Type) -> Type {
        Type::Ref(Box::new(Type::Slice(Box::new(of))))
    }

    /// `&mut T`.
    pub(super) fn exclusive(of: Type) -> Type {
        Type::Mut(Box::new(of))
    }

    /// Whether a value is copied when it is read.
    pub(super) fn is_copy(&self) -> bool {
        match self {
            Type::Real | Type::Int | Type::Bool | Type::Unit | Type::Ref(_) => true,
            Type::Array(of, _) | Type::Option(of) => of.is_copy(),
            Type::Tuple(parts) => parts.iter().all(Type::is_copy),
            _ => false,
        }
    }
}

impl Expr {
    /// A variable.
    pub(super) fn var(name: &str) -> Expr {
        Expr::Var(name.to_string())
    }

    /// An operator between two values.
    pub(super) fn binary(op: &'static str, left: Expr, right: Expr) -> Expr {
        Expr::Binary(op, Box::new(left), Box::new(right))
    }

    /// An operator on one value.
    pub(super) fn unary(op: &'static str, operand: Expr) -> Expr {
        Expr::Unary(op, Box::new(operand))
    }

    /// What a place refers to is left to the compiler to find: `v` for `*v`.
    pub(super) fn receiver(self) -> Expr {
        match self {
            Expr::Unary("*", reference) => *reference,
            place => place,
        }
    }

    /// A call of a method.
    pub(super) fn method(self, name: &'static str, args: Vec<Expr>) -> Expr {
        Expr::Method(Box::new(self), name, None, args)
    }

    /// A call of a method that says what it gives.
    pub(super) fn method_giving(self, name: &'static str, ty: Type) -> Expr {
        Expr::Method(Box::new(self), name, Some(ty), vec![])
    }

    /// A field.
    pub(super) fn field(self, name: impl ToString) -> Expr {
        Expr::Field(Box::new(self), name.to_string())
    }

    /// An element.
    pub(super) fn at(self, index: Expr) -> Expr {
        Expr::Index(Box::new(self), Box::new(index))
    }

    /// The variable that a place is part of.
    pub(super) fn root(&self) -> Option<&str> {
        match self {
            Expr::Var(name) => Some(name),
            Expr::Index(base, _) | Expr::Field(base, _) | Expr::Unary(_, base) => base.root(),
            _ => None,
        }
    }

    /// Whether the compiler knows the type without looking at the place of the expression.
    pub(super) fn is_typed(&self) -> bool {
        let of_block = |block: &Block| block.value.as_ref().is_some_and(|value| value.is_typed());
        match self {
            Expr::Real(_) | Expr::Int(_) => false,
            Expr::Unary(_, e) => e.is_typed(),
            Expr::Binary(_, a, b) => a.is_typed() || b.is_typed(),
            Expr::If(_, yes, no) | Expr::IfLet(_, _, yes, no) => {
                of_block(yes) || no.as_ref().is_some_and(of_block)
            }
            Expr::Match(_, arms) => arms.iter().any(|arm| of_block(&arm.body)),
            Expr::Block(block) => of_block(block),
            Expr::Tuple(parts) => parts.iter().all(Expr::is_typed),
            Expr::Array(parts) | Expr::Vec(parts) => parts.iter().any(Expr::is_typed),
            Expr::Repeat(e, _) | Expr::VecRepeat(e, _) => e.is_typed(),
            Expr::Call(name, args) => !name.ends_with("Some") || args.iter().all(Expr::is_typed),
            _ => true,
        }
    }
}

impl Block {
    /// A block of nothing but a value.
    pub(super) fn of(value: Expr) -> Block {
        Block { stmts: vec![], value: Some(Box::new(value)) }
    }

    /// A block of statements without a value.
    pub(super) fn unit(stmts: Vec<Stmt>) -> Block {
        Block { stmts, value: None }
    }
}
