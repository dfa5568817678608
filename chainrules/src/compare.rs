//! Comparisons, ranges and text, which carry no derivative, and choices, which pass one on.

use chainrules_core::{Tangent, inert, rrule};
use std::cmp::Ordering;
use std::ops::{Range, RangeInclusive};

inert! {
    impl Ordering {
        fn is_eq(self) -> bool;
        fn is_ne(self) -> bool;
        fn is_lt(self) -> bool;
        fn is_gt(self) -> bool;
        fn is_le(self) -> bool;
        fn is_ge(self) -> bool;
        fn reverse(self) -> Self;
        fn then(self, other: Self) -> Self;
    }

    impl<T: Tangent<M> + PartialOrd, M> Range<T>, check(T = f64, T = usize) {
        #[check(this = |d| between(d, |a, b| a..b))]
        fn contains(&self, item: &T) -> bool;
        #[check(this = |d| between(d, |a, b| a..b))]
        fn is_empty(&self) -> bool;
    }

    impl Range<usize> {
        #[check(this = |d| between(d, |a, b| a..b))]
        fn len(&self) -> usize;
    }

    impl<T: Tangent<M> + PartialOrd, M> RangeInclusive<T>, check(T = f64, T = usize) {
        #[check(this = |d| between(d, |a, b| a..=b))]
        fn contains(&self, item: &T) -> bool;
        #[check(this = |d| between(d, |a, b| a..=b))]
        fn is_empty(&self) -> bool;
    }

    impl str {
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
        fn to_string(&self) -> String;
    }
}

/// A domain: a range from two numbers.
fn between<T: 'static, R>(draw: &mut chainrules_core::Draw, range: impl Fn(T, T) -> R) -> R {
    range(chainrules_core::draw_by_type(draw), chainrules_core::draw_by_type(draw))
}

#[rrule(bool::then_some, check(T = f64, T = Vec<f64>))]
fn then_some<T: Tangent<M>, M>(this: bool, t: T) -> Option<T> {
    (this.then_some(t), |dy| Grad { t: |d| dy.iter().for_each(|dy| d.accumulate(dy)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn a_choice_passes_the_cotangent_on() {
        for (on, expected) in [(true, 3.0), (false, 0.0)] {
            let (y, back) = on.rrule_then_some(2.0, (Constant, Active));
            let mut d = 0.0;
            back(&on, &2.0, &y.map(|_| 3.0), (), &mut d);
            assert_eq!(d, expected);
        }
    }

    #[test]
    fn comparisons_are_constant() {
        assert!((0.0..1.0).rrule_contains(&0.5, (Active, Active)).0);
        assert!(Ordering::Less.rrule_is_lt((Active,)).0);
    }
}
