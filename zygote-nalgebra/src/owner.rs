//! What owns a copy of what a view shows, by the name of the view: a differentiable function with a
//! parameter `v: DVectorView<'_, f64>` has the cotangent `DVectorViewOwner<f64>`.

use nalgebra::{Dyn, OMatrix, SMatrix, U1};

/// The owner of a [`DMatrixView`](nalgebra::DMatrixView).
pub type DMatrixViewOwner<T> = OMatrix<T, Dyn, Dyn>;
/// The owner of a [`DVectorView`](nalgebra::DVectorView).
pub type DVectorViewOwner<T> = OMatrix<T, Dyn, U1>;
/// The owner of a [`MatrixView`](nalgebra::MatrixView).
pub type MatrixViewOwner<T, R, C> = OMatrix<T, R, C>;
/// The owner of a [`VectorView`](nalgebra::VectorView).
pub type VectorViewOwner<T, D> = OMatrix<T, D, U1>;

macro_rules! owners {
    ($($vector:ident, $matrix:ident: $n:literal, $of_vector:ident, $of_matrix:ident;)+) => {$(
        #[doc = concat!("The owner of a [`", stringify!($of_vector), "`](nalgebra::", stringify!($of_vector), ").")]
        pub type $vector<T> = SMatrix<T, $n, 1>;
        #[doc = concat!("The owner of a [`", stringify!($of_matrix), "`](nalgebra::", stringify!($of_matrix), ").")]
        pub type $matrix<T> = SMatrix<T, $n, $n>;
    )+};
}
owners! {
    VectorView2Owner, MatrixView2Owner: 2, VectorView2, MatrixView2;
    VectorView3Owner, MatrixView3Owner: 3, VectorView3, MatrixView3;
    VectorView4Owner, MatrixView4Owner: 4, VectorView4, MatrixView4;
    VectorView5Owner, MatrixView5Owner: 5, VectorView5, MatrixView5;
    VectorView6Owner, MatrixView6Owner: 6, VectorView6, MatrixView6;
}
