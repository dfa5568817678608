//! What is kept, saved and restored.

use chainrules_core::Tangent;

/// What is kept of a value that may be replayed; it remembers the type.
pub struct Kept<T: Tangent<M>, M>(T::Kept);

impl<T: Tangent<M>, M> Clone for Kept<T, M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What is kept of a value that may be replayed.
#[inline(always)]
pub fn keep<T: Tangent<M>, M>(value: &T) -> Kept<T, M> {
    Kept(value.keep())
}

/// A value that was kept or is replayed.
#[inline(always)]
pub fn recall<T: Tangent<M>, M>(kept: Kept<T, M>, replay: impl FnOnce() -> T) -> T {
    T::recall(kept.0, replay)
}

/// A value that a call without derivative may change, saved and restored.
pub trait Saved {
    /// The saved value.
    type Owned: Clone;
    /// Saves the value.
    fn save(&self) -> Self::Owned;
    /// Restores the value.
    fn restore(&mut self, old: Self::Owned);
}

impl<T: Clone> Saved for T {
    type Owned = T;

    #[inline(always)]
    fn save(&self) -> T {
        self.clone()
    }

    #[inline(always)]
    fn restore(&mut self, old: T) {
        *self = old;
    }
}

impl<T: Clone> Saved for [T] {
    type Owned = Vec<T>;

    fn save(&self) -> Vec<T> {
        self.to_vec()
    }

    fn restore(&mut self, old: Vec<T>) {
        self.clone_from_slice(&old);
    }
}

/// [`Saved::save`].
#[inline(always)]
pub fn save<T: Saved + ?Sized>(value: &T) -> T::Owned {
    value.save()
}

/// [`Saved::restore`].
#[inline(always)]
pub fn restore<T: Saved + ?Sized>(value: &mut T, old: T::Owned) {
    value.restore(old);
}

/// What is kept of a region that runs at most once.
#[derive(Clone)]
pub struct Once<T>(Option<T>);

impl<T> Once<T> {
    #[expect(clippy::new_without_default, reason = "mirrors `Tape::new` in generated code")]
    #[inline(always)]
    pub fn new() -> Self {
        Once(None)
    }

    #[inline(always)]
    pub fn push(&mut self, kept: T) {
        self.0 = Some(kept);
    }

    #[inline(always)]
    pub fn pop(&mut self) -> T {
        self.0.take().expect("the reverse sweep enters the regions that the forward sweep entered")
    }
}

/// What is kept of a region that runs repeatedly, the last trip on top.
#[derive(Clone)]
pub struct Tape<T> {
    kept: Vec<T>,
}

impl<T> Tape<T> {
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name")]
    #[inline(always)]
    pub fn new() -> Self {
        keep_freed_memory();
        Self { kept: Vec::new() }
    }

    /// Keeps what each trip of a loop gives.
    #[inline(always)]
    pub fn record(&mut self, trips: impl Iterator<Item = T>) {
        self.kept.extend(trips);
    }

    /// What was kept of the last trips, the last first.
    #[inline(always)]
    pub fn last(&mut self, trips: usize) -> impl Iterator<Item = T> {
        let first = self.kept.len() - trips;
        self.kept.drain(first..).rev()
    }

    /// Makes room for the trips of a loop.
    #[inline(always)]
    pub fn reserve(&mut self, trips: usize) {
        self.kept.reserve(trips);
    }

    #[inline(always)]
    pub fn push(&mut self, kept: T) {
        self.kept.push(kept);
    }

    #[inline(always)]
    pub fn pop(&mut self) -> T {
        self.kept.pop().expect("the reverse sweep makes the trips that the forward sweep made")
    }
}

/// Frees a large block once, which teaches glibc's allocator to keep what is freed (its thresholds
/// follow the largest block freed so far). Otherwise each reverse sweep gives its tapes back to the
/// system page by page and the next sweep pays for each page again: more than half of the time of
/// a thousand calls with a tape of 16 kB each. The block's pages are never touched.
#[inline(always)]
fn keep_freed_memory() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(30 << 20))));
}
