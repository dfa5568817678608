//! What leads back to itself, by the names that the definitions of a crate mention.

use std::collections::{BTreeMap, BTreeSet};

/// Names, each with those that it leads to, as the compiler hands the definitions to a macro one by one, in the
/// order of the source. A name of two definitions leads nowhere: it is not known which is meant.
#[derive(Debug, Default)]
pub struct Circles(BTreeMap<String, BTreeSet<String>>);

impl Circles {
    /// No names.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a name with those that it leads to, where these are of no use for a circle that is broken.
    pub fn add(&mut self, name: String, leads_to: BTreeSet<String>) {
        match self.0.get_mut(&name) {
            Some(other) => other.clear(),
            None => _ = self.0.insert(name, leads_to),
        }
    }

    /// Whether a name that is not known yet leads back to itself by another one.
    pub fn close(&self, name: &str, by: &str) -> bool {
        let (mut todo, mut seen) = (vec![by], BTreeSet::new());
        while let Some(next) = todo.pop() {
            if next == name {
                return !self.0.contains_key(name);
            }
            if seen.insert(next) {
                todo.extend(self.0.get(next).into_iter().flatten().map(String::as_str));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Circles;

    fn of<const N: usize>(names: [&str; N]) -> std::collections::BTreeSet<String> {
        names.map(String::from).into()
    }

    #[test]
    fn the_last_of_a_circle_closes_it() {
        let mut circles = Circles::new();
        circles.add("expr".into(), of(["term", "sin"]));
        assert!(!circles.close("term", "factor"));
        circles.add("term".into(), of(["factor"]));
        assert!(circles.close("factor", "expr"));
        assert!(!circles.close("factor", "sin"));
        circles.add("factor".into(), of([]));
        // The circle is broken there.
        assert!(!circles.close("other", "term"));
    }

    #[test]
    fn a_name_that_is_there_twice_leads_nowhere() {
        let mut circles = Circles::new();
        circles.add("a".into(), of(["b"]));
        circles.add("a".into(), of(["c"]));
        assert!(!circles.close("b", "a"));
        circles.add("b".into(), of(["a"]));
        assert!(!circles.close("a", "b"));
    }
}
