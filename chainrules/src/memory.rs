//! Copies and moves of any value that has a cotangent: `Clone`, `Box`, `std::mem`, `std::hint::black_box`.

use chainrules_core::{Tangent, rrule};

// One rule serves every type that is its own cotangent.
#[rrule(Clone::clone, check(T = f64, T = f32, T = Vec<f64>, T = [f32; 2], T = Option<f64>, T = (f64, f64), T = usize))]
fn clone<T: Tangent<M>, M>(this: &T) -> T {
    (this.clone(), |dy| Grad { this: |d| d.accumulate(dy) })
}

#[rrule(ToOwned::to_owned, check(T = f64, T = Vec<f64>))]
fn to_owned<T: Tangent<M>, M>(this: &T) -> T {
    (this.to_owned(), |dy| Grad { this: |d| d.accumulate(dy) })
}

#[rrule(Box::new, check(T = f64, T = Vec<f64>))]
fn new<T: Tangent<M>, M>(x: T) -> Box<T> {
    (Box::new(x), |dy| Grad { x: |d| d.accumulate(dy) })
}

#[rrule(std::hint::black_box, check(T = f64, T = Vec<f64>))]
fn hidden_value<T: Tangent<M>, M>(dummy: T) -> T {
    (std::hint::black_box(dummy), |dy| Grad { dummy: |d| d.accumulate(dy) })
}

#[rrule(std::mem::swap, check(T = f64, T = f32, T = Vec<f64>))]
fn swap_values<T: Tangent<M>, M>(x: &mut T, y: &mut T) {
    std::mem::swap(x, y);
    Mutation { undo: || std::mem::swap(x, y), pull: |d| std::mem::swap(d.x, d.y) }
}

#[rrule(std::mem::replace, check(T = f64, T = Vec<f64>))]
fn replace_value<T: Tangent<M>, M>(dest: &mut T, src: T) -> T {
    let y = std::mem::replace(dest, src);
    (
        y.clone(),
        Mutation {
            undo: || *dest = y,
            pull: |d, dy| Grad { src: std::mem::replace(d.dest, dy.clone()) },
        },
    )
}

#[rrule(std::mem::take, check(T = f64, T = Vec<f64>))]
fn take_value<T: Tangent<M> + Default, M>(dest: &mut T) -> T {
    let y = std::mem::take(dest);
    (y.clone(), Mutation { undo: || *dest = y, pull: |d, dy| *d.dest = dy.clone() })
}

#[rrule(std::mem::drop, check(T = f64, T = Vec<f64>))]
fn drop_value<T: Tangent<M>, M>(x: T) -> () {
    (drop(x), |_| Grad { x: inert })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::Active;

    #[test]
    fn a_swap_swaps_the_cotangents() {
        let (mut a, mut b) = (vec![1.0], vec![2.0, 3.0]);
        let ((), back) = swap::rrule(&mut a, &mut b, (Active, Active));
        let (mut da, mut db) = (vec![5.0, 6.0], vec![7.0]);
        back(&mut a, &mut b, &(), &mut da, &mut db);
        assert_eq!((a, b), (vec![1.0], vec![2.0, 3.0]));
        assert_eq!((da, db), (vec![7.0], vec![5.0, 6.0]));
    }

    #[test]
    fn a_clone_is_found_through_references_and_slices() {
        let (x, v) = (&&2.0, vec![[1.0_f64, 2.0]]);
        let (y, back) = x.rrule_clone((Active,));
        let mut dx = 1.0;
        back(x, &3.0, &mut dx);
        assert_eq!((y, dx), (2.0, 4.0));

        let (row, back) = v[0].rrule_clone((Active,));
        let mut d = [0.0; 2];
        back(&v[0], &[5.0, 6.0], &mut d);
        assert_eq!((row, d), ([1.0, 2.0], [5.0, 6.0]));

        use crate::slice::*;
        let (owned, back) = v[..].rrule_to_owned((Active,));
        let mut dv = vec![[0.0; 2]];
        back(&v, &vec![[1.0, 1.0]], &mut dv);
        assert_eq!((owned, dv), (v, vec![[1.0, 1.0]]));
    }

    #[test]
    fn a_clone_keeps_nothing() {
        assert_eq!(size_of_val(&vec![1.0].rrule_clone((Active,)).1), 0);
        assert_eq!(size_of_val(&Box::rrule_new(&1.0, (Active,)).1), 0);
    }
}
