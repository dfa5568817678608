//! Views that are written to, `a.row_mut(i).fill(x)`, `let mut column = a.column_mut(j)`: in differentiated
//! code a copy of the part, which is put back after the last use.
#![allow(clippy::clone_on_copy, reason = "places come to a pullback by value or by reference")]

use crate::Real;
use crate::inputs::{axis_of, of_lengths, some_slice};
use crate::view::rows_of;
use chainrules_core::rrule;
use ndarray::{Array, Axis, Dimension, Ix1, Ix2, Ix3, RemoveAxis};
use ndarray::{Slice, SliceArg, SliceInfo, SliceInfoElem};

macro_rules! part {
    (
        $part:ident<$($g:ident: ($($bound:tt)+)),*>;
        $view:ident of $shown:ident[$copy:ident $put:ident]
        ($this:ident: $dim:ty $(, $arg:ident: $ty:ty = $domain:expr)*) -> $to:ty = $lengths:expr;
        $(inert($($inert:ident),+);)? $(check($($at:ident = $of:ty),+);)?
    ) => {
        #[doc = concat!("The part that `", stringify!($view), "` lends as generated code reads and overwrites it.")]
        pub trait $part<T, $($g: $($bound)+),*> {
            /// A copy.
            fn $copy(&self $(, $arg: $ty)*) -> Array<T, $to>;

            /// Overwrites it.
            fn $put(&mut self $(, $arg: $ty)*, part: &Array<T, $to>);
        }

        impl<T: Clone, $($g: $($bound)+),*> $part<T, $($g),*> for Array<T, $dim> {
            #[inline]
            #[track_caller]
            fn $copy(&self $(, $arg: $ty)*) -> Array<T, $to> {
                self.$shown($($arg),*).to_owned()
            }

            #[inline]
            #[track_caller]
            fn $put(&mut self $(, $arg: $ty)*, part: &Array<T, $to>) {
                let mut lent = self.$view($($arg),*);
                assert!(lent.shape() == part.shape(), "a part has the shape that it had");
                lent.assign(part);
            }
        }

        /// # Panics
        /// When there is no such part.
        #[rrule(Array::$copy, check(T = f64 $($(, $at = $of)+)? $(, $arg = $domain)*))]
        fn $copy<T: Real, $($g: $($bound)+),*>($this: &Array<T, $dim> $(, $arg: $ty)*) -> Array<T, $to> {
            ($this.$copy($($arg.clone()),*), |dy| Grad {
                $this: |d| d.$view($($arg.clone()),*).zip_mut_with(dy, |d, dy| *d += *dy),
                $($($inert: inert,)+)?
            })
        }

        /// # Panics
        /// When there is no such part, and when the shapes differ.
        #[rrule(Array::$put, check(T = f64 $($(, $at = $of)+)? $(, $arg = $domain)*, part = of_lengths($lengths)))]
        fn $put<T: Real, $($g: $($bound)+),*>(
            $this: &mut Array<T, $dim>,
            $($arg: $ty,)*
            part: &Array<T, $to>,
        ) {
            let old = $this.$copy($($arg.clone()),*);
            $this.$put($($arg.clone(),)* part);
            Mutation {
                undo: || $this.$put($($arg.clone(),)* &old),
                pull: |d| Grad {
                    part: {
                        let mut lent = d.$this.$view($($arg.clone()),*);
                        let dpart = lent.to_owned();
                        lent.fill(T::ZERO);
                        dpart
                    },
                    $($($inert: inert,)+)?
                },
            }
        }
    };
}

part! {
    RowPart<>;
    row_mut of row[row_mut_copy row_mut_put](this: Ix2, index: usize = 0..this.nrows().max(1))
        -> Ix1 = vec![this.ncols()];
}
part! {
    ColumnPart<>;
    column_mut of column[column_mut_copy column_mut_put](
        this: Ix2,
        index: usize = 0..this.ncols().max(1)
    ) -> Ix1 = vec![this.nrows()];
}
part! {
    WholePart<D: (Dimension)>;
    view_mut of view[view_mut_copy view_mut_put](this: D) -> D = this.shape().to_vec();
    check(D = Ix2);
}
part! {
    DiagonalPart<D: (Dimension)>;
    diag_mut of diag[diag_mut_copy diag_mut_put](this: D) -> Ix1 = this.diag().shape().to_vec();
    check(D = Ix2);
}
part! {
    SlicedAxisPart<D: (Dimension)>;
    slice_axis_mut of slice_axis[slice_axis_mut_copy slice_axis_mut_put](
        this: D,
        axis: Axis = axis_of(this),
        indices: Slice = some_slice(this.len_of(*axis))
    ) -> D = this.slice_axis(*axis, *indices).shape().to_vec();
    inert(axis, indices);
    check(D = Ix2, D = Ix3);
}
part! {
    AxisPart<D: (RemoveAxis)>;
    index_axis_mut of index_axis[index_axis_mut_copy index_axis_mut_put](
        this: D,
        axis: Axis = axis_of(this),
        index: usize = 0..this.len_of(*axis).max(1)
    ) -> <D as Dimension>::Smaller = this.raw_dim().remove_axis(*axis).slice().to_vec();
    inert(axis);
    check(D = Ix2, D = Ix3);
}
part! {
    SlicePart<D: (Dimension), I: (SliceArg<D> + Clone)>;
    slice_mut of slice[slice_mut_copy slice_mut_put](
        this: D,
        info: I = rows_of(this.nrows(), this.ncols())
    ) -> <I as SliceArg<D>>::OutDim = match this.nrows() {
        0 => vec![0],
        _ => this.slice(info.clone()).shape().to_vec(),
    };
    inert(info);
    check(D = Ix2, I = SliceInfo<[SliceInfoElem; 2], Ix2, Ix1>);
}
