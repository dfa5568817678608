//! The macros of zygote-engine: parsed here, the work is in the transform crate.
#![forbid(unsafe_code)]

use chainrules_core_fragments::with_parentheses;
use proc_macro::TokenStream;
use std::sync::{Mutex, PoisonError};
use zygote_engine_transform::{
    Asked, CallSite, Circles, Known, Options, closes_circle, expand, expand_rule,
};

/// The functions of the crate that is compiled, in the order of the source. Where they are not, a circle of
/// them is an error of the compiler, and the option `recursive` the way out.
static CIRCLES: Mutex<Circles> = Mutex::new(Circles::new());

/// The functions of the crate that keep closures, in the order of the source.
static KNOWN: Mutex<Known> = Mutex::new(Known::new());

/// Derives the reverse-mode derivative of a function, or of the functions of an `impl` block or a trait.
///
/// What is written stays as it is. Beside a function a type of the same name carries the derivative, so
/// that one `use` imports both; beside a method stand methods of the same type. A call of the function
/// in another differentiable function, and `gradient!` and its kin, find it there.
///
/// ```ignore
/// #[differentiable]
/// fn energy(x: &[f64], #[constant] weights: &[f64]) -> f64 {
///     x.iter().zip(weights).map(|(x, w)| w * x * x).sum()
/// }
///
/// assert_eq!(gradient!(energy, &[1.0, 2.0], &[3.0, 0.5]), [6.0, 2.0]);
/// ```
///
/// # Where it stands
/// - On a function, also one with generic parameters.
/// - On an `impl` block: each of its functions has a derivative, methods and associated functions.
///   On a single method it can't stand, as the type beside it would be inside the block.
/// - On a trait: the derivatives are functions of the trait, of methods with and without a body. Each
///   `impl` of the trait needs the attribute, too. With `#[differentiable(dyn)]` on the trait and on all
///   its `impl`s, for types that are `'static`, `Box<dyn Trait>` has a cotangent, of the same type
///   inside, and the methods have derivatives behind `dyn`. Objects may be made inside: where the source
///   does not say that a box becomes one, write `as Box<dyn Trait>`. The derivatives of the methods
///   through a bound `T: Trait`, and of default methods of a type itself, are in a trait `TraitRules`
///   beside `Trait`, which another module imports as well. `T: Trait + ?Sized` behind a reference is
///   `dyn Trait` in the derivative. With `#[differentiable(unsized)]` on the trait it may be one of slices
///   and texts, `impl Stats for [f64]`; there are no objects of such a trait.
/// - On an `impl` of a trait of the language that knows of no derivatives, such as `From` or `Default`.
///   A trait of one's own that looks like it, with the same name and method, is refused.
/// - On an `impl` of an operator, `Add` to `RemAssign` and `Neg`: the operator has a rule, by which it is
///   differentiated between values and references alike. So of an operator's `impl`s for owned operands
///   and for references only one may have the attribute. `Index` and `Deref` need none, but
///   their exclusive forms must be there: the cotangent of the part that they find is the part that
///   `IndexMut` or `DerefMut` finds in the cotangent, which has the value's integers but not its real
///   numbers. With the attribute the compiler checks that they look at no real numbers, but not inside
///   the methods that they call, nor for type parameters.
///
/// # What has a cotangent
/// A parameter has a cotangent of its own type, unless it is marked `#[constant]` or is an integer,
/// `bool`, `char` or string. `&self` may be marked, too. A type of one's own needs
/// `#[derive(Clone, Tangent)]`, in which a field may be marked `#[constant]`.
///
/// A parameter that is a function, `impl Fn(f64) -> f64`, `&dyn Fn(f64) -> f64`, `FnMut`, or a type
/// parameter with such a bound, takes closures, which are differentiated with respect to what they
/// capture, and differentiable functions by their name. A `Box<dyn Fn(f64) -> f64>` or
/// `&dyn Fn(f64) -> f64` that a `let` makes is a closure, too. A function or method may end with a
/// closure, or a choice of closures, and give `impl Fn(f64) -> f64` or `Box<dyn Fn(f64) -> f64>`: its
/// derivative is that of both in one, so that a call of the closure runs the function's own statements
/// again; such a function takes values and shared references, and calls no function before the closure.
///
/// A struct or enum whose parameter has no bound may hold a closure, `Ode { rhs: |t: f64, y: f64| -k * y, dt }`,
/// which is called where the function or `impl` block has the bound, `impl<F: Fn(f64, f64) -> f64> Ode<F>`. The
/// types of its parameters are written, but where such a block with the attribute stands before; there a
/// function may keep a closure that it is given, too, `Ode::new(|t, y| -k * y, dt)`. A call runs it once more in
/// the reverse sweep. It is made in a differentiable function: another has no derivative.
///
/// The keys of maps are constant. The type of a map or a `VecDeque` has to be seen in the function
/// where a loop goes over a `HashMap` or changes a map's values, and where `extend` adds a chain to a
/// deque: `let map: &HashMap<_, _> = &model.map;`.
///
/// # Generic parameters
/// A scalar `T` is bound by `Real` of the prelude of `chainrules`, which has the methods, operators and
/// rules of `f32` and `f64`. A bound of numbers, by the traits of `num_traits`, is taken for one of real
/// scalars in the derivative; of a bound of operators, `S: Add<Output = S>`, the rules are those of the
/// type that the caller has. A trait with the attribute promises the rules of its supertraits, too:
/// `trait Field: Copy + Add<Output = Self>`, `trait Scalar: Float`, `trait Scalar: Real`; a function that
/// stands before the last, or in another crate, writes `T: Scalar + Real`. Any other `T` needs no more than its own
/// bounds and `Clone`: its cotangent comes from the type that the caller has.
///
/// The macro does not see that a field is an integer: `T::from(constant(self.n)).unwrap()`.
///
/// In the `impl` of a trait, `impl<T: Trait> Trait for Wrapper<T>`, the types that it has parameters of
/// are bound by `HasTangent` as well, which the attribute adds. `#[derive(Tangent)]` gives it. A generic
/// function that calls the trait's methods on a `Wrapper<T>` writes it: `T: Trait + HasTangent`.
///
/// # Conventions
/// - A cast to an integer is a step, with the derivative zero: that of `x as i64 as f64` is zero, too.
///   So are `floor` and its kin, and the operators on bits.
/// - A branch has the derivative of the side that ran; conditions, indices, bounds and what a `match`
///   selects by have none. At a kink each rule states what it gives.
/// - A call runs once, in the forward sweep; its panics and effects are those of the function as written.
///   What runs again in the reverse sweep is what `checkpoint` says, a function behind an `fn` pointer,
///   and an operator of one's own type.
/// - The payload of an `Err` has no derivative. One that varies is refused; `constant(..)` cuts it. That
///   of a parameter is constant: `Result<f64, f64>` is refused there.
/// - `#[constant]` is a promise: what varies must not be written to such a parameter. Through `&mut` it
///   is refused; through a `Cell` it can't be seen.
///
/// # Options
/// `#[differentiable(recursive)]`: a function that calls itself keeps the pullbacks of those calls behind
/// a pointer, as their type would contain itself. So does the last of several functions, or of the functions of
/// an `impl` block, that call each other in a circle. A circle of methods of two types, or through a method and
/// a function, is not seen: one of them needs this option, without which the compiler says "cannot resolve opaque
/// type" (E0720) at each of them. `#[differentiable(dyn)]` and `#[differentiable(unsized)]` are for traits, as above.
///
/// `#[differentiable(pointer)]`: `fn` pointers to the function may be called in differentiable
/// functions, as values of variables, fields and elements, `(self.activation)(x)`, and handed to
/// `gradient!` for a parameter of type `fn(f64) -> f64`. The derivative of the function that a pointer
/// refers to is found when the call is pulled, which runs the function again; without this option that
/// panics. A method of numbers that a differentiable function or `gradient!` names as a value,
/// `let f: fn(f64) -> f64 = f64::tanh`, is found by its rule. Such a function takes values and shared references, and is not inlined, so that it has one
/// address. A field that holds a pointer is marked `#[constant]`.
///
/// # What is known by name
/// The macro sees no types. Methods of iterators, of what they are made of, and of maps are known by
/// their names, and so are `constant`, `hook` and `checkpoint`; the compiler checks in the derivative
/// that they are those of the standard library and of this crate. `table.get(key)` of a type of one's own is that
/// type's where an `impl` with the attribute stands before and the function says what `table` is, by the type of a
/// parameter or variable, `Table { .. }` or `Table::new(..)`; elsewhere it is written `Table::get(&table, key)`.
/// The compiler can't check it for a method without
/// `#[differentiable]` that hides one found through `Deref`: `struct Deg(f64)` that dereferences to
/// `f64` and has its own `sin` is given the rule of `f64::sin`. So it is where a trait gives `Vec` a
/// method of the name of a slice's, and for a `fn constant<T>(x: T) -> T` of one's own. Write the
/// attribute on the `impl`, or another name.
///
/// A name that begins with a capital is a constant in the pattern of a `match`, a constructor in a call.
///
/// # What is refused
/// What is not supported is an error at the token in question, which says what to write instead:
/// `unsafe`, `async`, raw pointers, macros other than those that read; parameters that are views to write to, or have references inside their type, but for tuples of shared ones; exclusive references in the result but for methods `.._mut` and
/// `-> &mut Self` (`-> &[f64]`, `-> &T` and `-> Option<&T>` are copied in a derivative), references chosen by a branch, but for `&dyn Trait` and the value of a `let`; `impl Trait` in the result, but for `impl Fn`; closures as values, but in such fields; iterators as
/// values; `return` and `?` in a loop of a closure that gives a `Result`; collecting into other collections than `Vec`, `VecDeque`, `BTreeMap`
/// and `HashMap`; `zip` with a chain that drops items and changes something. `docs/CONSTRUCTS.md` lists all.
///
/// A field that is a reference is `#[constant]`, or leads to no real number by its type (`&str`, `&[usize]`); it is
/// read as any other field. A struct with other references in its fields, `Rc`, `Arc` and `Cell` have no cotangent, nor has
/// `dyn Trait + Send`.
/// A call of a method without derivative or rule is the compiler's error "`m` of `T` has no rule here", of
/// a function "`fn(f64) -> f64 {f}` has no rule here", a type without cotangent "`T` has no cotangent". The
/// rules of the standard library are in the prelude of `chainrules`.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = with_parentheses(item.into());
    let expanded = syn::parse(options).and_then(|mut options: Options| {
        let item = syn::parse2(item.clone())?;
        if let syn::Item::Fn(f) = &item {
            let mut circles = CIRCLES.lock().unwrap_or_else(PoisonError::into_inner);
            options.recursive |= closes_circle(f, options.recursive, &mut circles);
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.in_file(proc_macro::Span::call_site().file());
        known.add(&item, options.dynamic);
        options.known = known.clone();
        drop(known);
        Ok(expand(&item, &options))
    });
    match expanded {
        Ok(expanded) => expanded.into(),
        Err(error) => {
            let mut expanded = error.to_compile_error();
            expanded.extend(item);
            expanded.into()
        }
    }
}

/// `#[rule(f)]`: the derivative of the function `f` of this module, in place of one that is made of
/// its body.
///
/// The function below has the parameters of `f`. It gives the value and the pullback: a closure that
/// takes the cotangent of the value and gives those of the arguments that are not constant, the bare
/// one where there is one, a tuple where there are several; that of a slice is a `Vec`. The closure can be
/// cloned and owns what it needs, which the signature need not say: the attribute adds `+ Clone + use<>` to
/// `impl FnOnce(f64) -> f64`.
///
/// ```ignore
/// fn softplus(x: f64) -> f64 {
///     x.exp().ln_1p()
/// }
///
/// #[rule(softplus)]
/// fn softplus_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
///     (softplus(x), move |dy| dy / (1.0 + (-x).exp()))
/// }
/// ```
///
/// The rule of a method of a type of this crate, `#[rule(Spring::force)]`, is a function, too; its first
/// parameter is the receiver, `spring: &Spring`. The function or the method's `impl` has no
/// `#[differentiable]` beside it.
#[proc_macro_attribute]
pub fn rule(target: TokenStream, item: TokenStream) -> TokenStream {
    let item = with_parentheses(item.into());
    let expanded = expand_rule(target.into(), item.clone());
    match expanded {
        Ok(expanded) => expanded.into(),
        Err(error) => {
            let mut expanded = error.to_compile_error();
            expanded.extend(item);
            expanded.into()
        }
    }
}

fn call(input: TokenStream, asked: Asked) -> TokenStream {
    match syn::parse2::<CallSite>(with_parentheses(input.into())) {
        Ok(site) => site.expand(asked).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// `gradient!(f, a, b, ..)`: the cotangents of the arguments that are not constant, in order: the
/// bare value where there is one, a tuple where there are several. A slice has a `Vec`.
///
/// An argument written `constant(b)` is constant for this call and costs nothing: what is computed of it
/// alone is neither kept nor pulled, and lists that are made of it have no cotangents. (What the function
/// hands over by value and the reverse sweep might need is copied all the same, the order before `sort_by` is
/// kept, and a list in a field that is lent to a call has zeros for the time of the call.) One by exclusive reference, `constant(&mut b)`, is changed as the function changes it; what
/// was written to it passes derivatives on inside the function, and what it was before has none. One
/// argument at least has to vary.
///
/// The function must give one real scalar. It is one with `#[differentiable]` or `#[rule(f)]`, a method of
/// `f32` or `f64` with a rule, `gradient!(f64::sin, x)`, or a closure that is written here; what it captures
/// is constant.
#[proc_macro]
pub fn gradient(input: TokenStream) -> TokenStream {
    call(input, Asked::Gradient)
}

/// `value_and_gradient!(f, a, b, ..)`: the value, and what [`gradient!`] gives.
#[proc_macro]
pub fn value_and_gradient(input: TokenStream) -> TokenStream {
    call(input, Asked::ValueAndGradient)
}

/// `pullback!(f, a, b, ..)`: the value and the vector-Jacobian product: a closure that takes the
/// cotangent of the value and gives those of the arguments. It is used up by a call and can be
/// cloned before one.
///
/// # Panics
/// The closure panics when the cotangent's shape is not that of the value; the message names both.
#[proc_macro]
pub fn pullback(input: TokenStream) -> TokenStream {
    call(input, Asked::Pullback)
}

/// `code_ir!(f)`: the IR of a differentiable function, or of a closure, as text.
#[proc_macro]
pub fn code_ir(input: TokenStream) -> TokenStream {
    call(input, Asked::Ir)
}

/// `code_adjoint!(f)`: the adjoint of a differentiable function, or of a closure, as text: its
/// statements, what is kept, what is replayed, what is restored.
#[proc_macro]
pub fn code_adjoint(input: TokenStream) -> TokenStream {
    call(input, Asked::Adjoint)
}
