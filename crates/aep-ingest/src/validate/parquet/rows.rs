//! Which rows of a row group have an error.

/// A set of row numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows(Vec<u64>);

impl Rows {
    /// Adds a row, counted from 0.
    pub(super) fn set(&mut self, row: u64) {
        let Ok(word) = usize::try_from(row / 64) else {
            return;
        };
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn has(&self, row: u64) -> bool {
        usize::try_from(row / 64)
            .ok()
            .and_then(|word| self.0.get(word))
            .is_some_and(|word| word & (1 << (row % 64)) != 0)
    }

    /// The rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        (0_u64..).zip(&self.0).flat_map(|(number, word)| {
            (0..64)
                .filter(move |bit| word & (1 << bit) != 0)
                .map(move |bit| number * 64 + bit)
        })
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}
