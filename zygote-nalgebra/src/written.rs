//! Views that are written to, `m.row_mut(i).fill(x)`, `let mut column = m.column_mut(j)`: in differentiated
//! code a copy of the part, which is put back after the last use.
#![allow(clippy::clone_on_copy, reason = "places come to a pullback by value or by reference")]

use crate::Real;
use crate::inputs::{column, of_shape, row};
use crate::view::{block, entry, some};
use chainrules_core::rrule;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix, Scalar};

macro_rules! parts {
    ($this:ident; $(
        $view:ident of $shown:ident[$copy:ident $put:ident]($($arg:ident: $ty:ty = $domain:expr),+)
            -> ($r:ty, $c:ty) = $shape:expr $(, inert($($inert:ident),+))?;
    )+) => {
        /// Parts as generated code reads and overwrites them.
        pub trait Parts<T: Scalar, R: Dim, C: Dim>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            $(
                #[doc = concat!("A copy of what `", stringify!($view), "` lends.")]
                fn $copy(&self $(, $arg: $ty)+) -> OMatrix<T, $r, $c>
                where
                    DefaultAllocator: Allocator<$r, $c>;

                #[doc = concat!("Overwrites what `", stringify!($view), "` lends.")]
                fn $put(&mut self $(, $arg: $ty)+, part: &OMatrix<T, $r, $c>)
                where
                    DefaultAllocator: Allocator<$r, $c>;
            )+
        }

        impl<T: Scalar, R: Dim, C: Dim> Parts<T, R, C> for OMatrix<T, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            $(
                #[inline]
                #[track_caller]
                fn $copy(&self $(, $arg: $ty)+) -> OMatrix<T, $r, $c>
                where
                    DefaultAllocator: Allocator<$r, $c>,
                {
                    self.$shown($($arg),+).clone_owned()
                }

                #[inline]
                #[track_caller]
                fn $put(&mut self $(, $arg: $ty)+, part: &OMatrix<T, $r, $c>)
                where
                    DefaultAllocator: Allocator<$r, $c>,
                {
                    self.$view($($arg),+).copy_from(part);
                }
            )+
        }

        $(
            /// # Panics
            /// When there is no such part.
            #[rrule(OMatrix::$copy, check(T = f64, R = Dyn, C = Dyn $(, $arg = $domain)+))]
            fn $copy<T: Real, R: Dim, C: Dim>(
                $this: &OMatrix<T, R, C>,
                $($arg: $ty),+
            ) -> OMatrix<T, $r, $c>
            where
                DefaultAllocator: Allocator<R, C> + Allocator<$r, $c>,
            {
                ($this.$copy($($arg),+), |dy| Grad {
                    $this: |d| {
                        let mut part = d.$view($($arg.clone()),+);
                        part += dy;
                    },
                    $($($inert: inert,)+)?
                })
            }

            /// # Panics
            /// When there is no such part, and when the shapes differ.
            #[rrule(OMatrix::$put, check(T = f64, R = Dyn, C = Dyn $(, $arg = $domain)+, part = $shape))]
            fn $put<T: Real, R: Dim, C: Dim>(
                $this: &mut OMatrix<T, R, C>,
                $($arg: $ty,)+
                part: &OMatrix<T, $r, $c>,
            ) where
                DefaultAllocator: Allocator<R, C> + Allocator<$r, $c>,
            {
                let old = $this.$copy($($arg),+);
                $this.$put($($arg,)+ part);
                Mutation {
                    undo: || $this.$put($($arg.clone(),)+ &old),
                    pull: |d| Grad {
                        part: {
                            let mut lent = d.$this.$view($($arg.clone()),+);
                            let dpart = lent.clone_owned();
                            lent.fill(nalgebra::zero());
                            dpart
                        },
                        $($($inert: inert,)+)?
                    },
                }
            }
        )+
    };
}
parts! {
    this;
    row_mut of row[row_mut_copy row_mut_put](i: usize = row(this))
        -> (Const<1>, C) = of_shape(Const::<1>, this.shape_generic().1);
    column_mut of column[column_mut_copy column_mut_put](i: usize = column(this))
        -> (R, Const<1>) = of_shape(this.shape_generic().0, Const::<1>);
    rows_mut of rows[rows_mut_copy rows_mut_put](
        first_row: usize = row(this),
        nrows: usize = some(this.nrows(), first_row)
    ) -> (Dyn, C) = of_shape(Dyn(nrows), this.shape_generic().1);
    columns_mut of columns[columns_mut_copy columns_mut_put](
        first_col: usize = column(this),
        ncols: usize = some(this.ncols(), first_col)
    ) -> (R, Dyn) = of_shape(this.shape_generic().0, Dyn(ncols));
    view_mut of view[view_mut_copy view_mut_put](
        start: (usize, usize) = entry(this),
        shape: (usize, usize) = block(this, start)
    ) -> (Dyn, Dyn) = of_shape(Dyn(shape.0), Dyn(shape.1)), inert(start, shape);
}
