//! What carries no derivative: dimensions, tests and positions.

use crate::Real;
use chainrules_core::inert;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

inert! {
    impl<T: Real, R: Dim, C: Dim> OMatrix<T, R, C>, check(T = f64, R = Dyn, C = Dyn)
    where
        DefaultAllocator: Allocator<R, C>,
    {
        fn nrows(&self) -> usize;
        fn ncols(&self) -> usize;
        fn shape(&self) -> (usize, usize);
        fn len(&self) -> usize;
        fn is_empty(&self) -> bool;
        fn is_square(&self) -> bool;
        fn iamax_full(&self) -> (usize, usize);
    }

    impl<T: Real, D: Dim> OMatrix<T, D, Const<1>>, check(T = f64, D = Dyn)
    where
        DefaultAllocator: Allocator<D>,
    {
        fn imax(&self) -> usize;
        fn imin(&self) -> usize;
        fn iamax(&self) -> usize;
        fn iamin(&self) -> usize;
    }
}
