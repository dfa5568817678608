//! Methods of arrays. Those of slices are found through arrays, too.

use chainrules_core::{Tangent, rrule, twin};

#[rrule(array::map, check(T = f64, U = f64, N = 1, N = 3, f = twin!(f64, f64::sin, f64::cos)))]
fn map<T: Tangent<M>, U, M, const N: usize>(this: [T; N], f: impl Fn(T) -> U) -> [U; N] {
    let mut backs = [const { None }; N];
    let mut places = backs.iter_mut();
    let y = this.map(|x| {
        let (y, back) = f(x);
        *places.next().expect("one place for each element") = Some(back);
        y
    });
    (y, |dy| Grad {
        this: |d| {
            for (i, back) in backs.into_iter().enumerate() {
                back.expect("every element has a pullback")(&this[i], &dy[i], &mut d[i]);
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn each_element_has_its_own_pullback() {
        let twin = |x: f64| (x * x, |x: &f64, dy: &f64, dx: &mut f64| *dx += 2.0 * x * dy);
        let x = [1.0, 3.0];
        let (y, back) = x.rrule_map(twin, (Active, Constant));
        let mut dx = [0.0; 2];
        back(&x, &(), &[1.0, 10.0], &mut dx, ());
        assert_eq!((y, dx), ([1.0, 9.0], [2.0, 60.0]));
    }
}
