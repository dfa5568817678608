//! Where the pieces begin and end that `split` and its kin make of a slice.

/// Where the piece from here on ends: before the first element that the test finds.
pub fn piece_end<T>(of: &[T], start: usize, test: impl FnMut(&T) -> bool) -> usize {
    of[start..].iter().position(test).map_or(of.len(), |k| start + k)
}

/// The same after that element.
pub fn closed_piece_end<T>(of: &[T], start: usize, test: impl FnMut(&T) -> bool) -> usize {
    (piece_end(of, start, test) + 1).min(of.len())
}

/// Where the piece up to here begins: after the last element that the test finds.
pub fn piece_start<T>(of: &[T], end: usize, test: impl FnMut(&T) -> bool) -> usize {
    of[..end].iter().rposition(test).map_or(0, |k| k + 1)
}

/// Where the elements end of which each belongs to the one before it.
pub fn run_end<T>(of: &[T], start: usize, mut same: impl FnMut(&T, &T) -> bool) -> usize {
    let end = of[start..].windows(2).position(|pair| !same(&pair[0], &pair[1]));
    end.map_or(of.len(), |k| start + k + 1)
}
