//! Random inputs for checks, drawn from a sequence of choices.
//!
//! A checker makes the choices and makes them smaller when a check fails; the smaller a choice,
//! the simpler the value drawn from it. So every type shrinks, and a crate of rules says how its
//! types are drawn without a random number generator at hand.

use std::ops::Range;

/// A source of random values: a sequence of choices, each in `0..Draw::CHOICES`.
#[derive(Clone, Debug)]
pub struct Draw {
    choices: Vec<u64>,
    next: usize,
}

impl Draw {
    /// The number of values that one choice can have.
    pub const CHOICES: u64 = 1 << 40;

    /// Draws from these choices. Choices after the last are made up from their position.
    pub fn new(choices: Vec<u64>) -> Self {
        Self { choices, next: 0 }
    }

    /// The next choice, in `0..Draw::CHOICES`.
    pub fn choice(&mut self) -> u64 {
        let choice = self.choices.get(self.next).copied();
        self.next += 1;
        // The finaliser of SplitMix64.
        let made_up = |n: usize| {
            let mut z = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        choice.unwrap_or_else(|| made_up(self.next)) % Self::CHOICES
    }

    /// An index below `n`; 0 is the simplest.
    ///
    /// # Panics
    /// When `n` is 0.
    pub fn index(&mut self, n: usize) -> usize {
        assert!(n > 0, "no index is below 0");
        (self.choice() % n as u64) as usize
    }

    /// A number in the range; its start is the simplest.
    ///
    /// # Panics
    /// When the range is empty.
    pub fn length(&mut self, range: Range<usize>) -> usize {
        range.start + self.index(range.len())
    }

    /// One of the items; the first is the simplest.
    ///
    /// # Panics
    /// When there is none.
    pub fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())].clone()
    }

    /// A real number in the interval; the one closest to zero is the simplest.
    ///
    /// # Panics
    /// When the interval is empty or not finite.
    pub fn real_in(&mut self, interval: Range<f64>) -> f64 {
        let Range { start, end } = interval;
        assert!(
            start < end && (end - start).is_finite(),
            "no number can be drawn from {start}..{end}"
        );
        let fraction = self.choice() as f64 / Self::CHOICES as f64;
        if start >= 0.0 {
            start + fraction * (end - start)
        } else if end <= 0.0 {
            end - fraction * (end - start)
        } else if fraction < 0.5 {
            // Zero is inside: half of the choices go to the right of it, half to the left.
            2.0 * fraction * end
        } else {
            (2.0 * fraction - 1.0) * start
        }
    }

    /// A real number of moderate size, at times a special one: a zero of either sign, a whole
    /// number, a very small or very large number, an infinity, NaN.
    pub fn real(&mut self) -> f64 {
        match self.choice() % 32 {
            0..=25 => self.real_in(-3.0..3.0),
            26..=28 => f64::from(self.index(9) as u32) - 4.0,
            29 => 1e3 * self.real_in(-3.0..3.0),
            30 => 1e-3 * self.real_in(-3.0..3.0),
            _ => self.one_of(&[
                0.0,
                -0.0,
                1e-300,
                -1e-300,
                1e300,
                -1e300,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
            ]),
        }
    }

    /// A cotangent: of either sign and not close to zero.
    pub fn cotangent(&mut self) -> f64 {
        let choice = self.choice();
        let size = 1.0 + choice as f64 / Self::CHOICES as f64;
        if choice.is_multiple_of(2) { size } else { -size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_choices_are_the_simplest_values() {
        let mut draw = Draw::new(vec![0; 64]);
        assert_eq!(draw.real_in(-3.0..3.0), 0.0);
        assert_eq!(draw.real_in(0.5..3.0), 0.5);
        assert_eq!(draw.real_in(-3.0..-0.5), -0.5);
        assert_eq!(draw.real(), 0.0);
        assert_eq!(draw.cotangent(), 1.0);
        assert_eq!(draw.length(1..4), 1);
    }

    #[test]
    fn numbers_stay_in_their_interval() {
        let mut draw = Draw::new(Vec::new());
        for _ in 0..1000 {
            for interval in [-3.0..3.0, 0.5..2.0, -2.0..-1.0] {
                let x = draw.real_in(interval.clone());
                assert!((interval.start..=interval.end).contains(&x), "{x} in {interval:?}");
            }
        }
    }
}
