//! The macros by which rules are written.

/// Defines and registers the rule of a method of real scalars by its partial derivatives.
///
/// The closure names the arguments and, last, the result; its body lists the partial derivative in
/// each real argument. What a partial derivative does not name is not kept for the reverse sweep;
/// `_` says so. `Self` is the type. Afterwards come the domains from which checks draw the
/// arguments; without one, any real number is drawn, at times a special one.
///
/// A bare name stands for the methods of `f32` and `f64`; a list of paths names other types.
/// An argument of another type, such as an integer, has its type written and no partial derivative.
///
/// ```
/// mod rules {
///     use chainrules_core::scalar_rule;
///
///     scalar_rule!(tanh, |_, y| [1.0 - y * y]);
///     scalar_rule!(ln, |x, _| [1.0 / x], x = 0.5..4.0);
///     scalar_rule!(powi, |x, n: i32, _| [n as Self * x.powi(n - 1)], x = 0.5..2.0, n = 1..4);
///     scalar_rule!([f64::atan2], |y, x, _| {
///         let h = x * x + y * y;
///         [x / h, -y / h]
///     });
/// }
/// use chainrules_core::Active;
/// use rules::*;
///
/// let (y, back) = 0.5_f64.rrule_tanh((Active,));
/// let mut dx = 0.0;
/// back(&0.5, &1.0, &mut dx);
/// assert_eq!((y, dx), (0.5_f64.tanh(), 1.0 - y * y));
/// ```
pub use chainrules_core_macros::scalar_rule;

/// Defines and registers the rule of a method, a function or an operator.
///
/// The function below the attribute has the signature of the function that the rule is for; the
/// receiver of a method is called `this`. Its body computes the value, and ends with the value and
/// a closure from the cotangent of the value to `Grad`, which has a field for each argument that
/// can carry a derivative:
///
/// ```
/// # mod rules {
/// # use chainrules_core::rrule;
/// #[rrule(f32::sin_cos, f64::sin_cos)]
/// fn sin_cos(this: Self) -> (Self, Self) {
///     let (sin, cos) = this.sin_cos();
///     ((sin, cos), |(dsin, dcos)| Grad { this: dsin * cos - dcos * sin })
/// }
/// # }
/// ```
///
/// A field is the cotangent, to be added; or a closure that adds to the shadow in place; or
/// `inert`. It runs only when the argument is active. In the closure the arguments are there again,
/// as they were, by reference; numbers, `bool` and `char` by value. What it uses of the forward
/// sweep's variables is kept.
///
/// A method that changes its receiver, or another argument, ends with `Mutation`. `undo` puts the
/// arguments back as they were; `pull` gets the shadows of what was changed, with the cotangents
/// after the call, and leaves the cotangents before the call there. It may end with `Grad` for the
/// other arguments. `clear` runs after `pull` where that only reads cotangents that have to become
/// zero. The parts run in the order written.
///
/// ```
/// # mod rules {
/// # use chainrules_core::{Tangent, rrule};
/// #[rrule(Vec::push, check(T = f64, T = [f32; 2]))]
/// fn push<T: Tangent<M>, M>(this: &mut Vec<T>, value: T) {
///     this.push(value);
///     Mutation { undo: || this.pop(), pull: |d| Grad { value: d.this.pop().unwrap() } }
/// }
///
/// #[rrule(Vec::pop, check(T = f64))]
/// fn pop<T: Tangent<M>, M>(this: &mut Vec<T>) -> Option<T> {
///     let y = this.pop();
///     (y.clone(), Mutation { undo: || this.extend(y), pull: |d, dy| d.this.extend(dy.clone()) })
/// }
/// # }
/// ```
///
/// `check(..)` names the concrete types at which a generic rule is checked, and the domains of
/// arguments ([`Domain`](crate::Domain)); the arguments before are in scope in a domain. `tol`
/// states a relative tolerance.
///
/// Without a receiver `this`, the path says what the rule is for: a function of a module, a
/// function of a type, or an operator. A function's rule is found as a type of its name; that of a function
/// of the crate itself, `#[rrule(crate::f)]`, is beside the function, or imported there (`pub use`).
///
/// Where the rule is for a function that takes owned values in place of another's views,
/// `stands_for(krate, fn(..) -> ..)` says the crate and the type of the one that differentiated code calls.
/// Of a function of a type with a lifetime, `#[rrule(ArrayView1::<'_, T>::from)]`, which makes a view, the
/// value of the rule owns what the view shows ([`View`](crate::View)).
///
/// A function has one rule. The compiler refuses a second one where both are in scope, and beside those of
/// the standard library if the crate depends on `chainrules`; others are found by the checks of rules.
///
/// ```
/// # mod rules {
/// # use chainrules_core::{Tangent, rrule};
/// #[rrule(std::mem::swap, check(T = f64))]
/// fn swap<T: Tangent<M>, M>(x: &mut T, y: &mut T) {
///     std::mem::swap(x, y);
///     Mutation { undo: || std::mem::swap(x, y), pull: |d| std::mem::swap(d.x, d.y) }
/// }
///
/// #[rrule(Box::new, check(T = f64))]
/// fn new<T: Tangent<M>, M>(x: T) -> Box<T> {
///     (Box::new(x), |dy| Grad { x: |d| d.accumulate(dy) })
/// }
/// # }
/// ```
///
/// The operators are `ops::Add`, `Sub`, `Mul`, `Div`, `Rem`, their assigning forms `AddAssign` and so
/// on, and `Neg`. One rule serves an operator with and without references. It keeps nothing; for
/// `Add`, `Sub`, their assigning forms and `Neg`, the closure sees the operands' shapes, not their
/// values; where it needs the values, implement [`SumRule`](crate::SumRule) or
/// [`NegRule`](crate::NegRule) by hand. `a += b` is found by its own rule only; where it gives what
/// `a + b` gives, one function serves both:
///
/// ```
/// # mod rules {
/// # use chainrules_core::{Tangent, inputs, rrule};
/// # use std::ops;
/// # #[derive(Clone, Debug, PartialEq, Tangent)]
/// # pub struct Euro(f64);
/// # impl ops::Add for Euro {
/// #     type Output = Self;
/// #     fn add(self, rhs: Self) -> Self { Euro(self.0 + rhs.0) }
/// # }
/// # impl ops::AddAssign for Euro {
/// #     fn add_assign(&mut self, rhs: Self) { self.0 += rhs.0; }
/// # }
/// # inputs!(Euro, |d| Euro(d.real()));
/// #[rrule(ops::Add, ops::AddAssign)]
/// fn add(a: Euro, b: Euro) -> Euro {
///     (a + b, |dy| Grad { a: dy.clone(), b: dy.clone() })
/// }
/// # }
/// ```
///
/// The rule of an operator between numbers can name its marker, `marker = Mine`, so that others can
/// name it, too.
///
/// A function-valued argument is written as the function takes it, `f: impl FnMut(X) -> Y`. In the
/// forward sweep `f(x)` gives the value and the residual of one call, any `Clone` data. The way back
/// is `|d, dy|`, where `d` has the places of all arguments' cotangents, `d.this` and so on, and `f`
/// is the pull of one call: it takes the residual, each argument by reference as it was, the
/// cotangent of the value, and for each argument a place, to which it adds:
///
/// ```
/// # mod rules {
/// # use chainrules_core::{Tangent, rrule, twin};
/// #[rrule(Option::map, check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos)))]
/// fn map<T: Tangent<M>, U, M>(this: Option<T>, f: impl FnOnce(T) -> U) -> Option<U> {
///     let (y, residual) = this.map(f).unzip();
///     (y, |d, dy| {
///         if let (Some(residual), Some(x), Some(dy), Some(dx)) = (residual, this, dy, d.this) {
///             f(residual, x, dy, dx);
///         }
///     })
/// }
/// # }
/// ```
///
/// Every call is pulled once, the last first, whether the arguments are active or not: the function
/// may capture, and change, what is. [`twin!`](crate::twin) makes a function for a check, which is a
/// pair of closures: forward, and pull.
///
/// A function that gives a `bool`, an integer or an `Ordering` carries no derivative: it is called as
/// it is, and has no pull. Where the value of another type carries none, the author says so,
/// `#[inert] f: impl FnMut(&T) -> K`: its calls give residuals, which are dropped, and are not
/// pulled. A check takes a plain closure for either. A call whose closure for an `#[inert]` argument
/// changes or uses what varies does not compile, nor does one that gives a value that varies for
/// another argument marked so: the derivative would be lost.
pub use chainrules_core_macros::rrule;

/// Defines and registers methods that carry no derivative, by their signatures.
///
/// ```
/// # mod rules {
/// # use chainrules_core::{Tangent, inert};
/// inert! {
///     impl f32, f64 {
///         fn is_nan(self) -> bool;
///     }
///
///     impl<T: Tangent<M>, M> [T], check(T = f64) {
///         fn len(&self) -> usize;
///     }
///
///     impl i32 {
///         #[check(this = 0..4, exp = 0..3)]
///         fn pow(self, exp: u32) -> Self;
///     }
/// }
/// # }
/// ```
pub use chainrules_core_macros::inert;

/// Defines and registers methods that lend a view of a part of their receiver, by their signatures:
/// the cotangent of the view is the view of the cotangent.
///
/// A view owns nothing, so that it can't be kept and has no cotangent of its own. In differentiated
/// code the value of the call is a copy of the part, and the result of the signature is the type
/// that owns it. The pullback adds the cotangent of the copy to the same part of the receiver's
/// cotangent, which `row_mut` lends for `row`; `= name` says another name. Both take time and
/// memory in proportion to the part, whatever the size of the receiver.
///
/// ```
/// use chainrules_core::{Active, Tangent, inputs, projection};
///
/// /// Numbers in rows of equal length.
/// #[derive(Clone, Debug)]
/// pub struct Grid {
///     cells: Vec<f64>,
///     width: usize,
/// }
///
/// impl Grid {
///     fn row(&self, i: usize) -> &[f64] {
///         &self.cells[i * self.width..][..self.width]
///     }
///
///     fn row_mut(&mut self, i: usize) -> &mut [f64] {
///         &mut self.cells[i * self.width..][..self.width]
///     }
///
///     fn as_slice(&self) -> &[f64] {
///         &self.cells
///     }
///
///     fn as_mut_slice(&mut self) -> &mut [f64] {
///         &mut self.cells
///     }
/// }
///
/// projection! {
///     impl Grid {
///         #[check(i = 0..this.cells.len() / this.width)]
///         fn row(&self, i: usize) -> Vec<f64>;
///         fn as_slice(&self) -> Vec<f64> = as_mut_slice;
///     }
/// }
///
/// inputs!(Grid, |d| {
///     let (height, width) = (d.length(1..3), d.length(1..3));
///     Grid { cells: (0..height * width).map(|_| d.real()).collect(), width }
/// });
/// # #[derive(Debug)]
/// # pub struct Grids;
/// # impl Tangent<Grids> for Grid {
/// #     type Shape = (usize, usize);
/// #     type Kept = Self;
/// #     const EPSILON: f64 = f64::EPSILON;
/// #     fn shape(&self) -> (usize, usize) { (self.cells.len(), self.width) }
/// #     fn zero_of(&(n, width): &(usize, usize)) -> Self { Grid { cells: vec![0.0; n], width } }
/// #     fn accumulate(&mut self, rhs: &Self) { self.cells.accumulate(&rhs.cells) }
/// #     fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) { self.cells.map_scalars(f) }
/// #     fn keep(&self) -> Self { self.clone() }
/// #     fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self { kept }
/// # }
///
/// let grid = Grid { cells: vec![1.0, 2.0, 3.0, 4.0], width: 2 };
/// let (row, back) = grid.rrule_row(1, (Active, Active));
/// assert_eq!(row, [3.0, 4.0]);
///
/// let mut dgrid = Tangent::<Grids>::zero_of(&(4, 2));
/// back(&grid, &1, &vec![5.0, 6.0], &mut dgrid, &mut 0);
/// assert_eq!(Grid::as_slice(&dgrid), [0.0, 0.0, 5.0, 6.0]);
/// ```
///
/// References are views; a crate of rules implements [`View`](crate::View) and
/// [`ViewMut`](crate::ViewMut) for the views of its types. The receiver is `&self`; the other
/// arguments are passed by value or by `&`, and carry no derivative. A method that changes its
/// receiver through the view that it lends is no projection.
///
/// What differentiated code may do with the value is what the part's owner can do as well as the
/// view: call methods that have a rule (`m.row(i).norm()`), pass it to them (`v.dot(&m.column(j))`),
/// use it in operators and read its elements. What it may not do is to name the view's type, as in
/// `let c: DVectorView<f64> = m.column(j);` or in the call of a function that takes one: the value
/// is owned there, and the compiler says that the types differ.
pub use chainrules_core_macros::projection;

/// The twin of a real function of one variable, from the function and its derivative: what a check
/// passes as a function-valued argument, `check(f = twin!(f64, f64::sin, f64::cos))`.
#[macro_export]
macro_rules! twin {
    ($t:ty, $f:expr, $derivative:expr) => {
        (
            |x: $t| {
                let f: fn($t) -> $t = $f;
                (f(x), x)
            },
            |residual: $t, x: &$t, dy: &$t, dx: &mut $t| {
                assert!(residual.to_bits() == x.to_bits(), "the residual is that of another call");
                let derivative: fn($t) -> $t = $derivative;
                *dx += *dy * derivative(*x);
            },
        )
    };
}
