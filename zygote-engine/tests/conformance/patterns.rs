//! Patterns: what `match`, `if let`, `while let` and `let else` take apart.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn integers(x: f64, k: i32) -> f64 {
    match k {
        i32::MIN..=-1 => -x,
        0 => 1.5 * x,
        n @ 1..=3 => x * n as f64,
        4 | 5 => x * x,
        n if n % 2 == 0 => x.sin(),
        _ => x.cos(),
    }
}

#[differentiable]
fn all_integers(x: f64) -> f64 {
    let mut s = 0.0;
    for k in -1..8 {
        s = s * 0.5 + integers(x, k);
    }
    s
}

#[differentiable]
fn tuples(x: f64, y: f64) -> f64 {
    match (x > 0.0, y > 0.0, (x * y, x)) {
        (true, true, (p, _)) => p,
        (true, false, (p, q)) => p * q,
        (false, above, _) if above => y * y,
        (false, ..) => x - y,
    }
}

#[differentiable]
fn slices(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [a] => a * a,
        [a, b] => a * b,
        [first, .., last] => first * last * 2.0 + x[1],
    }
}

#[differentiable]
fn tails(x: &[f64]) -> f64 {
    match x {
        [] => 1.0,
        [head, tail @ ..] => head * tails(tail) + head.sin(),
    }
}

#[differentiable]
fn arrays(a: [f64; 3]) -> f64 {
    let [p, q, r] = a;
    let [first, ..] = a;
    p * q + r * first
}

#[differentiable]
fn bound_whole(v: Option<(f64, f64)>) -> f64 {
    match v {
        Some(pair @ (a, _)) if a > 0.0 => pair.0 * pair.1,
        Some((a, b)) => a + b * b,
        None => 0.0,
    }
}

#[differentiable]
fn by_ref(v: (f64, Vec<f64>)) -> f64 {
    let mut v = v;
    let s = match v {
        (ref a, ref list) => a * list[0],
    };
    match v {
        (ref mut a, ref mut list) => {
            *a += s;
            list[1] *= *a;
        }
    }
    v.0 * v.1[1] + s
}

#[differentiable]
fn if_let(v: &Option<f64>, x: f64) -> f64 {
    let y = if let Some(a) = v { a * x } else { x.sin() };
    if let Some(a) = *v {
        return y * a;
    }
    y
}

#[differentiable]
fn if_let_chain(a: Option<f64>, b: Result<f64, String>, x: f64) -> f64 {
    if let Some(p) = a {
        p * x
    } else if let Ok(q) = b {
        q * x * x
    } else if x > 0.0 {
        x
    } else {
        2.0 * x
    }
}

#[differentiable]
fn while_let(x: &[f64]) -> f64 {
    let mut stack = x.to_vec();
    let mut s = 0.5;
    while let Some(top) = stack.pop() {
        s = s * top + 1.0;
        if top > 1.0 && stack.len() > 1 {
            stack.pop();
        }
    }
    s
}

#[differentiable]
fn let_else(v: &Option<(f64, f64)>, x: f64) -> f64 {
    let Some((a, b)) = v else {
        return x * x;
    };
    a * b * x
}

#[differentiable]
fn let_else_in_a_loop(list: &[Option<f64>], x: f64) -> f64 {
    let mut s = 1.0;
    for item in list {
        let Some(a) = item else { continue };
        s += a * x * s;
    }
    s
}

#[differentiable]
fn let_chains(a: Option<f64>, b: Option<f64>, x: f64) -> f64 {
    if let Some(p) = a
        && p > 0.0
        && let Some(q) = b
    {
        p * q * x
    } else {
        x + 1.0
    }
}

#[differentiable]
fn matching(v: Option<f64>, x: f64) -> f64 {
    let wide = matches!(v, Some(a) if a > 0.0);
    if wide { x * v.unwrap() } else { x * x }
}

#[differentiable]
fn nested_bindings(v: &((f64, [f64; 2]), f64)) -> f64 {
    let ((a, [b, _]), c) = v;
    let &((_, [_, d]), _) = v;
    a * b * c + d
}

#[differentiable]
fn constants_in_patterns(x: f64, mode: char, name: &str) -> f64 {
    const QUICK: char = 'q';
    let k = match mode {
        QUICK => 2.0 * x,
        'a'..='m' => x * x,
        _ => 1.0,
    };
    match name {
        "sine" => k * x.sin(),
        "cosine" => k * x.cos(),
        _ => k,
    }
}

#[differentiable]
fn match_as_operand(x: f64, k: u8) -> f64 {
    x * match k {
        0 => 2.0,
        1 => {
            let y = x + 1.0;
            y * y
        }
        _ => return x,
    } + 1.0
}

#[derive(Clone, Tangent)]
enum Item {
    Empty,
    One(f64),
    Two { a: f64, b: f64 },
    Nested(Box<Item>),
}

#[differentiable]
fn let_else_of_enums(item: &Item, k: f64) -> f64 {
    let Item::Two { a, b } = item else {
        let Item::One(c) = item else { return k };
        return c * k * k;
    };
    a * b * k
}

#[differentiable]
fn let_else_in_loops(items: &[Item], k: f64) -> f64 {
    let mut s = k;
    for item in items {
        let Item::One(a) = item else {
            if let Item::Empty = item {
                break;
            }
            continue;
        };
        s = s * a + k;
    }
    s
}

#[differentiable]
fn longer_let_chains(a: &Item, b: Option<f64>, k: f64) -> f64 {
    if let Item::One(p) = a
        && *p > 0.0
        && let Some(q) = b
        && p * q < 1.0
    {
        return p * q * k;
    }
    let mut n = 0;
    let mut left = vec![k, 0.5, k * k];
    let mut s = 0.0;
    while n < 3
        && let Some(y) = left.pop()
    {
        s += y * y;
        n += 1;
    }
    if let Some(q) = b
        && q > s
    {
        q * s
    } else {
        s
    }
}

#[differentiable]
fn popped(items: Vec<Item>, k: f64) -> f64 {
    let mut stack = items;
    let mut s = 1.0;
    while let Some(item) = stack.pop() {
        match item {
            Item::Empty => s *= 0.5,
            Item::One(a) => s += a * s,
            Item::Two { a, b } => {
                stack.push(Item::One(a * k));
                stack.push(Item::Nested(Box::new(Item::One(b))));
            }
            Item::Nested(inner) => stack.push(*inner),
        }
    }
    s
}

#[differentiable]
fn nested_at(v: Option<(f64, Option<[f64; 2]>)>, k: f64) -> f64 {
    match v {
        Some(all @ (_, Some(pair @ [first, _]))) if first > 0.0 => all.0 * pair[0] * pair[1],
        Some((a, inner @ Some([_, last]))) => a * last + inner.unwrap()[0] * k,
        Some((a, None)) => a * k,
        None => k,
    }
}

#[differentiable]
fn nested_at_by_reference(items: &[Item], k: f64) -> f64 {
    let mut s = 0.0;
    for item in items {
        s += match item {
            whole @ Item::Two { a, .. } if *a > 0.0 => a * let_else_of_enums(whole, k),
            Item::Nested(inner) => let_else_of_enums(inner, k),
            other => let_else_of_enums(other, 0.5) - k,
        };
    }
    s
}

#[differentiable]
fn by_ref_mut(v: Option<(f64, f64)>, item: Item, k: f64) -> f64 {
    let mut v = v;
    let mut item = item;
    if let Some((ref mut a, ref b)) = v {
        *a *= b * k;
    }
    match item {
        Item::Two { ref mut a, b } => *a += b * k,
        Item::One(ref mut c) => *c *= k,
        _ => {}
    }
    let (p, q) = v.unwrap_or((k, 1.0));
    p * q + let_else_of_enums(&item, k)
}

#[differentiable]
fn items_of_iter(pairs: &[(f64, f64)], list: &[Option<f64>], k: f64) -> f64 {
    let mut s = k;
    for (i, pair) in pairs.iter().enumerate() {
        let (a, b) = pair;
        s = *a * s + *b * (i + 1) as f64;
    }
    for item in list.iter() {
        if let Some(a) = item {
            s += *a * k;
        }
        s *= match (item, 1) {
            (Some(a), 1) => *a,
            _ => k,
        };
    }
    s + list
        .iter()
        .map(|item| match item {
            Some(a) => *a,
            None => k,
        })
        .sum::<f64>()
}

#[differentiable]
fn alternatives_with_a_name(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for n in 0..9_i32 {
        let r = &n;
        s += match n {
            k @ (1 | 2) => x[0] * k as f64,
            k @ (3..=4 | 7) if k > 3 => x[1] * x[0] * k as f64,
            0 | 8 => x[1],
            _ => x[0] * x[0],
        };
        s *= match r {
            &(1..=2) => x[0],
            &(3 | 5) => 1.0 + x[1],
            _ => 1.0,
        };
        if let k @ (6 | 2) = n {
            s += x[1] * k as f64;
        }
        let ((a @ (1 | 2), b) | (b, a @ (5 | 6))) = (n, 7 - n) else { continue };
        s += x[0] * (a - b) as f64;
    }
    s
}

programs![
    all_integers("literals, ranges, `|`, `@` and guards", 1, |x| all_integers(x[0])),
    tuples("tuple patterns", 2, |x| tuples(x[0], x[1])),
    slice_of_one("slice patterns", 1, |x| slices(x)),
    slice_of_none("slice patterns", || {
        assert_eq!(value_and_gradient!(slices, &[]), (0.0, vec![]));
    }),
    slice_of_two("slice patterns", 2, |x| slices(x)),
    slice_of_four(
        "slice patterns",
        4,
        |x| slices(&x[..3]) * slices(&x[3..]),
        |x| {
            let (a, da) = value_and_gradient!(slices, &x[..3]);
            let (b, db) = value_and_gradient!(slices, &x[3..]);
            let scaled = |d: Vec<f64>, k: f64| d.iter().map(|d| d * k).collect::<Vec<_>>();
            (a * b, (scaled(da, b), scaled(db, a)))
        }
    ),
    tails("slice patterns with a rest", 3, |x| tails(x)),
    arrays("array patterns", 3, |x| arrays([x[0], x[1], x[2]])),
    bound_whole("`name @ pattern`", 2, |x| bound_whole(Some((x[0], x[1])))),
    bound_none("`name @ pattern`", || {
        assert_eq!(value_and_gradient!(bound_whole, None), (0.0, None));
    }),
    by_ref("`ref` and `ref mut`", 3, |x| by_ref((x[0], x[1..].to_vec()))),
    if_let_some("`if let`", 2, |x| if_let(&Some(x[0]), x[1])),
    if_let_none("`if let`", 1, |x| if_let(&None, x[0])),
    if_let_first("`else if let`", 2, |x| if_let_chain(Some(x[0]), Err("none".into()), x[1])),
    if_let_second("`else if let`", 2, |x| if_let_chain(None, Ok(x[0]), x[1])),
    if_let_neither("`else if let`", 1, |x| if_let_chain(None, Err("none".into()), x[0])),
    while_let("`while let`", 5, |x| while_let(x)),
    let_else("`let else`", 3, |x| let_else(&Some((x[0], x[1])), x[2])),
    let_else_left("`let else`", 1, |x| let_else(&None, x[0])),
    let_else_in_a_loop("`let else`", 3, |x| let_else_in_a_loop(
        &[Some(x[0]), None, Some(x[1])],
        x[2]
    )),
    let_chains("`let` chains", 3, |x| let_chains(Some(x[0]), Some(x[1]), x[2])),
    matching("`matches!`", 2, |x| matching(Some(x[0]), x[1])),
    nested_bindings("nested patterns on references", 4, |x| nested_bindings(&(
        (x[0], [x[1], x[2]]),
        x[3]
    ))),
    constants_in_patterns(
        "constants, characters and strings",
        1,
        |x| constants_in_patterns(x[0], 'q', "sine") + constants_in_patterns(x[0], 'c', "cosine"),
        |x| {
            let (a, da) = value_and_gradient!(constants_in_patterns, x[0], 'q', "sine");
            let (b, db) = value_and_gradient!(constants_in_patterns, x[0], 'c', "cosine");
            (a + b, da + db)
        }
    ),
    other_constants_in_patterns(
        "constants, characters and strings",
        1,
        |x| constants_in_patterns(x[0], 'z', "sine") + constants_in_patterns(x[0], 'c', "other"),
        |x| {
            let (a, da) = value_and_gradient!(constants_in_patterns, x[0], 'z', "sine");
            let (b, db) = value_and_gradient!(constants_in_patterns, x[0], 'c', "other");
            (a + b, da + db)
        }
    ),
    first_match_as_operand("`match` as an operand", 1, |x| match_as_operand(x[0], 0)),
    match_as_operand(
        "`match` as an operand",
        1,
        |x| match_as_operand(x[0], 1) * match_as_operand(x[0], 2),
        |x| {
            let (a, da) = value_and_gradient!(match_as_operand, x[0], 1);
            let (b, db) = value_and_gradient!(match_as_operand, x[0], 2);
            (a * b, da * b + db * a)
        }
    ),
    let_else_of_enums("`let else`", 3, |x| let_else_of_enums(
        &Item::Two { a: x[0], b: x[1] },
        x[2]
    )),
    let_else_of_one("`let else`", 2, |x| let_else_of_enums(&Item::One(x[0]), x[1])),
    let_else_in_loops("`let else`", 3, |x| let_else_in_loops(
        &[Item::One(x[0]), Item::Nested(Box::new(Item::Empty)), Item::One(x[1]), Item::Empty],
        x[2]
    )),
    longer_let_chains("`let` chains", 3, |x| longer_let_chains(&Item::One(x[0]), Some(x[1]), x[2])),
    popped("`while let`", 5, |x| popped(
        vec![Item::One(x[0]), Item::Two { a: x[1], b: x[2] }, Item::Empty, Item::One(x[3])],
        x[4]
    )),
    nested_at("`name @ pattern`", 4, |x| nested_at(Some((x[0], Some([x[1], x[2]]))), x[3])),
    nested_at_none("`name @ pattern`", 1, |x| nested_at(None, x[0])),
    nested_at_inner_none("`name @ pattern`", 2, |x| nested_at(Some((x[0], None)), x[1])),
    nested_at_by_reference("`name @ pattern`", 5, |x| nested_at_by_reference(
        &[Item::Two { a: x[0], b: x[1] }, Item::Nested(Box::new(Item::One(x[2]))), Item::One(x[3])],
        x[4]
    )),
    by_ref_mut_of_one("`ref` and `ref mut`", 2, |x| by_ref_mut(None, Item::One(x[0]), x[1])),
    by_ref_mut_of_none("`ref` and `ref mut`", 1, |x| by_ref_mut(None, Item::Empty, x[0])),
    by_ref_mut("`ref` and `ref mut`", 5, |x| by_ref_mut(
        Some((x[0], x[1])),
        Item::Two { a: x[2], b: x[3] },
        x[4]
    )),
    items_of_iter("nested patterns on references", 7, |x| items_of_iter(
        &[(x[0], x[1]), (x[2], x[3])],
        &[Some(x[4]), None, Some(x[5])],
        x[6]
    )),
    alternatives_with_a_name("`name @ (a | b)`", 2, |x| alternatives_with_a_name(x)),
];
