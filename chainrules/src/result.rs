//! Methods of `Result`. The error is constant.

use crate::option::looking;
use chainrules_core::{Draw, Tangent, draw_by_type, inert, rrule, twin};
use std::fmt::Debug;

inert! {
    impl<T: Tangent<M>, E: Clone, M> Result<T, E>, check(T = f64, E = i32) {
        #[check(this = outcome())]
        fn is_ok(&self) -> bool;
        #[check(this = outcome())]
        fn is_err(&self) -> bool;
        #[check(this = outcome(), f = |x: f64| x > 0.5)]
        fn is_ok_and(self, f: impl FnOnce(T) -> bool) -> bool;
        #[check(this = outcome(), f = |e: i32| e > 0)]
        fn is_err_and(self, f: impl FnOnce(E) -> bool) -> bool;
        #[check(this = outcome())]
        fn err(self) -> Option<E>;
    }
}

#[rrule(Result::unwrap, check(T = f64, T = Vec<f64>, E = i32, this = outcome()))]
fn unwrap<T: Tangent<M>, E: Clone + Debug, M>(this: &Result<T, E>) -> T {
    (this.clone().unwrap(), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Result::expect, check(T = f64, E = i32, this = outcome()))]
fn expect<T: Tangent<M>, E: Clone + Debug, M>(this: &Result<T, E>, msg: &str) -> T {
    (this.clone().expect(msg), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Result::unwrap_or, check(T = f64, T = Vec<f64>, E = i32, this = outcome()))]
fn unwrap_or<T: Tangent<M>, E: Clone, M>(this: &Result<T, E>, default: T) -> T {
    (this.clone().unwrap_or(default), |dy| Grad {
        this: |d| add(d, dy),
        default: |d| {
            if this.is_err() {
                d.accumulate(dy);
            }
        },
    })
}

#[rrule(Result::unwrap_or_default, check(T = f64, E = i32, this = outcome()))]
fn unwrap_or_default<T: Tangent<M> + Default, E: Clone, M>(this: &Result<T, E>) -> T {
    (this.clone().unwrap_or_default(), |dy| Grad { this: |d| add(d, dy) })
}

#[rrule(Result::ok, check(T = f64, E = i32, this = outcome()))]
fn ok<T: Tangent<M>, E: Clone, M>(this: Result<T, E>) -> Option<T> {
    (this.ok(), |dy| Grad { this: |d| dy.iter().for_each(|dy| add(d, dy)) })
}

#[rrule(Result::and, check(T = f64, U = f32, E = i32, this = outcome(), res = outcome()))]
fn and<T: Tangent<M>, U: Tangent<N>, E: Clone, M, N>(
    this: Result<T, E>,
    res: Result<U, E>,
) -> Result<U, E> {
    (this.and(res), |dy| Grad { this: inert, res: |d| dy.iter().for_each(|dy| add(d, dy)) })
}

#[rrule(Result::or, check(T = f64, E = i32, F = u8, this = outcome(), res = outcome()))]
fn or<T: Tangent<M>, E: Clone, F: Clone, M>(this: Result<T, E>, res: Result<T, F>) -> Result<T, F> {
    (this.or(res), |dy| Grad {
        this: |d| dy.iter().for_each(|dy| add(d, dy)),
        res: |d| {
            if this.is_err() {
                dy.iter().for_each(|dy| add(d, dy));
            }
        },
    })
}

#[rrule(Result::transpose, check(T = f64, E = i32, this = outcome()))]
fn transpose<T: Tangent<M>, E: Clone, M>(this: Result<Option<T>, E>) -> Option<Result<T, E>> {
    (this.transpose(), |dy| Grad {
        this: |d| {
            if let (Ok(Some(d)), Some(Ok(dy))) = (d, dy) {
                d.accumulate(dy);
            }
        },
    })
}

#[rrule(Result::map_err, check(T = f64, E = i32, F = i64, this = outcome(), op = |e: i32| i64::from(e)))]
fn map_err<T: Tangent<M>, E: Clone, F: Clone, M>(
    this: Result<T, E>,
    #[inert] op: impl FnOnce(E) -> F,
) -> Result<T, F> {
    (this.map_err(|e| op(e).0), |dy| Grad { this: |d| dy.iter().for_each(|dy| add(d, dy)) })
}

#[rrule(Result::inspect, check(T = f64, E = i32, this = outcome(), f = looking()))]
fn inspect<T: Tangent<M>, E: Clone, M>(this: Result<T, E>, f: impl FnOnce(&T)) -> Result<T, E> {
    let residual = this.as_ref().ok().map(|x| f(x).1);
    (this, |d, dy| {
        dy.iter().for_each(|dy| add(d.this, dy));
        if let (Some(residual), Ok(x), Ok(dx)) = (residual, this, d.this) {
            f(residual, x, &(), dx);
        }
    })
}

#[rrule(
    Result::map,
    check(T = f64, U = f64, E = i32, this = outcome(), op = twin!(f64, f64::sin, f64::cos))
)]
fn map<T: Tangent<M>, U, E: Clone, M>(this: Result<T, E>, op: impl FnOnce(T) -> U) -> Result<U, E> {
    let (y, residual) = split(this.map(op));
    (y, |d, dy| {
        if let (Some(residual), Ok(x), Ok(dy), Ok(dx)) = (residual, this, dy, d.this) {
            op(residual, x, dy, dx);
        }
    })
}

#[rrule(
    Result::map_or,
    check(T = f64, U = f64, E = i32, this = outcome(), f = twin!(f64, f64::sin, f64::cos))
)]
fn map_or<T: Tangent<M>, U: Tangent<N>, E: Clone, M, N>(
    this: Result<T, E>,
    default: U,
    f: impl FnOnce(T) -> U,
) -> U {
    let (y, residual) = this.ok().map(f).unzip();
    (y.unwrap_or(default), |d, dy| match (residual, this, d.this) {
        (Some(residual), Ok(x), Ok(dx)) => f(residual, x, dy, dx),
        _ => d.default.accumulate(dy),
    })
}

// The error is constant, so the cotangent that `default` gives it is dropped.
#[rrule(
    Result::map_or_else,
    check(
        T = f64,
        U = f64,
        E = i32,
        this = outcome(),
        default = of_error(),
        f = twin!(f64, f64::sin, f64::cos)
    )
)]
fn map_or_else<T: Tangent<M>, U, E: Clone, M>(
    this: Result<T, E>,
    default: impl FnOnce(E) -> U,
    f: impl FnOnce(T) -> U,
) -> U {
    let (y, residual, other) = match this {
        Ok(x) => {
            let (y, residual) = f(x);
            (y, Some(residual), None)
        }
        Err(e) => {
            let (y, residual) = default(e);
            (y, None, Some(residual))
        }
    };
    (y, |d, dy| match (this, d.this, residual, other) {
        (Ok(x), Ok(dx), Some(residual), _) => f(residual, x, dy, dx),
        (Err(e), _, _, Some(residual)) => default(residual, e, dy, &mut e.clone()),
        _ => unreachable!("the cotangent has the shape of the result"),
    })
}

#[rrule(
    Result::and_then,
    check(T = f64, U = f64, E = i32, this = outcome(), op = sin_above_half())
)]
fn and_then<T: Tangent<M>, U, E: Clone, M>(
    this: Result<T, E>,
    op: impl FnOnce(T) -> Result<U, E>,
) -> Result<U, E> {
    let (y, residual) = split(this.map(op));
    (y.and_then(|y| y), |d, dy| {
        if let (Some(residual), Ok(x), Ok(dx)) = (residual, this, d.this) {
            op(residual, x, dy, dx);
        }
    })
}

#[rrule(
    Result::or_else,
    check(T = f64, E = i32, F = i64, this = outcome(), op = of_positive_error())
)]
fn or_else<T: Tangent<M>, E: Clone, F: Clone, M>(
    this: Result<T, E>,
    op: impl FnOnce(E) -> Result<T, F>,
) -> Result<T, F> {
    let (y, residual) = match this {
        Ok(x) => (Ok(x), None),
        Err(e) => {
            let (y, residual) = op(e);
            (y, Some(residual))
        }
    };
    (y, |d, dy| match (residual, this) {
        (Some(residual), Err(e)) => op(residual, e, dy, &mut e.clone()),
        _ => dy.iter().for_each(|dy| add(d.this, dy)),
    })
}

#[rrule(Result::unwrap_or_else, check(T = f64, E = i32, this = outcome(), op = of_error()))]
fn unwrap_or_else<T: Tangent<M>, E: Clone, M>(this: Result<T, E>, op: impl FnOnce(E) -> T) -> T {
    let (y, residual) = match this {
        Ok(x) => (x, None),
        Err(e) => {
            let (y, residual) = op(e);
            (y, Some(residual))
        }
    };
    (y, |d, dy| match (residual, this) {
        (Some(residual), Err(e)) => op(residual, e, dy, &mut e.clone()),
        _ => add(d.this, dy),
    })
}

/// A function for checks: the sine above one half.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn sin_above_half()
-> (impl Fn(f64) -> (Result<f64, i32>, f64), impl FnMut(f64, &f64, &Result<f64, i32>, &mut f64)) {
    (
        |x: f64| (if x > 0.5 { Ok(x.sin()) } else { Err(3) }, x.cos()),
        |cos: f64, _: &f64, dy: &Result<f64, i32>, dx: &mut f64| *dx += dy.unwrap_or(0.0) * cos,
    )
}

/// A function for checks, of the error.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn of_error() -> (impl Fn(i32) -> (f64, i32), impl FnMut(i32, &i32, &f64, &mut i32)) {
    (
        |e: i32| (f64::from(e), e),
        |residual: i32, e: &i32, _: &f64, _: &mut i32| assert_eq!(residual, *e),
    )
}

/// A function for checks, of the error, that may fail.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn of_positive_error()
-> (impl Fn(i32) -> (Result<f64, i64>, ()), impl FnMut((), &i32, &Result<f64, i64>, &mut i32)) {
    (
        |e: i32| (if e > 0 { Ok(1.5) } else { Err(i64::from(e)) }, ()),
        |(), _: &i32, _: &Result<f64, i64>, _: &mut i32| {},
    )
}

/// The value and the residual of a call that may not have been made.
fn split<U, R, E>(result: Result<(U, R), E>) -> (Result<U, E>, Option<R>) {
    match result {
        Ok((y, residual)) => (Ok(y), Some(residual)),
        Err(e) => (Err(e), None),
    }
}

/// Adds a cotangent to that of the value, if there is a value.
fn add<T: Tangent<M>, E, M>(shadow: &mut Result<T, E>, dy: &T) {
    shadow.iter_mut().for_each(|d| d.accumulate(dy));
}

/// A domain: values and errors drawn by type.
pub(crate) fn outcome<T: 'static, E: 'static>() -> impl FnOnce(&mut Draw) -> Result<T, E> {
    |draw| if draw.index(4) == 3 { Err(draw_by_type(draw)) } else { Ok(draw_by_type(draw)) }
}
