//! What is kept, saved and restored.

use chainrules_core::{Activity, ShapeIn, Tangent};
use std::marker::PhantomData;

/// What is kept of a value that may be replayed; it remembers the type. What it holds is a parameter here and in
/// what follows: so the compiler says once that a `T` has no cotangent, and not again of what is kept of it.
pub struct Kept<T, M, K = <T as Tangent<M>>::Kept>(K, PhantomData<fn() -> (T, M)>);

impl<T, M, K: Clone> Clone for Kept<T, M, K> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What is kept of a value that may be replayed.
#[inline(always)]
pub fn keep<T: Tangent<M>, M>(value: &T) -> Kept<T, M> {
    Kept(value.keep(), PhantomData)
}

impl<T, M, K: KeptOf<T, M>> Kept<T, M, K> {
    /// A value that was kept or is replayed.
    #[inline(always)]
    pub fn recall(self, replay: impl FnOnce() -> T) -> T {
        self.0.recall(replay)
    }
}

/// What is kept of a `T`.
pub trait KeptOf<T, M> {
    /// The value, which was kept or is replayed.
    fn recall(self, replay: impl FnOnce() -> T) -> T;
}

impl<T: Tangent<M>, M> KeptOf<T, M> for T::Kept {
    #[inline(always)]
    fn recall(self, replay: impl FnOnce() -> T) -> T {
        T::recall(self, replay)
    }
}

/// What is kept of a value that may be replayed, of which only cotangents are made that are wanted with
/// `A`: else its shape.
pub struct KeptFor<A: Activity, T, M, K = <T as Tangent<M>>::Kept, S = <T as Tangent<M>>::Shape>(
    A::Choose<K, S>,
    PhantomData<fn() -> (T, M)>,
)
where
    K: Clone,
    S: Clone;

impl<A: Activity, T, M, K: Clone, S: Clone> Clone for KeptFor<A, T, M, K, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What is kept of a value that may be replayed, if the cotangents that need it are wanted.
#[inline(always)]
pub fn keep_for<A: Activity, T: Tangent<M>, M>(value: &T) -> KeptFor<A, T, M> {
    KeptFor(A::choose(value, T::keep, T::shape), PhantomData)
}

impl<A: Activity, T, M, K: Clone, S: Clone> KeptFor<A, T, M, K, S> {
    /// A value that was kept or is replayed; one of its shape where no cotangent that is wanted needs it.
    #[inline(always)]
    pub fn recall(self, replay: impl FnOnce() -> T) -> T
    where
        K: KeptOf<T, M>,
        S: ShapeIn<T, M>,
    {
        A::chosen(self.0, |kept| kept.recall(replay), |shape| shape.zero())
    }
}

/// A value of which only cotangents are made that are wanted with `A`: else its shape.
pub struct ValueFor<A: Activity, T: Clone, M, S: Clone = <T as Tangent<M>>::Shape>(
    A::Choose<T, S>,
    PhantomData<fn() -> M>,
);

impl<A: Activity, T: Clone, M, S: Clone> Clone for ValueFor<A, T, M, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// The value, if the cotangents that need it are wanted.
#[inline(always)]
pub fn value_for<A: Activity, T: Tangent<M>, M>(value: T) -> ValueFor<A, T, M> {
    ValueFor(A::choose(value, |value| value, |value| value.shape()), PhantomData)
}

impl<A: Activity, T: Clone, M, S: Clone> ValueFor<A, T, M, S> {
    /// The value; one of its shape where no cotangent that is wanted needs it.
    #[inline(always)]
    pub fn value(self) -> T
    where
        S: ShapeIn<T, M>,
    {
        A::chosen(self.0, |value| value, |shape| shape.zero())
    }
}

/// The pullback of a call that makes only cotangents that are wanted with `A`.
pub struct PullbackFor<A: Activity, B: Clone>(A::Choose<B, ()>);

impl<A: Activity, B: Clone> Clone for PullbackFor<A, B> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The pullback, if the cotangents that it makes are wanted.
#[inline(always)]
pub fn pullback_for<A: Activity, B: Clone>(back: B) -> PullbackFor<A, B> {
    PullbackFor(A::choose(back, |back| back, drop))
}

impl<A: Activity, B: Clone> PullbackFor<A, B> {
    /// The pullback, or none where nothing that it makes is wanted.
    #[inline(always)]
    pub fn pullback(self) -> Option<B> {
        A::chosen(self.0, Some, |()| None)
    }
}

/// A value that a call without derivative may change, saved and restored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is changed, and can't be put back: it is no `Clone`",
    note = "write `#[derive(Clone)]` on it: the derivative keeps what it was, also of a `#[constant]` by `&mut`"
)]
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

/// What is kept of a region that runs repeatedly, the last trip on top; nothing where no cotangent is
/// wanted with `A`.
pub struct Tape<A, T> {
    kept: Vec<T>,
    /// How many entries on top were taken and are still there.
    taken: usize,
    wanted: PhantomData<A>,
}

impl<A, T: Clone> Clone for Tape<A, T> {
    fn clone(&self) -> Self {
        Self { kept: self.kept.clone(), ..*self }
    }
}

impl<A: Activity, T> Tape<A, T> {
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name")]
    #[inline(always)]
    pub fn new() -> Self {
        keep_freed_memory();
        Self { kept: Vec::new(), taken: 0, wanted: PhantomData }
    }

    /// Keeps what each trip of a loop gives.
    #[inline(always)]
    pub fn record(&mut self, trips: impl Iterator<Item = T>) {
        if A::WANTED { self.kept.extend(trips) } else { trips.for_each(drop) }
    }

    /// Keeps what each trip of a loop over a range gives.
    #[inline(always)]
    pub fn record_range<I>(&mut self, range: std::ops::Range<I>, mut trip: impl FnMut(I) -> T)
    where
        std::ops::Range<I>: Iterator<Item = I>,
    {
        if !A::WANTED {
            return range.for_each(|i| drop(trip(i)));
        }
        let (before, count) = (self.kept.len(), range.size_hint().0);
        self.kept.reserve(count);
        let mut made = 0;
        for (slot, i) in self.kept.spare_capacity_mut()[..count].iter_mut().zip(range) {
            slot.write(trip(i));
            made += 1;
        }
        // SAFETY: the first `made` slots of the spare capacity were written. If a trip panics, the
        // entries are leaked.
        //
        // `extend` instead is not inlined, so that what the trips change stays in memory, where
        // the entries might overlap it: 1.58 ms instead of 0.76 ms for the forward sweep of a
        // thousand steps of Burgers' equation with a thousand cells.
        #[expect(unsafe_code, reason = "twice as fast, see above")]
        unsafe {
            self.kept.set_len(before + made);
        }
    }

    /// Makes room for the trips of a loop.
    #[inline(always)]
    pub fn reserve(&mut self, trips: usize) {
        if A::WANTED {
            self.kept.reserve(trips);
        }
    }

    #[inline(always)]
    pub fn push(&mut self, kept: T) {
        if A::WANTED {
            self.kept.push(kept);
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> T {
        self.kept.pop().expect("the reverse sweep makes the trips that the forward sweep made")
    }
}

impl<A: Activity, T: Clone> Tape<A, T> {
    /// Takes what was kept of the last trips.
    #[inline(always)]
    pub fn last(&mut self, trips: usize) -> Last<'_, T> {
        let first = self.kept.len() - self.taken - trips;
        if std::mem::needs_drop::<T>() {
            let owned = match first {
                0 => std::mem::take(&mut self.kept),
                _ => self.kept.split_off(first),
            };
            Last { plain: &[], owned }
        } else {
            self.taken += trips;
            Last { plain: &self.kept[first..][..trips], owned: Vec::new() }
        }
    }
}

/// What was kept of the trips of a loop. Plain data is read where it lies, by the number of the trip,
/// as a loop with one counter is one that the compiler can vectorise.
pub struct Last<'a, T> {
    plain: &'a [T],
    owned: Vec<T>,
}

impl<T: Clone> Last<'_, T> {
    /// What was kept of a trip; the last trip is the first to be asked for.
    #[inline(always)]
    pub fn at(&mut self, trip: usize) -> T {
        if std::mem::needs_drop::<T>() {
            self.owned.pop().expect("the reverse sweep makes the trips that the forward sweep made")
        } else {
            self.plain[trip].clone()
        }
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

/// The type of a value of the forward sweep, by which the reverse sweep computes it again. Of no size.
pub struct TypeOf<T>(PhantomData<fn() -> T>);

impl<T> Clone for TypeOf<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TypeOf<T> {}

impl<T> TypeOf<T> {
    /// That of a value which comes later.
    #[inline(always)]
    pub fn unknown() -> Self {
        Self(PhantomData)
    }

    /// It is that of this value.
    #[inline(always)]
    pub fn is(self, _: &T) {}

    /// A value of the type.
    #[inline(always)]
    pub fn of(self, value: T) -> T {
        value
    }
}
