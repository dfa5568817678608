//! Where the inputs of checks are drawn from: by type, or by the domain that a rule states.

use crate::{Draw, Shadowed, Tangent};
use std::any::{Any, TypeId, type_name};
use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::OnceLock;

/// The domain of one argument: what `check(x = ..)` in a rule may be.
///
/// A range, a list of values to choose from, or a function of [`Draw`].
pub trait Domain<T> {
    /// Draws a value.
    fn draw(self, draw: &mut Draw) -> T;
}

impl Domain<f64> for Range<f64> {
    fn draw(self, draw: &mut Draw) -> f64 {
        draw.real_in(self)
    }
}

impl Domain<f32> for Range<f64> {
    fn draw(self, draw: &mut Draw) -> f32 {
        draw.real_in(self) as f32
    }
}

impl<T: Clone, const N: usize> Domain<T> for [T; N] {
    fn draw(self, draw: &mut Draw) -> T {
        draw.one_of(&self)
    }
}

impl<T, F: FnOnce(&mut Draw) -> T> Domain<T> for F {
    fn draw(self, draw: &mut Draw) -> T {
        self(draw)
    }
}

macro_rules! integers {
    ($least:literal: $($t:ident),+) => {$(
        impl Domain<$t> for Range<$t> {
            fn draw(self, draw: &mut Draw) -> $t {
                assert!(self.start < self.end, "no number can be drawn from {self:?}");
                let (start, end) = (self.start as i128, self.end as i128);
                let step = draw.choice() as i128 % (end - start);
                // The number closest to zero is the simplest.
                let origin = 0_i128.clamp(start, end - 1);
                let up = end - origin;
                (if step < up { origin + step } else { origin - (step - up) - 1 }) as $t
            }
        }

        crate::inputs!($t, |draw| match draw.choice() % 8 {
            7 => draw.one_of(&[0, 1, $t::MIN, $t::MAX]),
            _ => Domain::draw($least..9, draw),
        });
    )+};
}
integers!(0: u8, u16, u32, u64, u128);
integers!(-8: i8, i16, i32, i64, i128, isize);

impl Domain<usize> for Range<usize> {
    fn draw(self, draw: &mut Draw) -> usize {
        draw.length(self)
    }
}

// A `usize` is mostly an index or a length.
crate::inputs!(usize, |draw| draw.index(6));
crate::inputs!(f64, |draw| draw.real());
crate::inputs!(f32, |draw| draw.real() as f32);
crate::inputs!([u8; 4], |draw| (draw.real() as f32).to_ne_bytes());
crate::inputs!([u8; 8], |draw| draw.real().to_ne_bytes());
crate::inputs!(bool, |draw| draw.choice() % 2 == 1);
crate::inputs!(char, |draw| draw.one_of(&['a', '0', 'ß', '\u{10ffff}']));
crate::inputs!(Ordering, |draw| draw.one_of(&[Ordering::Less, Ordering::Equal, Ordering::Greater]));
crate::inputs!(String, |draw| "aß0".chars().take(draw.index(4)).collect());

/// How values of one type, and of the standard library's containers of it, are drawn when a rule
/// states no domain. Submitted by [`inputs!`](crate::inputs).
pub struct Inputs(fn() -> Vec<Entry>);

#[doc(hidden)]
pub struct Entry {
    key: TypeId,
    draw: Box<DrawAny>,
}

type DrawAny = dyn Fn(&mut Draw) -> Box<dyn Any> + Send + Sync;

inventory::collect!(Inputs);

/// Says how inputs of a type are drawn in checks: `inputs!(Point, |draw| Point::new(draw.real()))`.
///
/// The standard library's containers of that type (`Vec`, `VecDeque`, arrays of one to three,
/// `Option`, `Box`, pairs, and lists of these) can be drawn then, too.
#[macro_export]
macro_rules! inputs {
    ($t:ty, $draw:expr) => {
        $crate::__private::inventory::submit! {
            $crate::Inputs::new(|| $crate::Inputs::family::<$t>($draw))
        }
    };
}

impl Inputs {
    #[doc(hidden)]
    pub const fn new(entries: fn() -> Vec<Entry>) -> Self {
        Self(entries)
    }

    #[doc(hidden)]
    pub fn family<T: 'static>(draw: fn(&mut Draw) -> T) -> Vec<Entry> {
        let mut all = Vec::new();
        near(&mut all, draw);
        near(&mut all, move |d| list::<T, Vec<T>>(d, draw));
        near(&mut all, move |d| [draw(d), draw(d)]);
        all
    }
}

/// Mostly short lists, and some beyond the width of vectors of numbers, odd and even.
fn list<T, C: FromIterator<T>>(d: &mut Draw, draw: impl Fn(&mut Draw) -> T) -> C {
    let n = d.one_of(&[0, 1, 2, 3, 4, 1, 2, 3, 4, 8, 11]);
    (0..n).map(|_| draw(d)).collect()
}

/// The entries of a type and of what holds it directly.
fn near<T: 'static>(
    all: &mut Vec<Entry>,
    draw: impl Fn(&mut Draw) -> T + Copy + Send + Sync + 'static,
) {
    fn put<T: 'static>(
        all: &mut Vec<Entry>,
        draw: impl Fn(&mut Draw) -> T + Send + Sync + 'static,
    ) {
        all.push(Entry { key: TypeId::of::<T>(), draw: Box::new(move |d| Box::new(draw(d))) });
    }
    put(all, draw);
    put(all, move |d| list::<T, Vec<T>>(d, draw));
    put(all, move |d| list::<T, VecDeque<T>>(d, draw));
    put(all, move |d| [draw(d)]);
    put(all, move |d| [draw(d), draw(d)]);
    put(all, move |d| [draw(d), draw(d), draw(d)]);
    put(all, move |d| (d.index(4) != 3).then(|| draw(d)));
    put(all, move |d| Box::new(draw(d)));
    put(all, move |d| (draw(d), draw(d)));
}

/// Draws a value by its type.
///
/// # Panics
/// When no strategy is registered for the type.
pub fn draw_by_type<T: 'static>(draw: &mut Draw) -> T {
    static BY_TYPE: OnceLock<HashMap<TypeId, Entry>> = OnceLock::new();
    let by_type = BY_TYPE.get_or_init(|| {
        let entries = inventory::iter::<Inputs>.into_iter().flat_map(|inputs| (inputs.0)());
        entries.map(|entry| (entry.key, entry)).collect()
    });
    let Some(entry) = by_type.get(&TypeId::of::<T>()) else {
        panic!(
            "no inputs are known for `{0}`: write `inputs!({0}, |draw| ..)` in the crate that defines its rules, or a domain in the rule's `check`",
            type_name::<T>()
        )
    };
    *(entry.draw)(draw).downcast().expect("the entry is keyed by the type it draws")
}

/// A domain: values of the shape of another argument.
pub fn like<T: Shadowed<M> + ?Sized, M>(
    value: &T,
) -> impl FnOnce(&mut Draw) -> T::Owned + use<T, M> {
    let mut copy = value.copied();
    move |draw| {
        T::map_owned(&mut copy, &mut |_| draw.real_in(-3.0..3.0));
        copy
    }
}

/// A domain: lists of this length range whose items are drawn by type.
pub fn list_of<T: 'static>(length: Range<usize>) -> impl FnOnce(&mut Draw) -> Vec<T> {
    move |draw| {
        let n = draw.length(length);
        (0..n).map(|_| draw_by_type(draw)).collect()
    }
}

/// A domain: a value drawn by type whose real scalars all lie in the interval.
pub fn scalars_in<T: Tangent<M> + 'static, M>(interval: Range<f64>) -> impl FnOnce(&mut Draw) -> T {
    move |draw| {
        let mut value: T = draw_by_type(draw);
        value.map_scalars(&mut |_| draw.real_in(interval.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_drawn_by_type() {
        let mut draw = Draw::new(Vec::new());
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            seen.insert(draw_by_type::<Vec<f64>>(&mut draw).len());
            draw_by_type::<Vec<Vec<f32>>>(&mut draw);
            draw_by_type::<Option<[f64; 2]>>(&mut draw);
        }
        assert!(seen.into_iter().eq([0, 1, 2, 3, 4, 8, 11]));
    }

    #[test]
    #[should_panic(expected = "write `inputs!(")]
    fn an_unknown_type_says_what_to_write() {
        draw_by_type::<std::time::Duration>(&mut Draw::new(Vec::new()));
    }

    #[test]
    fn integers_stay_in_their_range() {
        let mut draw = Draw::new(Vec::new());
        for _ in 0..1000 {
            assert!((-3..4).contains(&Domain::<i32>::draw(-3..4, &mut draw)));
            assert!((2..5).contains(&Domain::<u8>::draw(2..5, &mut draw)));
        }
        assert_eq!(Domain::<i32>::draw(-3..4, &mut Draw::new(vec![0])), 0);
    }
}
