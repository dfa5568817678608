//! Closures in chains that have a state of their own, and what is evaluated where a chain is bound.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn copied_with_its_state(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    let it = x.iter().map(g);
    let a: f64 = it.clone().sum();
    let b: f64 = it.sum();
    a * b + a
}

#[differentiable]
fn handed_over_twice(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    let a: f64 = x.iter().map(g).sum();
    let b: f64 = x.iter().map(g).product();
    a * b + a
}

#[differentiable]
fn mapped_after_and_copied(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let it = x.iter().map(move |y| {
        n += 1.0;
        y * n
    });
    let twice = it.map(|y| y * 2.0);
    let a: f64 = twice.clone().sum();
    a * twice.sum::<f64>() + a
}

#[differentiable]
fn folded_with_its_own(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let a = x.iter().fold(1.0, move |s, y| {
        n += 1.0;
        s * 0.5 + y * n
    });
    a * a + n * a + a
}

#[differentiable]
fn folded_by_name(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move |s: f64, y: &f64| {
        n += 1.0;
        s * 0.5 + y * n
    };
    let a = x.iter().fold(1.0, g);
    a * x.iter().fold(1.0, g) + a
}

#[differentiable]
fn called_beside_a_chain(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    let it = x.iter().map(g);
    let c = g(&x[0]) + g(&x[1]);
    let a: f64 = it.sum();
    a * x.iter().map(g).sum::<f64>() + c
}

#[differentiable]
fn made_by_name(x: &[f64]) -> f64 {
    let mut y = x[0];
    let g = move || {
        y = y * x[1] + 0.5;
        Some(y)
    };
    let it = std::iter::from_fn(g).take(3);
    let a: f64 = it.clone().sum();
    a * it.map(|y| y * y).sum::<f64>() * x[2]
}

#[differentiable]
fn copied_and_bound(x: &[f64]) -> f64 {
    let mut n = x[0];
    let it = x.iter().map(move |y| {
        n = n * 0.5 + y;
        y * n
    });
    n = 3.0;
    let other = it.clone().map(|y| y + n);
    let a: f64 = it.sum();
    a * other.product::<f64>() + n * a
}

#[differentiable]
fn copied_in_a_loop(x: &[f64]) -> f64 {
    let mut n = x[0];
    let it = x.iter().map(move |y| {
        n = n * 0.5 + y;
        y * n
    });
    let mut s = 1.0;
    for k in 0..3 {
        s = s * 0.5 + it.clone().sum::<f64>() * k as f64;
    }
    for y in it {
        s *= y;
    }
    s
}

#[differentiable]
fn begun_again_in_each_chunk(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    x.chunks(2).flat_map(|c| c.iter().map(g)).fold(0.5, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn lent_twice(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    let it = x.iter().map(&mut g);
    let a: f64 = it.sum();
    let b: f64 = x.iter().map(&mut g).sum();
    a * b + a * n + a
}

#[differentiable]
fn skipped_but_changed(x: &[f64]) -> f64 {
    let mut v = vec![vec![x[0]], vec![x[1]], vec![x[2]]];
    let s: f64 = v
        .iter_mut()
        .map(|r| {
            r.push(2.0);
            r[0] * r[1]
        })
        .skip(1)
        .sum();
    s + v[0].len() as f64 * x[0]
}

#[differentiable]
fn skipped_but_replaced(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s: f64 = v.iter_mut().map(|r| std::mem::replace(r, 2.0)).skip(1).sum();
    s * s + v[0] * x[0] * x[0]
}

#[differentiable]
fn state_of_scan(x: &[f64]) -> f64 {
    let it = x.iter().scan(x[0], |s, y| {
        *s = *s * 0.5 + y;
        Some(*s)
    });
    let a: f64 = it.clone().sum();
    a * it.map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn state_of_scan_before_it_changes(x: &[f64]) -> f64 {
    let mut k = x[0];
    let it = x.iter().scan(k, |s, y| {
        *s = *s * 0.5 + y;
        Some(*s)
    });
    k = 7.0;
    let a: f64 = it.sum();
    a * k * a
}

#[differentiable]
fn doubled(x: &[f64]) -> Vec<f64> {
    x.iter().map(|y| y * 2.0).collect()
}

#[differentiable]
fn zipped_with_a_call(x: &[f64]) -> f64 {
    let it = x.iter().zip(doubled(x));
    it.map(|(a, b)| a * b).sum()
}

#[differentiable]
fn followed_by_a_list(x: &[f64]) -> f64 {
    let it = x.iter().copied().chain(vec![x[0] * x[1]]);
    it.map(|y| y * y).sum()
}

#[differentiable]
fn zip_of_two_bound(x: &[f64], y: &[f64]) -> f64 {
    let it = std::iter::zip(x, y.iter().map(|y| y * y));
    it.map(|(a, b)| a * a * b).sum()
}

#[derive(Clone, Tangent)]
struct Pair {
    a: Vec<f64>,
    k: f64,
}

#[differentiable]
fn field_moved_and_replaced(x: &[f64]) -> f64 {
    let mut p = Pair { a: x[..3].to_vec(), k: x[3] };
    let it = p.a.into_iter().map(|y| y * y);
    p.a = vec![p.k];
    let s: f64 = it.sum();
    s * p.a[0]
}

#[differentiable]
fn field_zipped(x: &[f64]) -> f64 {
    let p = Pair { a: x[..3].to_vec(), k: x[3] };
    let it = x.iter().zip(p.a);
    it.map(|(a, b)| a * b * p.k).sum()
}

#[differentiable]
fn other_field_changed(x: &[f64]) -> f64 {
    let mut p = Pair { a: x[..3].to_vec(), k: x[3] };
    let it = p.a.iter().map(|y| y * y);
    p.k *= 2.0;
    let s: f64 = it.sum();
    p.a[0] = 1.0;
    s * p.k + p.a[0] * p.a[1]
}

#[differentiable]
fn other_half_changed(x: &[f64]) -> f64 {
    let mut m = vec![vec![x[0], x[1]], vec![x[2], x[3]]];
    let (a, b) = m.split_at_mut(1);
    let it = a[0].iter().map(|y| y * y);
    b[0][0] *= b[0][1];
    let s: f64 = it.sum();
    s * m[1][0] * m[0][0]
}

#[differentiable]
fn copied_array(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1]];
    let it = a.into_iter().map(|y| y * y);
    a[0] = 5.0 * x[1];
    let s: f64 = it.sum();
    s * a[0]
}

#[differentiable]
fn copied_option(x: &[f64]) -> f64 {
    let mut o = Some(x[0]);
    let it = x.iter().copied().chain(o);
    o = Some(3.0 * x[1]);
    let s: f64 = it.map(|y| y * y).sum();
    s * o.unwrap()
}

#[differentiable]
fn row_of_an_index_that_changes(x: &[f64]) -> f64 {
    let m = [vec![x[0], x[1]], vec![x[2], x[3]]];
    let mut i = 0;
    let it = m[i].iter().zip(m[i + 1].iter()).map(|(a, b)| a * b * b);
    i += 1;
    let s: f64 = it.sum();
    s * m[i][0]
}

#[differentiable]
fn size_that_changes(x: &[f64]) -> f64 {
    let mut k = 2;
    let it = x.chunks(k).map(|c| c[0] * c[c.len() - 1]);
    k = 1;
    let s: f64 = it.sum();
    s * x[k] + x[3]
}

#[differentiable]
fn index_taken_by_what_is_assigned(x: &[f64]) -> f64 {
    let order = [2, 0, 1];
    let mut v = x.to_vec();
    let mut it = order.iter();
    v[*it.next().unwrap()] = x[*it.next().unwrap()] * x[3];
    v[0] * v[1] * v[2] + x[0] * v[3] + x[2]
}

#[differentiable]
fn of_parts_that_may_be_there(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move |y: &f64| {
        n += 1.0;
        y * n
    };
    let a = x.first().map(g);
    let b = x.last().map(g);
    a.unwrap() * b.unwrap() * x[1]
}

#[differentiable]
fn inserted_with_its_own(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let g = move || {
        n += 1.0;
        n
    };
    let mut m = std::collections::HashMap::<usize, f64>::new();
    *m.entry(0).or_insert_with(g) += x[0];
    *m.entry(1).or_insert_with(g) += x[1];
    m[&0] * m[&1] * x[2]
}

#[differentiable]
fn called_as_a_copy(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut g = move |y: f64| {
        n += 1.0;
        y * n
    };
    let a = g.clone()(x[0])
        + (move |y: f64| {
            n += 1.0;
            y * n
        })(x[1]);
    a * g(x[2]) + g(x[0]) * (n + 1.0)
}

programs![
    of_parts_that_may_be_there("closures with a state", 3, |x| of_parts_that_may_be_there(x)),
    inserted_with_its_own("closures with a state", 3, |x| inserted_with_its_own(x)),
    called_as_a_copy("closures with a state", 3, |x| called_as_a_copy(x)),
    copied_with_its_state("closures with a state", 3, |x| copied_with_its_state(x)),
    handed_over_twice("closures with a state", 3, |x| handed_over_twice(x)),
    mapped_after_and_copied("closures with a state", 3, |x| mapped_after_and_copied(x)),
    folded_with_its_own("closures with a state", 3, |x| folded_with_its_own(x)),
    folded_by_name("closures with a state", 3, |x| folded_by_name(x)),
    called_beside_a_chain("closures with a state", 3, |x| called_beside_a_chain(x)),
    made_by_name("closures with a state", 3, |x| made_by_name(x)),
    copied_and_bound("closures with a state", 3, |x| copied_and_bound(x)),
    copied_in_a_loop("closures with a state", 3, |x| copied_in_a_loop(x)),
    begun_again_in_each_chunk("closures with a state", 4, |x| begun_again_in_each_chunk(x)),
    lent_twice("closures with a state", 3, |x| lent_twice(x)),
    skipped_but_changed("closures with a state", 3, |x| skipped_but_changed(x)),
    skipped_but_replaced("closures with a state", 3, |x| skipped_but_replaced(x)),
    state_of_scan("what is evaluated where a chain is bound", 3, |x| state_of_scan(x)),
    state_of_scan_before_it_changes("what is evaluated where a chain is bound", 3, |x| {
        state_of_scan_before_it_changes(x)
    }),
    zipped_with_a_call("what is evaluated where a chain is bound", 3, |x| zipped_with_a_call(x)),
    followed_by_a_list("what is evaluated where a chain is bound", 3, |x| followed_by_a_list(x)),
    zip_of_two_bound("what is evaluated where a chain is bound", 4, |x| zip_of_two_bound(
        &x[..2],
        &x[2..]
    )),
    field_moved_and_replaced("what is evaluated where a chain is bound", 4, |x| {
        field_moved_and_replaced(x)
    }),
    field_zipped("what is evaluated where a chain is bound", 4, |x| field_zipped(x)),
    other_field_changed("what is evaluated where a chain is bound", 4, |x| other_field_changed(x)),
    other_half_changed("what is evaluated where a chain is bound", 4, |x| other_half_changed(x)),
    copied_array("what is evaluated where a chain is bound", 2, |x| copied_array(x)),
    copied_option("what is evaluated where a chain is bound", 2, |x| copied_option(x)),
    row_of_an_index_that_changes("what is evaluated where a chain is bound", 4, |x| {
        row_of_an_index_that_changes(x)
    }),
    size_that_changes("what is evaluated where a chain is bound", 5, |x| size_that_changes(x)),
    index_taken_by_what_is_assigned("what is evaluated where a chain is bound", 4, |x| {
        index_taken_by_what_is_assigned(x)
    }),
];
