//! Functions.

use super::{Item, item};

pub(super) const FUNCTIONS: &[Item] = &[
    item(
        "pointers",
        &[],
        r#"
#[differentiable(pointer)]
pub fn bend(x: f64) -> f64 {
    x.sin() * 0.5 + x * 0.25
}
#[differentiable(pointer)]
pub fn lean(x: f64) -> f64 {
    (x * 0.75).tanh()
}
#[differentiable]
pub fn again(f: fn(f64) -> f64, x: f64, n: usize) -> f64 {
    (0..n % 4).fold(x, |y, _| f(y))
}
"#,
    ),
    item(
        "checked",
        &[],
        r#"
#[differentiable]
pub fn checked(x: f64, n: usize) -> Result<f64, usize> {
    if n % 3 == 0 {
        return Err(n);
    }
    Ok(x * 0.5)
}
#[differentiable]
pub fn both(x: f64, y: f64, n: usize) -> Result<f64, String> {
    let a = checked(x, n).map_err(|e| format!("first: {e}"))?;
    let b = match checked(y, n + 1) {
        Ok(b) if n > 100 => b * 2.0,
        Ok(b) => b,
        Err(_) => return Ok(a),
    };
    Ok((a * b).sin())
}
"#,
    ),
    item(
        "generic",
        &[],
        r#"
#[differentiable]
pub fn dot<T: Copy + std::ops::Add<Output = T> + std::ops::Mul<Output = T>>(a: &[T], b: &[T]) -> T {
    let mut sum = a[0] * b[0];
    for i in 1..a.len().min(b.len()) {
        sum = sum + a[i] * b[i];
    }
    sum
}
#[differentiable]
pub fn total<const N: usize>(x: [f64; N], k: f64) -> f64 {
    let mut sum = k;
    for y in x {
        sum += y * k;
    }
    sum
}
#[differentiable]
pub fn folded(f: impl Fn(f64, f64) -> f64, x: &[f64], start: f64) -> f64 {
    x.iter().fold(start, |a, b| f(a, *b).tanh())
}
"#,
    ),
    item(
        "named",
        &[],
        r#"
#[differentiable]
pub fn named(name: &str, x: f64) -> f64 {
    match name {
        "even" => x * 0.5,
        other if other.len() > 3 => x.cos(),
        _ => x.sin(),
    }
}
"#,
    ),
    item(
        "paired",
        &[],
        r#"
#[differentiable]
pub fn paired(lists: (&[f64], &[f64]), k: f64) -> f64 {
    let (a, b) = lists;
    a.iter().zip(b).map(|(x, y)| x * y * k).sum::<f64>()
}
#[differentiable]
pub fn spread(from: &mut [f64], to: &mut [f64], n: usize) -> f64 {
    let mut moved = from[0] * 0.0;
    'rows: for i in 0..from.len() {
        for j in 0..to.len() {
            if (i + j) % 4 == n % 4 {
                continue 'rows;
            }
            to[j] = to[j] * 0.5 + from[i] * 0.25;
            moved += to[j];
            if i * j > 5 {
                return moved.sin();
            }
        }
        from.swap(0, i);
    }
    moved.tanh()
}
"#,
    ),
    item(
        "circle",
        &[],
        r#"
#[differentiable(recursive)]
pub fn out(x: f64, n: usize) -> f64 {
    if n == 0 {
        return x;
    }
    home(x * 0.9, n - 1) + x.sin()
}
#[differentiable]
pub fn home(x: f64, n: usize) -> f64 {
    if n == 0 { x * 2.0 } else { out(x.tanh(), n - 1) * x }
}
"#,
    ),
];
