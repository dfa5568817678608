//! That the rule which is found under a function's name is that function's.

/// The function that a rule is for, where the rule does not say.
pub trait AnyFunction {
    /// The path of one with `#[differentiable]`.
    const FUNCTION: &'static str = "";
    /// The crates of which it may be, where it is not beside the rule.
    const CRATES: [&'static str; 2] = [""; 2];

    /// Whether it stands for a rule that there is not.
    const IS_MISSING: bool = false;

    /// A function has a rule, which is this.
    #[inline(always)]
    fn is_found<F>(_: &F) {}

    /// A function gives a closure, which is called.
    #[inline(always)]
    fn is_called_at_once<F>(_: &F) {}

    /// The types of a rule are those of the function, which its arguments show.
    #[inline(always)]
    fn is_rule<F, R>(_: &F, _: &R) {}

    /// The same of a function that gives a closure, which is called.
    #[inline(always)]
    fn is_rule_closure<F, R>(_: &F, _: &R) {}

    /// The path of the rule's type.
    #[inline(always)]
    fn rule_name() -> &'static str {
        core::any::type_name::<Self>()
    }
}

impl<T: ?Sized> AnyFunction for T {}

/// What is never called, and has a type.
#[inline(always)]
pub fn never<T>(_: impl FnOnce() -> T) -> Option<T> {
    None
}

/// Says no. What stands behind it is made by the compiler, and is not run.
#[inline(always)]
pub fn is_run() -> bool {
    false
}

/// What is never made, and has a type.
///
/// # Panics
/// Always.
pub fn like<T>(_: &T) -> T {
    unreachable!("it is called by what never runs")
}

/// What is lent to a method that must not change it, as it stands in what is kept as it is written: in a condition,
/// an index or a macro. The compiler says in an error what it is called.
#[expect(non_camel_case_types, reason = "it says what to write")]
pub struct OnlyReadHere_CallItInALetBefore<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> core::ops::Deref for OnlyReadHere_CallItInALetBefore<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

/// A place that is never made, and has a type.
///
/// # Panics
/// Always.
pub fn place_like<'a, T: ?Sized>(_: &T) -> &'a mut T {
    unreachable!("it is called by what never runs")
}

/// Two values have one type.
#[inline(always)]
pub fn of_one_type<T>(_: &Option<T>, _: &T) {}

/// Checks that the rule that was found under the name of a function is that function's: the rule's type
/// stands beside the function, or the rule is for functions of one of the crates.
///
/// # Panics
/// If it is another function's.
#[inline(always)]
#[track_caller]
pub fn the_rule_is_of<F>(_: &F, rule: &'static str, crates: [&'static str; 2]) {
    let function = core::any::type_name::<F>();
    let is_found = match crates {
        ["", ""] => follows(function, rule).is_some_and(|c| c == b'<'),
        [a, b] => is_in(function, a) || is_in(function, b),
    };
    if !is_found {
        another_rule(function, rule);
    }
}

/// What follows the beginning of a path, if it is one; `<` if it is all.
#[inline(always)]
fn follows(path: &str, beginning: &str) -> Option<u8> {
    let (path, beginning) = (path.as_bytes(), beginning.as_bytes());
    path.starts_with(beginning).then(|| path.get(beginning.len()).copied().unwrap_or(b'<'))
}

#[inline(always)]
fn is_in(path: &str, of_crate: &str) -> bool {
    match of_crate {
        "std" | "core" | "alloc" => {
            ["std", "core", "alloc"].iter().any(|c| follows(path, c) == Some(b':'))
        }
        other => follows(path, other) == Some(b':'),
    }
}

#[cold]
#[track_caller]
fn another_rule(function: &str, rule: &str) -> ! {
    panic!(
        "`{function}` has no derivative, and the one that is found under its name is of another \
         function, `{rule}`: write `#[differentiable]` on `{function}`, or give it a name of its own"
    )
}

/// Checks that the rule that was found for `module::f` is not that of another function of the name, in
/// another module.
///
/// # Panics
/// If the path of the function has no such module.
pub const fn is_rule_of(function: &str, module: &str) {
    let (path, name) = (function.as_bytes(), module.as_bytes());
    let mut found = path.is_empty();
    let mut start = 0;
    while start + name.len() <= path.len() {
        let end = start + name.len();
        let whole =
            (start == 0 || path[start - 1] == b':') && (end == path.len() || path[end] == b':');
        let mut k = 0;
        while whole && k < name.len() && path[start + k] == name[k] {
            k += 1;
        }
        found |= whole && k == name.len();
        start += 1;
    }
    assert!(
        found,
        "the rule that is found for the path of this function is that of another function of its name: write `#[differentiable]` on the function itself; if it has a rule, import the function with `use` and call it by its name alone"
    );
}
