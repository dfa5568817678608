//! Lists of which elements are dropped, replaced and copied.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::VecDeque;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn every_other_by_move_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut n = 0;
    v.retain(move |_| {
        n += 1;
        n % 2 == 1
    });
    v[0] * v[1]
}

#[differentiable]
fn every_other_by_move(x: &[f64]) -> f64 {
    every_other_by_move_alone(x) + squares(x)
}

#[differentiable]
fn doubled_and_retained_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain_mut(|y| {
        *y *= 2.0;
        *y > 0.0
    });
    v.iter().map(|y| y * y).sum()
}

#[differentiable]
fn doubled_and_retained(x: &[f64]) -> f64 {
    doubled_and_retained_alone(x) + squares(x)
}

#[differentiable]
fn retained_by_a_running_sum_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut seen = 0.0;
    v.retain(|y| {
        seen += y;
        seen > 0.0
    });
    v.iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn retained_by_a_running_sum(x: &[f64]) -> f64 {
    retained_by_a_running_sum_alone(x) + squares(x)
}

#[differentiable]
fn retained_by_a_mask_alone(x: &[f64]) -> f64 {
    let keep = [true, false, true, true];
    let mut it = keep.iter();
    let mut v = x.to_vec();
    v.retain(|_| *it.next().unwrap());
    v[0] * v[1] * v[2]
}

#[differentiable]
fn retained_by_a_mask(x: &[f64]) -> f64 {
    retained_by_a_mask_alone(x) + squares(x)
}

#[differentiable]
fn retained_and_counted_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut k = 0;
    v.retain(|_| {
        let keep = k % 2 == 0;
        k += 1;
        keep
    });
    v[0] * v[1] * k as f64
}

#[differentiable]
fn retained_and_counted(x: &[f64]) -> f64 {
    retained_and_counted_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Numbered {
    w: f64,
    id: usize,
}
#[differentiable]
fn merged_points(x: &[f64]) -> f64 {
    let mut v = vec![
        Numbered { w: x[0], id: 3 },
        Numbered { w: x[1] * x[2], id: 1 },
        Numbered { w: x[3], id: 1 },
    ];
    v.sort_by(|a, b| a.id.cmp(&b.id).then(a.w.total_cmp(&b.w)));
    v.dedup_by(|a, b| {
        if a.id == b.id {
            b.w += a.w;
            true
        } else {
            false
        }
    });
    v[0].w * v[1].w
}

#[differentiable]
fn retained_by_a_block_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(|y| {
        let z = y * y;
        z > 0.25
    });
    v.iter().map(|y| y * y).sum()
}

#[differentiable]
fn retained_by_a_block(x: &[f64]) -> f64 {
    retained_by_a_block_alone(x) + squares(x)
}

#[differentiable]
fn retained_in_a_deque_alone(x: &[f64]) -> f64 {
    let mut v: VecDeque<f64> = x.iter().map(|y| y * x[0]).collect();
    let mut n = 0;
    v.retain(|_| {
        n += 1;
        n != 2
    });
    v[0] * v[1] + v[2] * n as f64
}

#[differentiable]
fn retained_in_a_deque(x: &[f64]) -> f64 {
    retained_in_a_deque_alone(x) + squares(x)
}

#[differentiable]
fn rows_retained_alone(x: &[f64]) -> f64 {
    let mut m = vec![x.to_vec(), vec![x[0] * x[1]]];
    let mut last = x[3];
    for r in 0..2 {
        m[r].retain(|y| {
            let keep = *y > last;
            last = *y;
            keep
        });
    }
    m.iter().flatten().map(|y| y * y).sum::<f64>() * last
}

#[differentiable]
fn rows_retained(x: &[f64]) -> f64 {
    rows_retained_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Particle {
    w: f64,
    ttl: i32,
}
#[differentiable]
fn particles(x: &[f64]) -> f64 {
    let mut ps = vec![
        Particle { w: x[0], ttl: 2 },
        Particle { w: x[1], ttl: 1 },
        Particle { w: x[2], ttl: 3 },
    ];
    let mut lost = x[3];
    for _ in 0..2 {
        ps.retain_mut(|p| {
            p.ttl -= 1;
            p.w *= p.w * x[3];
            if p.ttl <= 0 {
                lost += p.w;
            }
            p.ttl > 0
        });
    }
    ps.iter().map(|p| p.w).sum::<f64>() * lost
}

#[differentiable]
fn merged_neighbours_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.dedup_by(|a, b| {
        let near = (*a - *b).abs() < 0.7;
        if near {
            *b = (*a + *b) * 0.5;
        }
        near
    });
    v.iter().enumerate().map(|(i, y)| y * y * (i + 1) as f64).sum()
}

#[differentiable]
fn merged_neighbours(x: &[f64]) -> f64 {
    merged_neighbours_alone(x) + squares(x)
}

#[differentiable]
fn rows_that_grow_alone(x: &[f64]) -> f64 {
    let mut v: Vec<Vec<f64>> = x.iter().map(|y| vec![*y, y * y]).collect();
    v.retain_mut(|r| {
        r.push(r[0] * 2.0);
        r[0] > -0.5
    });
    v.iter().map(|r| r[1] * r[2]).sum()
}

#[differentiable]
fn rows_that_grow(x: &[f64]) -> f64 {
    rows_that_grow_alone(x) + squares(x)
}

#[differentiable]
fn rows_that_are_merged_alone(x: &[f64]) -> f64 {
    let mut v: Vec<Vec<f64>> = x.iter().map(|y| vec![*y, y * y]).collect();
    v.dedup_by(|a, b| {
        let same = (a[0] > 0.0) == (b[0] > 0.0);
        if same {
            b.append(a);
        }
        same
    });
    v.iter().map(|r| r.iter().product::<f64>()).sum::<f64>() + v.len() as f64
}

#[differentiable]
fn rows_that_are_merged(x: &[f64]) -> f64 {
    rows_that_are_merged_alone(x) + squares(x)
}

#[differentiable]
fn retained_by_a_bound_closure_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut n = 0;
    let odd = move |_: &f64| {
        n += 1;
        n % 2 == 1
    };
    v.retain(odd);
    v.iter().sum::<f64>() * x[1]
}

#[differentiable]
fn retained_by_a_bound_closure(x: &[f64]) -> f64 {
    retained_by_a_bound_closure_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Series {
    v: Vec<f64>,
    n: usize,
}
#[differentiable]
impl Series {
    fn sift(&mut self, t: f64) {
        let n = &mut self.n;
        self.v.retain(|y| {
            *n += 1;
            *y > t
        });
    }
}
#[differentiable]
fn retained_in_a_method_alone(x: &[f64]) -> f64 {
    let mut s = Series { v: x.to_vec(), n: 0 };
    s.sift(0.1);
    s.sift(0.5);
    s.v.iter().map(|y| y * x[0]).sum::<f64>() * s.n as f64
}

#[differentiable]
fn retained_in_a_method(x: &[f64]) -> f64 {
    retained_in_a_method_alone(x) + squares(x)
}

#[differentiable]
fn retained_by_a_copy_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut t = x[0];
    let g = move |y: &f64| *y > t;
    t += 1.0;
    v.retain(g);
    v.iter().map(|y| y * y * t).sum()
}

#[differentiable]
fn retained_by_a_copy(x: &[f64]) -> f64 {
    retained_by_a_copy_alone(x) + squares(x)
}

#[differentiable]
fn one_of_each_sign_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.dedup_by_key(|y| *y > 0.0);
    v.iter().map(|y| y * y).sum()
}

#[differentiable]
fn one_of_each_sign(x: &[f64]) -> f64 {
    one_of_each_sign_alone(x) + squares(x)
}

#[differentiable]
fn sorted_by_sign_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by_key(|y| *y > 0.0);
    v[0] * v[1] + v[2] * v[3] * v[3]
}

#[differentiable]
fn sorted_by_sign(x: &[f64]) -> f64 {
    sorted_by_sign_alone(x) + squares(x)
}

#[differentiable]
fn replaced_by_a_chain_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.splice(1..=2, x.iter().map(|y| y * y));
    v.iter().enumerate().map(|(i, y)| y * i as f64).sum()
}

#[differentiable]
fn replaced_by_a_chain(x: &[f64]) -> f64 {
    replaced_by_a_chain_alone(x) + squares(x)
}

#[differentiable]
fn replaced_by_lists_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.splice(2.., vec![x[0] * x[1]]);
    v.splice(0..0, [x[3]]);
    v.iter().enumerate().map(|(i, y)| y * y * i as f64).sum()
}

#[differentiable]
fn replaced_by_lists(x: &[f64]) -> f64 {
    replaced_by_lists_alone(x) + squares(x)
}

#[differentiable]
fn replaced_by_an_array_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.splice(1..2, [x[0] * x[0], x[3]]);
    v[0] * v[1] + v[2] * v[3] * v[4]
}

#[differentiable]
fn replaced_by_an_array(x: &[f64]) -> f64 {
    replaced_by_an_array_alone(x) + squares(x)
}

#[differentiable]
fn replaced_and_collected_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let w: Vec<f64> = v.splice(1..3, [x[0] * x[0]]).collect();
    v[0] * v[1] + v[2] * w[0] * w[1]
}

#[differentiable]
fn replaced_and_collected(x: &[f64]) -> f64 {
    replaced_and_collected_alone(x) + squares(x)
}

#[differentiable]
fn first_half_copied_alone(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|y| y * y).collect();
    let n = v.len() / 2;
    v.copy_within(0..n, n);
    v[0] * v[2] + v[1] * v[3]
}

#[differentiable]
fn first_half_copied(x: &[f64]) -> f64 {
    first_half_copied_alone(x) + squares(x)
}

#[differentiable]
fn copied_twice_alone(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|y| y * y).collect();
    let n = v.len() / 2;
    v.copy_within(n - 1..n + 1, 0);
    v.copy_within(..2, 2);
    v[0] * v[2] + v[1] * v[3]
}

#[differentiable]
fn copied_twice(x: &[f64]) -> f64 {
    copied_twice_alone(x) + squares(x)
}

#[differentiable]
fn copied_with_the_last_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let (a, b) = (1, 3);
    v.copy_within(a..=b, a - 1);
    v[0] * v[1] + v[2] * v[3]
}

#[differentiable]
fn copied_with_the_last(x: &[f64]) -> f64 {
    copied_with_the_last_alone(x) + squares(x)
}

#[differentiable]
fn extended_from_within_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.extend_from_within(1..);
    v.extend_from_within(..2);
    v.iter().enumerate().map(|(i, y)| y * y * i as f64).sum()
}

#[differentiable]
fn extended_from_within(x: &[f64]) -> f64 {
    extended_from_within_alone(x) + squares(x)
}

#[differentiable]
fn rows_copied_within_alone(x: &[f64]) -> f64 {
    let mut m = [[x[0] * x[1], x[2], x[3]], [x[1], x[2], x[0]]];
    for r in 0..2 {
        m[r].copy_within(r..r + 1, 2 - r);
    }
    m[0][2] * m[1][1] + m[1][2]
}

#[differentiable]
fn rows_copied_within(x: &[f64]) -> f64 {
    rows_copied_within_alone(x) + squares(x)
}

#[differentiable]
fn shift_left(v: &mut [f64]) {
    v.copy_within(1.., 0);
    let n = v.len();
    v[n - 1] *= 2.0;
}
#[differentiable]
fn shifted_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    shift_left(&mut v);
    shift_left(&mut v[1..]);
    v[0] * v[1] * v[2] + v[3] + x[0]
}

#[differentiable]
fn shifted(x: &[f64]) -> f64 {
    shifted_alone(x) + squares(x)
}

programs![
    every_other_by_move("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        every_other_by_move(x)
    }),
    doubled_and_retained("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        doubled_and_retained(x)
    }),
    retained_by_a_running_sum("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_by_a_running_sum(x)
    }),
    retained_by_a_mask("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_by_a_mask(x)
    }),
    retained_and_counted("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_and_counted(x)
    }),
    merged_points("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| merged_points(x)),
    retained_by_a_block("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_by_a_block(x)
    }),
    retained_in_a_deque("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_in_a_deque(x)
    }),
    rows_retained("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| rows_retained(x)),
    particles("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| particles(x)),
    merged_neighbours("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| merged_neighbours(
        x
    )),
    rows_that_grow("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| rows_that_grow(x)),
    rows_that_are_merged("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        rows_that_are_merged(x)
    }),
    retained_by_a_bound_closure("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_by_a_bound_closure(x)
    }),
    retained_in_a_method("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_in_a_method(x)
    }),
    retained_by_a_copy("`retain`, `retain_mut`, `dedup_by` with a state", 4, |x| {
        retained_by_a_copy(x)
    }),
    one_of_each_sign("keys that are comparisons", 4, |x| one_of_each_sign(x)),
    sorted_by_sign("keys that are comparisons", 4, |x| sorted_by_sign(x)),
    replaced_by_a_chain("`splice`", 4, |x| replaced_by_a_chain(x)),
    replaced_by_lists("`splice`", 4, |x| replaced_by_lists(x)),
    replaced_by_an_array("`splice`", 4, |x| replaced_by_an_array(x)),
    replaced_and_collected("`splice`", 4, |x| replaced_and_collected(x)),
    first_half_copied("`copy_within`, `extend_from_within`", 4, |x| first_half_copied(x)),
    copied_twice("`copy_within`, `extend_from_within`", 4, |x| copied_twice(x)),
    copied_with_the_last("`copy_within`, `extend_from_within`", 4, |x| copied_with_the_last(x)),
    extended_from_within("`copy_within`, `extend_from_within`", 4, |x| extended_from_within(x)),
    rows_copied_within("`copy_within`, `extend_from_within`", 4, |x| rows_copied_within(x)),
    shifted("`copy_within`, `extend_from_within`", 4, |x| shifted(x)),
];
