//! Methods of `Option`.

use chainrules_core::{Tangent, inert, rrule, twin};

inert! {
    impl<T: Tangent<M>, M> Option<T>, check(T = f64) {
        fn is_some(&self) -> bool;
        fn is_none(&self) -> bool;
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

#[rrule(Option::map, check(T = f64, U = f64, f = twin!(f64, f64::sin, f64::cos)))]
fn map<T: Tangent<M>, U, M>(this: Option<T>, f: impl FnOnce(T) -> U) -> Option<U> {
    let (y, residual) = this.map(f).unzip();
    (y, |d, dy| {
        if let (Some(residual), Some(x), Some(dy), Some(dx)) = (residual, this, dy, d.this) {
            f(residual, x, dy, dx);
        }
    })
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
    fn unwrapping_keeps_nothing() {
        assert_eq!(size_of_val(&Some(1.0).rrule_unwrap((Active,)).1), 0);
    }
}
