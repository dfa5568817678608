//! Methods of `Option`, and loops over it.

use crate::iter::{Elements, walked};
use crate::result::outcome;
use chainrules_core::{Draw, Tangent, draw_by_type, inert, rrule, twin};

inert! {
    impl<T: Tangent<M>, M> Option<T>, check(T = f64) {
        fn is_some(&self) -> bool;
        fn is_none(&self) -> bool;
        #[check(f = |x: f64| x > 0.5)]
        fn is_some_and(self, f: impl FnOnce(T) -> bool) -> bool;
        #[check(f = |x: f64| x > 0.5)]
        fn is_none_or(self, f: impl FnOnce(T) -> bool) -> bool;
    }
}

#[rrule(Option::unwrap, check(T = f64, T = f32, T = Vec<f64>))]
fn unwrap<T: Tangent<M>, M>(this: &Option<T>) -> T {
    (this.clone().unwrap(), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Option::expect, check(T = f64))]
fn expect<T: Tangent<M>, M>(this: &Option<T>, msg: &str) -> T {
    (this.clone().expect(msg), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Option::unwrap_or, check(T = f64, T = Vec<f64>))]
fn unwrap_or<T: Tangent<M>, M>(this: &Option<T>, default: T) -> T {
    (this.clone().unwrap_or(default), |dy| Grad {
        this: |d| add(d, dy),
        default: |d| {
            if this.is_none() {
                d.accumulate(dy);
            }
        },
    })
}

#[rrule(Option::unwrap_or_default, check(T = f64))]
fn unwrap_or_default<T: Tangent<M> + Default, M>(this: &Option<T>) -> T {
    (this.clone().unwrap_or_default(), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Option::or, check(T = f64))]
fn or<T: Tangent<M>, M>(this: Option<T>, optb: Option<T>) -> Option<T> {
    (this.or(optb), |dy| Grad {
        this: |d| dy.iter().for_each(|dy| add(d, dy)),
        optb: |d| {
            if this.is_none() {
                dy.iter().for_each(|dy| add(d, dy));
            }
        },
    })
}

#[rrule(Option::zip, check(T = f64, U = f32))]
fn zip<T: Tangent<M>, U: Tangent<N>, M, N>(this: Option<T>, other: Option<U>) -> Option<(T, U)> {
    (this.zip(other), |dy| Grad {
        this: |d| dy.iter().for_each(|dy| add(d, &dy.0)),
        other: |d| dy.iter().for_each(|dy| add(d, &dy.1)),
    })
}

#[rrule(Option::take, check(T = f64, T = Vec<f64>))]
fn take<T: Tangent<M>, M>(this: &mut Option<T>) -> Option<T> {
    let y = this.take();
    (y.clone(), Mutation { undo: || *this = y, pull: |d, dy| *d.this = dy.clone() })
}

// A function that gives a `bool` only reads.
#[rrule(Option::take_if, check(T = f64, predicate = |x: &mut f64| *x > 0.5))]
fn take_if<T: Tangent<M>, M>(
    this: &mut Option<T>,
    predicate: impl FnOnce(&mut T) -> bool,
) -> Option<T> {
    let y = this.take_if(predicate);
    let taken = y.is_some();
    (
        y.clone(),
        Mutation {
            undo: || {
                if taken {
                    *this = y;
                }
            },
            pull: |d, dy| {
                if taken {
                    *d.this = dy.clone();
                }
            },
        },
    )
}

#[rrule(Option::replace, check(T = f64))]
fn replace<T: Tangent<M>, M>(this: &mut Option<T>, value: T) -> Option<T> {
    let y = this.replace(value);
    (
        y.clone(),
        Mutation {
            undo: || *this = y,
            pull: |d, dy| {
                let after = std::mem::replace(d.this, dy.clone());
                Grad { value: after.expect("the cotangent has the shape of the option") }
            },
        },
    )
}

#[rrule(Option::and, check(T = f64, U = f32))]
fn and<T: Tangent<M>, U: Tangent<N>, M, N>(this: Option<T>, optb: Option<U>) -> Option<U> {
    (this.and(optb), |dy| Grad { this: inert, optb: |d| add_some(d, dy) })
}

// Of the two values one at most is passed on.
#[rrule(Option::xor, check(T = f64))]
fn xor<T: Tangent<M>, M>(this: Option<T>, optb: Option<T>) -> Option<T> {
    (this.xor(optb), |dy| Grad { this: |d| add_some(d, dy), optb: |d| add_some(d, dy) })
}

#[rrule(Option::filter, check(T = f64, predicate = |x: &f64| *x > 0.5))]
fn filter<T: Tangent<M>, M>(this: Option<T>, predicate: impl FnOnce(&T) -> bool) -> Option<T> {
    (this.filter(predicate), |dy| Grad { this: |d| add_some(d, dy) })
}

#[rrule(Option::flatten, check(T = f64, this = perhaps()))]
fn flatten<T: Tangent<M>, M>(this: Option<Option<T>>) -> Option<T> {
    (this.flatten(), |dy| Grad { this: |d| d.iter_mut().for_each(|d| add_some(d, dy)) })
}

#[rrule(Option::unzip, check(T = f64, U = f64, this = perhaps()))]
fn unzip<T: Tangent<M>, U: Tangent<N>, M, N>(this: Option<(T, U)>) -> (Option<T>, Option<U>) {
    (this.unzip(), |(dt, du)| Grad {
        this: |d| {
            if let (Some(d), Some(dt), Some(du)) = (d, dt, du) {
                d.0.accumulate(dt);
                d.1.accumulate(du);
            }
        },
    })
}

#[rrule(Option::ok_or, check(T = f64, E = i32))]
fn ok_or<T: Tangent<M>, E: Clone, M>(this: Option<T>, #[inert] err: E) -> Result<T, E> {
    (this.ok_or(err), |dy| Grad { this: |d| dy.iter().for_each(|dy| add(d, dy)), err: inert })
}

#[rrule(Option::ok_or_else, check(T = f64, E = i32, err = || 7))]
fn ok_or_else<T: Tangent<M>, E: Clone, M>(
    this: Option<T>,
    #[inert] err: impl FnOnce() -> E,
) -> Result<T, E> {
    (this.ok_or_else(|| err().0), |dy| Grad { this: |d| dy.iter().for_each(|dy| add(d, dy)) })
}

#[rrule(Option::transpose, check(T = f64, E = i32, this = |d: &mut Draw| (d.index(4) != 3).then(|| outcome()(d))))]
fn transpose<T: Tangent<M>, E: Clone, M>(this: Option<Result<T, E>>) -> Result<Option<T>, E> {
    (this.transpose(), |dy| Grad {
        this: |d| {
            if let (Some(Ok(d)), Ok(Some(dy))) = (d, dy) {
                d.accumulate(dy);
            }
        },
    })
}

#[rrule(Option::inspect, check(T = f64, f = looking()))]
fn inspect<T: Tangent<M>, M>(this: Option<T>, f: impl FnOnce(&T)) -> Option<T> {
    let residual = this.as_ref().map(|x| f(x).1);
    (this, |d, dy| {
        add_some(d.this, dy);
        if let (Some(residual), Some(x), Some(dx)) = (residual, this, d.this) {
            f(residual, x, &(), dx);
        }
    })
}

#[rrule(Option::map, check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos)))]
fn map<T: Tangent<M>, U, M>(this: Option<T>, f: impl FnOnce(T) -> U) -> Option<U> {
    let (y, residual) = this.map(f).unzip();
    (y, |d, dy| {
        if let (Some(residual), Some(x), Some(dy), Some(dx)) = (residual, this, dy, d.this) {
            f(residual, x, dy, dx);
        }
    })
}

#[rrule(
    Option::map_or,
    check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos))
)]
fn map_or<T: Tangent<M>, U: Tangent<N>, M, N>(
    this: Option<T>,
    default: U,
    f: impl FnOnce(T) -> U,
) -> U {
    let (y, residual) = this.map(f).unzip();
    (y.unwrap_or(default), |d, dy| match (residual, this, d.this) {
        (Some(residual), Some(x), Some(dx)) => f(residual, x, dy, dx),
        _ => d.default.accumulate(dy),
    })
}

#[rrule(
    Option::map_or_else,
    check(T = f64, U = f64, default = constant_function(2.5), f = twin!(f64, f64::sin, f64::cos))
)]
fn map_or_else<T: Tangent<M>, U, M>(
    this: Option<T>,
    default: impl FnOnce() -> U,
    f: impl FnOnce(T) -> U,
) -> U {
    let (y, residual, other) = match this {
        Some(x) => {
            let (y, residual) = f(x);
            (y, Some(residual), None)
        }
        None => {
            let (y, residual) = default();
            (y, None, Some(residual))
        }
    };
    (y, |d, dy| {
        if let (Some(residual), Some(x), Some(dx)) = (residual, this, d.this) {
            f(residual, x, dy, dx);
        } else if let Some(residual) = other {
            default(residual, dy);
        }
    })
}

#[rrule(Option::and_then, check(T = f64, U = f64, f = sin_above_half()))]
fn and_then<T: Tangent<M>, U, M>(this: Option<T>, f: impl FnOnce(T) -> Option<U>) -> Option<U> {
    let (y, residual) = this.map(f).unzip();
    (y.flatten(), |d, dy| {
        if let (Some(residual), Some(x), Some(dx)) = (residual, this, d.this) {
            f(residual, x, dy, dx);
        }
    })
}

#[rrule(Option::or_else, check(T = f64, f = (|| (Some(2.5), ()), |(), _: &Option<f64>| {})))]
fn or_else<T: Tangent<M>, M>(this: Option<T>, f: impl FnOnce() -> Option<T>) -> Option<T> {
    let (y, residual) = match this {
        Some(x) => (Some(x), None),
        None => {
            let (y, residual) = f();
            (y, Some(residual))
        }
    };
    (y, |d, dy| match residual {
        Some(residual) => f(residual, dy),
        None => add_some(d.this, dy),
    })
}

#[rrule(Option::unwrap_or_else, check(T = f64, f = constant_function(2.5)))]
fn unwrap_or_else<T: Tangent<M>, M>(this: Option<T>, f: impl FnOnce() -> T) -> T {
    let (y, residual) = match this {
        Some(x) => (x, None),
        None => {
            let (y, residual) = f();
            (y, Some(residual))
        }
    };
    (y, |d, dy| match residual {
        Some(residual) => f(residual, dy),
        None => add(d.this, dy),
    })
}

/// `Some` of what a function gives, where a condition holds.
#[rrule(bool::then, check(T = f64, f = constant_function(2.5)))]
fn then<T: Tangent<M>, M>(this: bool, f: impl FnOnce() -> T) -> Option<T> {
    let (y, residual) = match this {
        true => {
            let (y, residual) = f();
            (Some(y), Some(residual))
        }
        false => (None, None),
    };
    (y, |_, dy| {
        if let (Some(residual), Some(dy)) = (residual, dy) {
            f(residual, dy);
        }
    })
}

/// A function for checks: the sine above one half.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn sin_above_half()
-> (impl Fn(f64) -> (Option<f64>, f64), impl FnMut(f64, &f64, &Option<f64>, &mut f64)) {
    (
        |x: f64| ((x > 0.5).then(|| x.sin()), x.cos()),
        |cos: f64, _: &f64, dy: &Option<f64>, dx: &mut f64| *dx += dy.map_or(0.0, |dy| dy * cos),
    )
}

/// A function for checks, without arguments.
pub(crate) fn constant_function(value: f64) -> (impl Fn() -> (f64, ()), impl FnMut((), &f64)) {
    (move || (value, ()), |(), _: &f64| {})
}

/// A function for checks, which only looks at its argument.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
pub(crate) fn looking() -> (impl Fn(&f64) -> ((), ()), impl FnMut((), &f64, &(), &mut f64)) {
    (|_: &f64| ((), ()), |(), _: &f64, (): &(), _: &mut f64| {})
}

/// A domain: values drawn by type, or none.
fn perhaps<T: 'static>() -> impl FnOnce(&mut Draw) -> Option<T> {
    |draw| (draw.index(4) != 3).then(|| draw_by_type(draw))
}

impl<T> Elements for Option<T> {
    type Element = T;

    #[inline(always)]
    fn number(&self) -> usize {
        self.iter().len()
    }

    #[inline(always)]
    fn element(&self, _: usize) -> &T {
        self.as_ref().expect(ELEMENT)
    }

    #[inline(always)]
    fn element_mut(&mut self, _: usize) -> &mut T {
        self.as_mut().expect(ELEMENT)
    }
}

const ELEMENT: &str = "an option that is gone over has an element, and its cotangent, too";

walked!([] Option<T>);

/// Adds a cotangent, if there is one, to that of the value, if there is one.
fn add_some<T: Tangent<M>, M>(shadow: &mut Option<T>, dy: &Option<T>) {
    dy.iter().for_each(|dy| add(shadow, dy));
}

/// Adds a cotangent to that of the value, if there is a value.
fn add<T: Tangent<M>, M>(shadow: &mut Option<T>, dy: &T) {
    shadow.iter_mut().for_each(|d| d.accumulate(dy));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::Active;

    #[test]
    fn a_default_counts_where_there_is_no_value() {
        for (x, expected) in [(Some(1.0), (Some(2.0), 0.0)), (None, (None, 2.0))] {
            let (_, back) = x.rrule_unwrap_or(5.0, (Active, Active));
            let (mut dx, mut dd) = (x.map(|_| 0.0), 0.0);
            back(&x, &5.0, &2.0, &mut dx, &mut dd);
            assert_eq!((dx, dd), expected);
        }
    }

    #[test]
    fn what_a_default_captures_gets_its_cotangent() {
        let (fallback, mut dfallback) = (2.0, 0.0);
        let x: Option<f64> = None;
        let (y, back) =
            x.rrule_unwrap_or_else(&mut || (fallback * fallback, fallback), (Active, Active));
        back(&x, &(), &10.0, &mut None, &mut |x, dy| dfallback += 2.0 * x * dy);
        assert_eq!((y, dfallback), (4.0, 40.0));
    }

    #[test]
    fn the_receiver_chooses_between_option_and_result() {
        use crate::result::*;
        let (some, ok): (Option<f64>, Result<f64, String>) = (Some(1.0), Ok(2.0));
        assert_eq!(some.rrule_unwrap((Active,)).0 + ok.rrule_unwrap((Active,)).0, 3.0);
    }

    #[test]
    fn unwrapping_keeps_nothing() {
        assert_eq!(size_of_val(&Some(1.0).rrule_unwrap((Active,)).1), 0);
    }
}
