//! How far a reader has come.

use std::collections::BTreeMap;
use std::fmt;

use aep_core::{BatchId, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use twox_hash::xxhash3_128::Hasher;

use crate::Batch;

/// How far a reader of a dataset has come: the time up to which every batch is behind it, and the batches after that
/// time that it has read too.
///
/// The time never passes a batch that is not over. Batches become visible in another order than that in which they were
/// made: one that was made early can finish late. So younger ones are remembered one by one until every older one is
/// over. Times are those that Catalog gave the batches; the clock of this machine plays no part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// Milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
    /// Batches that were made later and are read, with the time when they were made.
    #[serde(default)]
    done: BTreeMap<BatchId, u64>,
}

impl Position {
    /// Before the first batch.
    pub fn beginning() -> Self {
        Self::default()
    }

    /// After everything that was made at this time or earlier, in milliseconds since 1970.
    pub fn after_time(milliseconds: u64) -> Self {
        Self {
            until: Some(milliseconds),
            done: BTreeMap::new(),
        }
    }

    /// After this batch and everything that was made before it.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] if the batch does not say when it was made.
    pub fn after_batch(batch: &Batch) -> Result<Self> {
        let created = created(batch)?;
        Ok(Self {
            // another one may have been made in the same millisecond
            until: Some(created.saturating_sub(1)),
            done: BTreeMap::from([(batch.id.clone(), created)]),
        })
    }

    /// The time up to which everything is behind, in milliseconds since 1970; none before the first batch.
    pub fn until(&self) -> Option<u64> {
        self.until
    }

    /// Whether a reader at this position has the batch behind it.
    pub fn covers(&self, batch: &Batch) -> bool {
        self.done.contains_key(&batch.id) || batch.created.is_some_and(|at| self.is_behind(at))
    }

    pub(super) fn is_behind(&self, created: u64) -> bool {
        self.until.is_some_and(|until| created <= until)
    }

    pub(super) fn done(&self) -> &BTreeMap<BatchId, u64> {
        &self.done
    }

    /// The position with the time moved on, never back, and the batches that are covered by it forgotten.
    pub(super) fn moved(&self, until: Option<u64>, mut done: BTreeMap<BatchId, u64>) -> Self {
        let until = self.until.max(until);
        done.retain(|_, created| until.is_none_or(|until| *created > until));
        Self { until, done }
    }

    /// A short name of the position, the same for equal positions: for the external id of what was written from it.
    pub fn digest(&self) -> String {
        let mut hash = Hasher::new();
        hash.write(&self.until.unwrap_or_default().to_be_bytes());
        for (id, created) in &self.done {
            hash.write(id.as_str().as_bytes());
            hash.write(&created.to_be_bytes());
        }
        format!("{:032x}", hash.finish_128())
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self
            .until
            .and_then(|until| jiff::Timestamp::from_millisecond(i64::try_from(until).ok()?).ok());
        match until {
            Some(until) => write!(f, "{until}")?,
            None => f.write_str("the beginning")?,
        }
        match self.done.len() {
            0 => Ok(()),
            1 => f.write_str(" and 1 batch after it"),
            many => write!(f, " and {many} batches after it"),
        }
    }
}

pub(super) fn created(batch: &Batch) -> Result<u64> {
    batch.created.ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "read the batches in their order")
            .with("batch", &batch.id)
            .because("Catalog does not say when it was made")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    pub(crate) fn batch(id: &str, created: u64) -> Batch {
        let value = json!({"id": id, "created": created, "status": "success"});
        Batch::read(None, value).unwrap()
    }

    #[test]
    fn a_batch_of_the_same_millisecond_is_not_behind() {
        let position = Position::after_batch(&batch("a", 5)).unwrap();
        assert!(position.covers(&batch("a", 5)) && position.covers(&batch("x", 4)));
        assert!(!position.covers(&batch("b", 5)));
        assert!(Position::after_time(5).covers(&batch("b", 5)));
        assert!(!Position::beginning().covers(&batch("b", 1)));
    }

    #[test]
    fn it_never_moves_back_and_forgets_what_the_time_covers() {
        let position = Position::after_time(10);
        let done = BTreeMap::from([
            (BatchId::new("a").unwrap(), 9),
            (BatchId::new("b").unwrap(), 12),
        ]);
        let same = position.moved(Some(3), done.clone());
        assert_eq!((same.until(), same.done().len()), (Some(10), 1));
        let moved = position.moved(Some(12), done);
        assert_eq!((moved.until(), moved.done().len()), (Some(12), 0));
    }

    #[test]
    fn a_digest_belongs_to_one_position() {
        let digests = [
            Position::beginning(),
            Position::after_time(1),
            Position::after_time(2),
            Position::after_batch(&batch("a", 2)).unwrap(),
            Position::after_batch(&batch("b", 2)).unwrap(),
        ]
        .map(|position| position.digest());
        let different: std::collections::HashSet<_> = digests.iter().collect();
        assert_eq!(different.len(), digests.len());
        let text = serde_json::to_string(&Position::after_time(1)).unwrap();
        let again: Position = serde_json::from_str(&text).unwrap();
        assert_eq!(again.digest(), digests[1]);
    }
}
