//! Tidying up: jobs that are over are not kept for ever.

use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::{Jobs, journal};

/// How long a job that is over is kept.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);
/// How many jobs there may be before those that are over are removed, the oldest first.
const KEPT: usize = 200;
/// What a run has left that never had a journal is removed after this time.
const UNBEGUN: Duration = Duration::from_hours(24);

impl Jobs {
    /// Removes jobs that are over and old or too many. Those with something left to do stay, whatever their age. What
    /// can't be removed is left to the next run. Blocks.
    pub(crate) fn prune(&self) {
        let Ok(ids) = self.ids() else { return };
        let mut aged: Vec<(Duration, Uuid)> = ids
            .into_iter()
            .filter_map(|run| Some((self.age(run)?, run)))
            .collect();
        let surplus = aged.len().saturating_sub(KEPT);
        aged.sort_unstable_by(|a, b| b.cmp(a));
        for (place, (age, run)) in aged.into_iter().enumerate() {
            if (age > KEPT_FOR || place < surplus) && self.is_over(run)
                || age > UNBEGUN && self.is_unbegun(run)
            {
                let _ = self.remove(run);
            }
        }
    }

    /// The time since something happened to the job.
    fn age(&self, run: Uuid) -> Option<Duration> {
        let directory = self.directory(run);
        let metadata = std::fs::metadata(directory.join(journal::JOURNAL))
            .or_else(|_| std::fs::metadata(&directory))
            .ok()?;
        SystemTime::now()
            .duration_since(metadata.modified().ok()?)
            .ok()
    }

    fn is_over(&self, run: Uuid) -> bool {
        self.get(run).is_ok_and(|job| job.state.is_over())
    }

    fn is_unbegun(&self, run: Uuid) -> bool {
        let directory = self.directory(run);
        !directory.join(journal::JOURNAL).exists() && !journal::is_held(&directory)
    }
}
