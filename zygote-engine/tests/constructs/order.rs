//! Evaluation order, overwriting across branches, parts of one variable, moves.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

mod overwriting {
    use super::*;

    #[differentiable]
    pub fn after_a_branch(x: &[f64]) -> f64 {
        let mut b = x[1] * x[2];
        if x[0] > 0.0 {
            assert!(b < 100.0);
        }
        b = x[0];
        b * b
    }

    #[differentiable]
    pub fn after_a_branch_with_a_value(x: &[f64]) -> f64 {
        let mut v = vec![x[1], x[2]];
        let q = if x[0] > 0.0 { x[3] } else { 2.0 };
        v = vec![x[0] * q];
        v[0] * v[0]
    }

    #[differentiable]
    pub fn after_a_loop(x: &[f64]) -> f64 {
        let mut b = x[1] * x[2];
        for i in 0..x.len() {
            let c = x[i];
            if c > 0.5 {
                break;
            }
        }
        b = x[0];
        b * b
    }

    #[differentiable]
    pub fn by_itself(x: &[f64]) -> f64 {
        let mut a = x[0] * x[1];
        if a > 0.1 {
            a *= 2.0;
        }
        a = a;
        a * a
    }

    #[differentiable]
    pub fn reading_the_target(x: &[f64]) -> f64 {
        let mut s = x[0];
        s *= s + 1.0;
        let t = s * x[1];
        s /= t * t + 2.0;
        let mut v = [s, x[1]];
        v[0] *= v[1] + v[0];
        v[1] -= v[0] * v[1];
        v[0] * v[1]
    }
}

mod parts {
    use super::*;

    #[differentiable]
    fn exchange(a: &mut f64, b: &mut f64) {
        let c = *a * 2.0;
        *a = *b;
        *b = c * *a;
    }

    #[differentiable]
    fn from(a: &f64, b: &mut f64) -> f64 {
        *b *= *a;
        *a + *b
    }

    #[differentiable]
    pub fn of_one_tuple(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        let y = t.0 * 3.0 + t.1;
        std::mem::swap(&mut t.0, &mut t.1);
        exchange(&mut t.0, &mut t.1);
        let z = from(&t.0, &mut t.1) + from(&t.1, &mut t.0);
        t.0 * t.0 * t.1 + y * z
    }

    #[differentiable]
    pub fn moved_out(x: &[f64]) -> f64 {
        let mut t = (x.to_vec(), x[0]);
        let u = t.0;
        t.0 = vec![u[0] * x[1]; 2];
        let w = t.0;
        w[0] * w[1] * t.1 + u[1]
    }
}

mod temporaries {
    use super::*;

    #[differentiable]
    fn pair(x: &[f64]) -> (f64, Vec<f64>) {
        (x[0], vec![x[0] * x[1], x[1]])
    }

    #[differentiable]
    pub fn parts_of_results(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for y in pair(x).1.iter() {
            s = s * 0.5 + y;
        }
        for (y, z) in pair(x).1.iter().zip(&pair(x).1) {
            s += y * z * s;
        }
        for y in pair(x).1 {
            s *= y;
        }
        for y in x.iter().take(x.len() / 2 + 1) {
            s += y;
        }
        s
    }

    #[differentiable]
    pub fn methods_on_what_is_walked(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut a = x[0];
        let mut s = a.max(a) + a.hypot(a);
        for (i, y) in v.iter().enumerate() {
            s += v[1].sin() * y + v[i].cos();
            let w = v.clone();
            s *= w[0];
        }
        v[0] *= 2.0;
        a *= s;
        a * v[0]
    }

    #[differentiable]
    pub fn restored_in_inner_blocks(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut s = x[0];
        for i in 0..2 {
            let j = i + 1;
            v.swap(j, 0);
            {
                v[j - 1] += 0.1;
            }
            if s > 0.1 {
                v[j - 1] += 0.2;
            }
            v[j] *= 0.5;
            {
                let y = 0.1;
                v[j - 1] += y;
            }
            s += v[0] * v[1] * v[2];
        }
        s
    }
}

mod matching {
    use super::*;

    const LOW: usize = 0;
    const HIGH: usize = 1;

    #[differentiable]
    pub fn values_that_vary(x: &[f64]) -> f64 {
        let a = match x[0] * x[1] {
            y if y > 0.5 => y * y,
            z => z * x[1],
        };
        let b = match (a * x[0], x.len(), x[1]) {
            (y, 2, w) if y > 0.0 => y * w,
            (_, _, w) => w * a,
        };
        a * b
    }

    #[differentiable]
    pub fn constants(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for i in 0..4 {
            match i % 3 {
                LOW => s *= x[i],
                HIGH => s += x[i] * x[0],
                _ => s -= x[i],
            }
            match (i + 1) % 3 {
                LOW => s *= x[1],
                HIGH => s += x[i] * x[2],
                _ => s = s * 0.5,
            }
        }
        s
    }
}

mod effects {
    use super::*;

    #[differentiable]
    pub fn inside_expressions(x: &[f64]) -> f64 {
        let mut k = 0;
        let mut a = x[0];
        let mut v = [x[1], x[2], x[3]];
        let first = x[k] * {
            k += 1;
            x[k]
        };
        let later = k < {
            k += 1;
            k
        };
        v[{
            a *= 3.0;
            k - 2
        }] += a;
        let largest = a.max({
            a *= -2.0;
            a
        });
        let flag = later && {
            a += x[3];
            true
        };
        let pair = [x[k], {
            k -= 1;
            x[k]
        }];
        if flag { first * v[0] + largest * a * pair[0] } else { pair[1] }
    }

    #[differentiable]
    pub fn steps_that_change(x: &[f64]) -> f64 {
        let mut s = 0.3;
        let mut k = 2;
        for i in (0..x.len()).step_by(k) {
            s = s * x[i] + 1.0;
            k += 1;
        }
        for y in x.iter().take(k) {
            s = s * y + 1.0;
            k += 1;
        }
        s * k as f64
    }

    #[differentiable]
    pub fn literals_keep_their_type(x: &[f64]) -> f64 {
        let k = 0;
        let h: u8 = k;
        let m = !k;
        let mut s = x[0] * x[1] * (m as f64) + h as f64;
        for i in 0..3 {
            s *= x[i];
            if s > 900.0 {
                break;
            }
        }
        for (i, y) in (0..2).zip(x) {
            s += x[i] * y;
        }
        s
    }
}

mod blocks {
    use super::*;

    const K: f64 = 2.0;

    #[differentiable]
    pub fn have_their_own_items(x: &[f64]) -> f64 {
        let a = x[0] * K;
        let b = {
            const K: f64 = 3.0;
            x[1] * K
        };
        let c = {
            const K: f64 = 5.0;
            fn scale() -> f64 {
                K
            }
            x[1] * scale() * a
        };
        a * b + c
    }

    #[differentiable]
    pub fn returns_before_growth(x: &[f64]) -> f64 {
        let mut v = vec![x[0]];
        let mut t = (x[0], 1.0);
        if x[1] > 0.5 {
            return x[2] * t.0;
        }
        v.push(x[3] * x[1]);
        t.1 *= t.0;
        if x[2] > 0.5 {
            return v[1];
        }
        v.push(t.1);
        v[0] * v[1] + v[2]
    }

    #[differentiable]
    pub fn leave_from_either_side(x: &[f64]) -> f64 {
        let mut s = x[0];
        for i in 0..x.len() {
            if s > 1.5 {
                continue;
            } else {
                s -= 0.1 * x[1];
                if s < -1.0 {
                    break;
                }
            }
            s = s * x[i] + 1.0;
        }
        if s > 0.5 {
            return s;
        } else {
            s -= 0.1 * x[1];
            if s < -1.0 {
                return s * x[2];
            }
        }
        s *= s;
        s * x[1]
    }

    #[differentiable]
    pub fn sorted(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut order: Vec<usize> = vec![0, 1, 2, 3];
        let mut done = false;
        while !done {
            done = true;
            for i in 0..v.len() - 1 {
                if v[i] > v[i + 1] {
                    v.swap(i, i + 1);
                    order.swap(i, i + 1);
                    done = false;
                }
            }
        }
        let mut s = 0.0;
        for (k, i) in order.iter().enumerate() {
            s += v[k] * x[*i] * (k + 1) as f64;
        }
        s
    }

    #[differentiable]
    pub fn strange_names(r#loop: &[f64], label: &str) -> f64 {
        let mut r#match = r#loop[0];
        r#match *= r#loop[1];
        let (t, dy, back, old, kept) = (r#match, 2.0, r#loop[1], 1.0, 0.5);
        let d_t = t * dy;
        assert!(label.len() > 1, "{label} {t}");
        d_t * back + old * kept * *&t
    }
}

/// What is evaluated before a part that may leave, or that holds a loop.
mod before {
    use super::*;

    #[differentiable]
    fn checked(c: &mut f64, x: f64) -> Option<f64> {
        *c += x * 2.0;
        if x > -1.0 { Some(*c * x) } else { None }
    }

    #[differentiable]
    fn applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(x) * x
    }

    #[differentiable]
    fn closure(x: &[f64]) -> Option<f64> {
        let mut c = x[0];
        Some(applied(move |p| c * p, checked(&mut c, x[1])?) + c)
    }

    #[differentiable]
    pub fn copied_by_a_closure(x: &[f64]) -> f64 {
        closure(x).unwrap_or(x[2])
    }

    #[differentiable]
    pub fn operand_of_a_loop(x: &[f64]) -> f64 {
        let mut c = x[0];
        let y = c * {
            let z: f64 = loop {
                c *= 1.5;
                if c.abs() > 3.0 || x[1] > 0.0 {
                    break x[2] * c;
                }
            };
            z
        };
        y + c
    }

    #[differentiable]
    pub fn arms_of_which_one_continues(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for y in x {
            let w = s + if *y > 0.5 {
                continue;
            } else {
                let mut t = 0.0;
                for k in 0..3 {
                    if k == 2 {
                        break;
                    }
                    t += y * k as f64;
                }
                t
            };
            s += w * w;
        }
        s
    }
}

#[test]
fn overwritten() {
    check(3, overwriting::after_a_branch, |x| gradient!(overwriting::after_a_branch, x));
    check(4, overwriting::after_a_branch_with_a_value, |x| {
        gradient!(overwriting::after_a_branch_with_a_value, x)
    });
    check(3, overwriting::after_a_loop, |x| gradient!(overwriting::after_a_loop, x));
    check(2, overwriting::by_itself, |x| gradient!(overwriting::by_itself, x));
    check(2, overwriting::reading_the_target, |x| gradient!(overwriting::reading_the_target, x));
}

#[test]
fn parts_of_one_variable() {
    check(2, parts::of_one_tuple, |x| gradient!(parts::of_one_tuple, x));
    check(2, parts::moved_out, |x| gradient!(parts::moved_out, x));
}

#[test]
fn temporary_values_and_inner_blocks() {
    check(2, temporaries::parts_of_results, |x| gradient!(temporaries::parts_of_results, x));
    check(2, temporaries::methods_on_what_is_walked, |x| {
        gradient!(temporaries::methods_on_what_is_walked, x)
    });
    check(3, temporaries::restored_in_inner_blocks, |x| {
        gradient!(temporaries::restored_in_inner_blocks, x)
    });
}

#[test]
fn matches() {
    check(2, matching::values_that_vary, |x| gradient!(matching::values_that_vary, x));
    check(4, matching::constants, |x| gradient!(matching::constants, x));
}

#[test]
fn side_effects() {
    check(4, effects::inside_expressions, |x| gradient!(effects::inside_expressions, x));
    check(5, effects::steps_that_change, |x| gradient!(effects::steps_that_change, x));
    check(3, effects::literals_keep_their_type, |x| {
        gradient!(effects::literals_keep_their_type, x)
    });
}

#[test]
fn blocks_and_names() {
    check(2, blocks::have_their_own_items, |x| gradient!(blocks::have_their_own_items, x));
    check(4, blocks::returns_before_growth, |x| gradient!(blocks::returns_before_growth, x));
    check(4, blocks::leave_from_either_side, |x| gradient!(blocks::leave_from_either_side, x));
    check(4, blocks::sorted, |x| gradient!(blocks::sorted, x));
    check(2, |x| blocks::strange_names(x, "ab"), |x| gradient!(blocks::strange_names, x, "ab"));
}

/// A call runs once, however it is written.
mod once {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    pub static CALLS: AtomicUsize = AtomicUsize::new(0);

    fn tick<T>(_: T) -> usize {
        CALLS.fetch_add(1, Ordering::SeqCst)
    }

    #[differentiable]
    pub fn with_a_turbofish(x: &[f64]) -> f64 {
        let i = tick::<u8>(0) % 2;
        x[i] * x[i]
    }

    #[differentiable]
    pub fn in_parentheses(x: &[f64]) -> f64 {
        let i = (tick)(0) % 2;
        x[i] * x[i]
    }
}

#[test]
fn calls_run_once() {
    let calls = || once::CALLS.swap(0, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(gradient!(once::with_a_turbofish, &[3.0, 5.0]), [6.0, 0.0]);
    assert_eq!(calls(), 1);
    assert_eq!(gradient!(once::in_parentheses, &[3.0, 5.0]), [6.0, 0.0]);
    assert_eq!(calls(), 1);
}

#[test]
fn what_is_evaluated_before() {
    check(3, before::copied_by_a_closure, |x| gradient!(before::copied_by_a_closure, x));
    check(3, before::operand_of_a_loop, |x| gradient!(before::operand_of_a_loop, x));
    check(3, before::arms_of_which_one_continues, |x| {
        gradient!(before::arms_of_which_one_continues, x)
    });
}
