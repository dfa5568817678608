//! What a program gives at a point, and whether that is right.

/// The results at one point; `None` for a panic.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) at: Vec<f64>,
    value: Option<f64>,
    /// The value, then the gradient.
    ours: Option<Vec<f64>>,
    duals: Option<Vec<f64>>,
    fine: Option<Vec<f64>>,
    coarse: Option<Vec<f64>>,
}

/// What is wrong at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The gradient is not that of dual numbers.
    Gradient,
    /// The gradient is not that of finite differences.
    Differences,
    /// The value is not that of the plain call.
    Value,
    /// Only the derivative panics.
    Panic,
}

/// How a comparison ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// So many scalars agree with dual numbers; so many of them are not decided by differences.
    Agreed { scalars: usize, undecided: usize },
    /// The numbers are too large, not finite, or at a branch that rounding decides.
    Undecided,
    /// The program panics, derived or not.
    Panicked,
    /// This differs, by what was expected and what was found.
    Wrong(Kind, String),
}

/// Numbers beyond this are not compared.
const LARGEST: f64 = 1e6;

impl Point {
    /// Reads a line of a run.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut sections = line.strip_prefix("point ")?.split(" |").skip(1).map(|section| {
            section.split_whitespace().map(|x| x.parse::<f64>().ok()).collect::<Option<Vec<_>>>()
        });
        Some(Point {
            at: sections.next()??,
            value: sections.next()?.and_then(|list| list.first().copied()),
            ours: sections.next()?,
            duals: sections.next()?,
            fine: sections.next()?,
            coarse: sections.next()?,
        })
    }

    /// Compares the gradient with that of dual numbers and with differences.
    pub(super) fn verdict(&self) -> Verdict {
        let (Some(value), Some(duals)) = (self.value, &self.duals) else {
            return match &self.ours {
                Some(_) if self.value.is_none() => Verdict::Wrong(
                    Kind::Panic,
                    "the plain call panics, the gradient does not".into(),
                ),
                _ => Verdict::Panicked,
            };
        };
        let scale = duals.iter().fold(1.0_f64, |scale, d| scale.max(d.abs()));
        let tame = duals.iter().all(|d| d.is_finite()) && value.is_finite() && scale < LARGEST;
        if !tame || (value - duals[0]).abs() > 1e-11 * scale {
            return Verdict::Undecided;
        }
        let Some(ours) = &self.ours else {
            return Verdict::Wrong(
                Kind::Panic,
                "the gradient panics, the plain call does not".into(),
            );
        };
        if !agree(ours[0], value, 1e-11 * scale) {
            let text = format!("value: expected {value:?}, got {:?}", ours[0]);
            return Verdict::Wrong(Kind::Value, text);
        }
        if ours.len() != duals.len()
            || ours.iter().zip(duals).any(|(a, b)| !agree(*a, *b, 1e-9 * scale))
        {
            let text = format!(
                "gradient: expected {:?}\n               got {:?}",
                &duals[1..],
                &ours[1..]
            );
            return Verdict::Wrong(Kind::Gradient, text);
        }
        let scalars = ours.len() - 1;
        let (Some(fine), Some(coarse)) = (&self.fine, &self.coarse) else {
            return Verdict::Agreed { scalars, undecided: scalars };
        };
        let mut undecided = 0;
        for ((fine, coarse), ours) in fine.iter().zip(coarse).zip(&ours[1..]) {
            // At a jump or a kink the differences decide nothing.
            if !agree(*fine, *coarse, 1e-6 * scale) {
                undecided += 1;
            } else if !agree(*fine, *ours, 1e-4 * scale) {
                let text =
                    format!("differences give {fine:?} and {coarse:?}, the gradient has {ours:?}");
                return Verdict::Wrong(Kind::Differences, text);
            }
        }
        Verdict::Agreed { scalars, undecided }
    }
}

fn agree(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[cfg(test)]
mod tests {
    use super::{Kind, Point, Verdict};

    fn verdict(rest: &str) -> Verdict {
        Point::parse(&format!("point 0 0 | 0.5 0.25 | 2.0{rest}")).expect("a point").verdict()
    }

    #[test]
    fn comparisons() {
        let agreed = verdict(" | 2.0 1.0 3.0 | 2.0 1.0 3.0 | 1.0 3.0 | 1.0 3.0");
        assert_eq!(agreed, Verdict::Agreed { scalars: 2, undecided: 0 });
        let kink = verdict(" | 2.0 1.0 3.0 | 2.0 1.0 3.0 | 1.0 8.0 | 1.0 5.0");
        assert_eq!(kink, Verdict::Agreed { scalars: 2, undecided: 1 });
        for (rest, kind) in [
            (" | 2.0 1.0 3.001 | 2.0 1.0 3.0 | 1.0 3.0 | 1.0 3.0", Kind::Gradient),
            (" | 2.0 1.0 NaN | 2.0 1.0 3.0 | 1.0 3.0 | 1.0 3.0", Kind::Gradient),
            (" | 2.5 1.0 3.0 | 2.0 1.0 3.0 | 1.0 3.0 | 1.0 3.0", Kind::Value),
            (" | panic | 2.0 1.0 3.0 | 1.0 3.0 | 1.0 3.0", Kind::Panic),
            (" | 2.0 1.0 3.0 | 2.0 1.0 3.0 | 1.0 5.0 | 1.0 5.0", Kind::Differences),
        ] {
            assert!(matches!(verdict(rest), Verdict::Wrong(k, _) if k == kind), "{rest}");
        }
        assert_eq!(verdict(" | 2.0 1.0 3.0 | 2.1 1.0 3.0 | 1.0 3.0 | 1.0 3.0"), Verdict::Undecided);
        assert_eq!(verdict(" | panic | panic | 1.0 3.0 | 1.0 3.0"), Verdict::Panicked);
    }
}
