//! The least and the greatest entry. The derivative goes to the first entry that is the result.

use crate::Real;
use crate::elementwise::sign;
use chainrules_core::rrule;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

/// The first entry that is found, or the first of all where none is, as none equals a NaN.
fn place<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>, is: impl Fn(&T) -> bool) -> Option<usize>
where
    DefaultAllocator: Allocator<R, C>,
{
    if m.is_empty() { None } else { Some(m.iter().position(is).unwrap_or(0)) }
}

macro_rules! extremes {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[rrule(OMatrix::$name, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
        fn $name<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
        where
            DefaultAllocator: Allocator<R, C>,
        {
            let y = this.$name();
            let place = place(this, |x| *x == y);
            (y, |dy| Grad {
                this: |d| {
                    if let Some(place) = place {
                        d[place] += *dy;
                    }
                },
            })
        }
    )+};
}
extremes! {
    /// The greatest entry; 0 of none.
    max;
    /// The least entry; 0 of none.
    min;
}

macro_rules! extremes_of_magnitude {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[rrule(OMatrix::$name, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
        fn $name<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
        where
            DefaultAllocator: Allocator<R, C>,
        {
            let y = this.$name();
            let place = place(this, |x| nalgebra::ComplexField::abs(*x) == y);
            (y, |dy| Grad {
                this: |d| {
                    if let Some(place) = place {
                        d[place] += *dy * sign(this[place]);
                    }
                },
            })
        }
    )+};
}
extremes_of_magnitude! {
    /// The greatest magnitude; 0 of none. The slope of a magnitude at 0 is 0 by convention.
    amax;
    /// The least magnitude; 0 of none. The slope of a magnitude at 0 is 0 by convention.
    amin;
}
