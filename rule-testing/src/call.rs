//! One call of a rule: its arguments, and cotangents of everything it gives.

use crate::quiet::caught;
use chainrules_core::{Draw, Erased, Handle};

/// Shadows of the arguments after a pullback ran; `None` for constant arguments.
pub type Shadows = Vec<Option<Erased>>;

/// Arguments at which a rule is checked, and cotangents of what the function gives.
pub struct Call<'r> {
    pub handle: &'r Handle,
    /// The arguments before the call.
    pub args: Vec<Erased>,
    /// The arguments after the call.
    pub after: Vec<Erased>,
    /// The function's value.
    pub value: Erased,
    /// A cotangent of the value.
    pub dy: Erased,
    /// Cotangents of the arguments after the call; of use for those that it changes.
    pub after_cotangents: Vec<Erased>,
    /// What the shadows of the other arguments hold already.
    pub held: Vec<Erased>,
}

/// What is put into a pullback.
#[derive(Clone, Copy)]
pub struct Seed<'a> {
    pub dy: &'a Erased,
    pub after: &'a [Erased],
}

/// What came out of a pullback.
pub struct Pulled {
    pub args: Vec<Erased>,
    pub shadows: Shadows,
}

pub fn copies(values: &[Erased]) -> Vec<Erased> {
    values.iter().map(|value| value.boxed()).collect()
}

/// A value with its scalars multiplied.
pub fn scaled(value: &Erased, factor: f64) -> Erased {
    let mut copy = value.boxed();
    copy.map_scalars(&mut |x| factor * x);
    copy
}

/// A value with its scalars drawn anew as cotangents.
fn cotangent(value: &Erased, draw: &mut Draw) -> Erased {
    let mut copy = value.boxed();
    copy.map_scalars(&mut |_| draw.cotangent());
    copy
}

impl<'r> Call<'r> {
    /// Draws a call, and runs the function. `None` when the function panics at these arguments.
    ///
    /// # Errors
    /// When the arguments cannot be drawn.
    pub fn draw(handle: &'r Handle, draw: &mut Draw) -> Result<Option<Self>, String> {
        let args = caught(|| (handle.draw)(draw))?;
        let mut after = copies(&args);
        let Ok(value) = caught(|| (handle.primal)(&mut after)) else { return Ok(None) };
        let dy = cotangent(&value, draw);
        let after_cotangents = after.iter().map(|arg| cotangent(arg, draw)).collect();
        let held = args.iter().map(|arg| cotangent(arg, draw)).collect();
        Ok(Some(Self { handle, args, after, value, dy, after_cotangents, held }))
    }

    /// The cotangents that this call was drawn with.
    pub fn seed(&self) -> Seed<'_> {
        Seed { dy: &self.dy, after: &self.after_cotangents }
    }

    /// Runs the rule's forward sweep, then its pullback with shadows only for the active
    /// arguments. The shadow of an argument that the call changes holds its cotangent after the
    /// call; any other holds `held`, or zero.
    pub fn pull(
        &self,
        seed: Seed<'_>,
        active: &dyn Fn(usize) -> bool,
        held: Option<&[Erased]>,
    ) -> Result<Pulled, String> {
        caught(|| {
            let mut args = copies(&self.args);
            let (_, back) = (self.handle.forward)(&mut args);
            let shadow = |i: usize| {
                if self.handle.mutable[i] {
                    seed.after[i].boxed()
                } else {
                    held.map_or_else(|| self.args[i].zero(), |held| held[i].boxed())
                }
            };
            let mut shadows: Shadows =
                (0..args.len()).map(|i| active(i).then(|| shadow(i))).collect();
            back(&mut args, &**seed.dy, &mut shadows);
            Pulled { args, shadows }
        })
    }

    /// The sum of all that the function gives, weighted by the cotangents, at other arguments; and
    /// the sum of the magnitudes. NaN where the function panics or gives another shape.
    pub fn weighted(&self, mut args: Vec<Erased>) -> (f64, f64) {
        let Ok(value) = caught(|| (self.handle.primal)(&mut args)) else {
            return (f64::NAN, f64::NAN);
        };
        let mut sum = (0.0, 0.0);
        let mut add = |weights: &Erased, values: &Erased| {
            let (weights, values) = (weights.scalars(), values.scalars());
            if weights.len() != values.len() {
                sum = (f64::NAN, f64::NAN);
            }
            for (w, x) in weights.iter().zip(values) {
                sum.0 += w * x;
                sum.1 += (w * x).abs();
            }
        };
        add(&self.dy, &value);
        for (i, arg) in args.iter().enumerate().filter(|(i, _)| self.handle.mutable[*i]) {
            add(&self.after_cotangents[i], arg);
        }
        sum
    }

    /// The arguments with one scalar replaced, counted through all arguments.
    pub fn with_scalar(&self, index: usize, x: f64) -> Vec<Erased> {
        let mut args = copies(&self.args);
        let mut at = 0;
        for arg in &mut args {
            arg.map_scalars(&mut |old| {
                at += 1;
                if at - 1 == index { x } else { old }
            });
        }
        args
    }

    /// The coarsest unit roundoff of all values of the call; that of `f64` if there is none.
    pub fn epsilon(&self) -> f64 {
        let all = self.args.iter().chain([&self.value]);
        let epsilon = all.map(|value| value.epsilon()).fold(0.0, f64::max);
        if epsilon == 0.0 { f64::EPSILON } else { epsilon }
    }
}
