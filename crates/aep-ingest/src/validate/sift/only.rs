//! Rows by number.

/// Rows of a file, numbered from 1 in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Only {
    /// First and last row of each run, in order and apart from each other.
    runs: Vec<(u64, u64)>,
}

impl Only {
    /// Runs in any order, which may overlap.
    pub(crate) fn new(mut runs: Vec<(u64, u64)>) -> Self {
        runs.retain(|(first, last)| first <= last);
        runs.sort_unstable();
        let mut apart: Vec<(u64, u64)> = Vec::with_capacity(runs.len());
        for (first, last) in runs {
            match apart.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => apart.push((first, last)),
            }
        }
        Self { runs: apart }
    }

    pub(crate) fn has(&self, row: u64) -> bool {
        let behind = self.runs.partition_point(|(first, _)| *first <= row);
        behind
            .checked_sub(1)
            .and_then(|at| self.runs.get(at))
            .is_some_and(|(_, last)| row <= *last)
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> u64 {
        self.runs
            .iter()
            .map(|(first, last)| (last - first).saturating_add(1))
            .fold(0, u64::saturating_add)
    }

    /// The last row.
    pub(crate) fn last(&self) -> u64 {
        self.runs.last().map_or(0, |(_, last)| *last)
    }

    /// Those of a file that begins behind `before` rows and has `rows`, numbered in it.
    pub(crate) fn of_file(&self, before: u64, rows: u64) -> Self {
        let end = before.saturating_add(rows);
        let runs = self
            .runs
            .iter()
            .filter(|(first, last)| *last > before && *first <= end)
            .map(|(first, last)| ((*first).max(before + 1) - before, (*last).min(end) - before));
        Self {
            runs: runs.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Only;

    #[test]
    fn rows_are_found_by_number() {
        let only = Only::new(vec![(7, 9), (1, 1), (8, 12), (2, 2), (5, 4)]);
        assert_eq!(only, Only::new(vec![(1, 2), (7, 12)]));
        let there: Vec<u64> = (0..15).filter(|row| only.has(*row)).collect();
        assert_eq!(there, [1, 2, 7, 8, 9, 10, 11, 12]);
        assert_eq!((only.count(), only.last()), (8, 12));
        assert_eq!(only.of_file(0, 7), Only::new(vec![(1, 2), (7, 7)]));
        assert_eq!(only.of_file(7, 100), Only::new(vec![(1, 5)]));
        assert_eq!(only.of_file(12, 100).count(), 0);
    }
}
