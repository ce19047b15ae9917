//! The generator of chance: small, and the same on every machine and for ever.
//!
//! SplitMix64 is written out here because the generators of the `rand` crate may give other numbers in its next
//! version, and the committed samples would then have to change with it.

/// A seeded source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The numbers of one row: each row has its own, so that rows do not depend on each other.
    pub(super) fn of_row(seed: u64, dataset: &str, row: u64) -> Self {
        let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
        for byte in dataset.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut start = Self {
            state: state ^ row.wrapping_mul(0xd1b5_4a32_d192_ed03),
        };
        start.next();
        start
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1; 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let scaled = (u128::from(self.next()) * u128::from(bound)) >> 64;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// As `below`, for large bounds.
    pub(super) fn below_u64(&mut self, bound: u64) -> u64 {
        let scaled = (u128::from(self.next()) * u128::from(bound)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several; `items` must not be empty.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        items[self.below(count) as usize]
    }

    /// `Some` of what `make` gives in `percent` of 100 cases.
    pub(super) fn maybe<T>(
        &mut self,
        percent: u32,
        make: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }

    /// A text of `count` decimal digits that does not begin with 0.
    pub(super) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|at| {
                let digit = if at == 0 {
                    1 + self.below(9)
                } else {
                    self.below(10)
                };
                char::from_digit(digit, 10).unwrap_or('0')
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_numbers_never_change() {
        let mut random = Random::of_row(1, "members", 0);
        let drawn: Vec<u32> = (0..6).map(|_| random.below(1000)).collect();
        assert_eq!(drawn, [315, 477, 170, 367, 486, 206]);
    }

    #[test]
    fn rows_differ_and_bounds_hold() {
        let mut first = Random::of_row(1, "members", 0);
        let mut second = Random::of_row(1, "members", 1);
        let mut other = Random::of_row(1, "purchases", 0);
        let drawn = first.digits(20);
        assert_ne!(drawn, second.digits(20));
        assert_ne!(drawn, other.digits(20));
        assert!((0..1000).all(|_| first.below(7) < 7));
        assert_eq!(first.below(0), 0);
    }
}
