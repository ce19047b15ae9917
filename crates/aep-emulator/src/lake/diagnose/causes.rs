//! Causes of failed rows and their entries in a batch's `errors`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::lake::cell::Cell;
use crate::lake::column::Column;
use crate::lake::observe::Observed;

/// Why a row failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cause {
    /// It can't be read.
    Corrupt,
    /// A required field is missing or null.
    Required,
    /// A value is of a type, or has a value, that the column does not take.
    Type,
    /// A date or date-time is not of the published forms.
    Form,
    /// A date-time has a space in place of the `T`.
    Timestamp,
    /// A value is not in the list of allowed ones.
    Enum,
    /// A value is below the minimum, above the maximum, too short or too long.
    Range,
    /// A field is not in the dataset's schema.
    Unknown,
}

impl Cause {
    /// The published code. None is published for a value out of bounds; it shares the one for badly formed values
    /// (emulator choice).
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Corrupt => "INGEST-1401-400",
            Self::Required => "INGEST-1555-400",
            Self::Type => "DCVS-1104-400",
            Self::Form | Self::Range => "DCVS-1105-400",
            Self::Timestamp => "124",
            Self::Enum => "DCVS-1106-400",
            Self::Unknown => "200",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Corrupt => "The row is corrupt: it can't be read in the declared format.",
            Self::Required => "A required field is missing or null.",
            Self::Type => {
                "TypeCompatibilityException: a value can't be converted to the type of its column."
            }
            Self::Form => "A value has a format that the schema does not allow.",
            Self::Timestamp => "A timestamp has a space where the letter T must be.",
            Self::Enum => "A value is not one of those that the schema lists.",
            Self::Range => "A value is outside of the bounds that the schema sets.",
            Self::Unknown => "A field is not in the dataset's schema.",
        }
    }
}

/// Most ranges kept per cause; more rows than that are counted only.
const MAX_RANGES: usize = 100;

/// Counts of rows.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    read: u64,
    failed: u64,
    causes: BTreeMap<Cause, Failed>,
    days: Option<BTreeSet<i64>>,
    observed: Option<Observed>,
}

#[derive(Debug, Default)]
struct Failed {
    count: u64,
    ranges: Vec<(u64, u64)>,
}

impl Tally {
    /// A row that landed.
    pub(crate) fn landed(&mut self) {
        self.read += 1;
    }

    /// The values of a row that landed.
    pub(crate) fn observe(&mut self, columns: &[Column], cells: &[Cell]) {
        self.observed
            .get_or_insert_with(|| Observed::new(columns))
            .row(cells);
    }

    /// The fields that had values, as a schema; null when nothing landed.
    pub(crate) fn observed(&self, columns: &[Column]) -> Value {
        self.observed
            .as_ref()
            .map(|observed| observed.to_json(columns))
            .unwrap_or_default()
    }

    /// A row that did not, and why.
    pub(crate) fn failed(&mut self, causes: &[Cause]) {
        self.read += 1;
        self.failed += 1;
        for cause in causes {
            let failed = self.causes.entry(*cause).or_default();
            failed.count += 1;
            let room = failed.ranges.len() < MAX_RANGES;
            match failed.ranges.last_mut() {
                Some((_, last)) if *last + 1 == self.read => *last = self.read,
                _ if room => failed.ranges.push((self.read, self.read)),
                _ => {}
            }
        }
    }

    /// The time of an event that landed, in milliseconds.
    pub(crate) fn event(&mut self, ms: i64) {
        self.days
            .get_or_insert_default()
            .insert(ms.div_euclid(86_400_000));
    }

    /// How many different days the events are of; `None` when there were no events.
    pub(crate) fn days(&self) -> Option<usize> {
        self.days.as_ref().map(BTreeSet::len)
    }

    /// Rows seen.
    pub(crate) fn rows_read(&self) -> u64 {
        self.read
    }

    /// Rows that did not land.
    pub(crate) fn rows_failed(&self) -> u64 {
        self.failed
    }

    /// Entries for `errors`: with diagnostics a summary and one per cause, without them only that rows failed. Row
    /// numbers count from 1 through the batch's files in order of their names.
    pub(crate) fn errors(&self, diagnostics: bool) -> Vec<Value> {
        if self.failed == 0 {
            return Vec::new();
        }
        let landed = self.read - self.failed;
        if !diagnostics {
            return vec![json!({
                "code": "INGEST-1211-400",
                "description": format!(
                    "{} rows failed and {landed} were valid. Error diagnostics were off: enable them and ingest the batch again for details.",
                    self.failed
                ),
            })];
        }
        let summary = json!({
            "code": "INGEST-1212-400",
            "description": format!(
                "Encountered {} errors in the data, {landed} rows were valid. See the diagnostic files for the rows.",
                self.failed
            ),
            "recordCount": self.failed,
        });
        let causes = self.causes.iter().map(|(cause, failed)| {
            json!({
                "code": cause.code(),
                "description": cause.description(),
                "rows": failed.ranges.iter().map(range).collect::<Vec<_>>(),
                "recordCount": failed.count,
            })
        });
        std::iter::once(summary).chain(causes).collect()
    }
}

fn range((first, last): &(u64, u64)) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_in_ranges() {
        let mut tally = Tally::default();
        tally.landed();
        tally.failed(&[Cause::Type]);
        tally.failed(&[Cause::Type, Cause::Enum]);
        tally.landed();
        tally.failed(&[Cause::Type]);
        let errors = tally.errors(true);
        assert_eq!(errors[0]["code"], "INGEST-1212-400");
        assert_eq!(errors[0]["recordCount"], 3);
        assert_eq!(errors[1]["code"], "DCVS-1104-400");
        assert_eq!(errors[1]["rows"], json!(["2-3", "5"]));
        assert_eq!(errors[1]["recordCount"], 3);
        assert_eq!(errors[2]["rows"], json!(["3"]));
        assert_eq!(tally.errors(false).len(), 1);
        assert_eq!(tally.errors(false)[0]["code"], "INGEST-1211-400");
        assert_eq!((tally.rows_read(), tally.rows_failed()), (5, 3));
        assert!(Tally::default().errors(true).is_empty());
    }

    #[test]
    fn a_million_scattered_rows_stay_small() {
        let mut tally = Tally::default();
        for _ in 0..1_000_000 {
            tally.failed(&[Cause::Range]);
            tally.landed();
        }
        let errors = tally.errors(true);
        assert_eq!(errors[1]["recordCount"], 1_000_000);
        assert_eq!(errors[1]["rows"].as_array().map(Vec::len), Some(MAX_RANGES));
    }
}
