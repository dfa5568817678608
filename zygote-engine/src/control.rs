//! Functions that a differentiable function calls to control the derivative of a value.

/// The value itself, through which no cotangent flows.
///
/// ```
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     constant(x * x) * x
/// }
///
/// assert_eq!(gradient!(f, 3.0), 9.0);
/// ```
///
/// A method of a `#[constant]` field has no rule, and needs none: `constant(&mut self.rng).next()` calls
/// it as it is, `constant(draw(&mut self.rng))` a function, and `constant(&self.cfg).rate()` a method that
/// only reads. The compiler checks that what is
/// lent by `&mut` is part of such a field, or it is a variable that does not vary; what varies is no
/// argument of the call.
///
/// ```
/// # #[derive(Clone)]
/// # struct Generator(u64);
/// # impl Generator {
/// #     fn next(&mut self) -> f64 {
/// #         self.0 += 1;
/// #         self.0 as f64
/// #     }
/// # }
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[derive(Clone, Tangent)]
/// struct Model {
///     #[constant]
///     rng: Generator,
///     scale: f64,
/// }
///
/// #[differentiable]
/// fn draw(model: &mut Model) -> f64 {
///     constant(&mut model.rng).next() * model.scale
/// }
///
/// let gradient = gradient!(draw, &mut Model { rng: Generator(2), scale: 5.0 });
/// assert_eq!(gradient.scale, 3.0);
/// ```
#[inline(always)]
pub fn constant<T>(value: T) -> T {
    value
}

/// The value itself; on the way back `f` sees its cotangent and gives what takes its place. `f` is a
/// closure, written at the call; what it does is not differentiated, and a plain call doesn't run it.
///
/// ```
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[differentiable]
/// fn f(x: f64, limit: f64) -> f64 {
///     let clipped = hook(x, |dx: f64| dx.clamp(-limit, limit));
///     clipped * clipped
/// }
///
/// assert_eq!(gradient!(f, 3.0, constant(1.0)), 1.0);
/// ```
#[inline(always)]
pub fn hook<T>(value: T, f: impl FnOnce(T) -> T) -> T {
    drop(f);
    value
}

/// The value of `f`, a closure that changes nothing outside and calls no parameter that is a function:
/// a call, or a region with variables, loops and branches of its own. Nothing is kept of what happens in
/// it: it runs again in the reverse sweep, which takes time and saves memory.
///
/// ```
/// use chainrules::prelude::*;
/// use zygote_engine::prelude::*;
///
/// #[differentiable]
/// fn step(u: &[f64]) -> Vec<f64> {
///     let mut v = u.to_vec();
///     for i in 1..v.len() {
///         v[i] += 0.1 * v[i - 1].sin();
///     }
///     v
/// }
///
/// #[differentiable]
/// fn simulate(u: &[f64]) -> f64 {
///     let mut v = u.to_vec();
///     for _ in 0..100 {
///         v = checkpoint(|| step(&v));
///     }
///     v[v.len() - 1]
/// }
///
/// #[differentiable]
/// fn product_of_squares(x: &[f64]) -> f64 {
///     checkpoint(|| {
///         let mut product = 1.0;
///         for y in x {
///             product *= y * y;
///         }
///         product
///     })
/// }
///
/// assert_eq!(gradient!(simulate, &[1.0, 0.5])[1], 1.0);
/// assert_eq!(gradient!(product_of_squares, &[1.0, 2.0]), [8.0, 4.0]);
/// ```
#[inline(always)]
pub fn checkpoint<T>(f: impl FnOnce() -> T) -> T {
    f()
}
