//! What Adobe advises and a plan does not keep: nothing is refused for it, but people should know.

use aep_core::limits;

use super::Plan;

/// Notes on a plan for the dataset of that name. `profile`: whether its rows go to profiles, too.
pub(crate) fn advice(plan: &Plan, dataset: &str, profile: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let bytes = plan.bytes();
    if bytes > limits::API_BYTES_PER_HOUR {
        notes.push(format!(
            "{} GB are more than the {} GB an hour that Adobe advises for the API; through the landing zone it is {} GB an \
             hour: `aep dlz put DIR in/`, then `aep flow create --from-zone in/ --dataset \"{dataset}\" --name NAME`",
            bytes / GB,
            limits::API_BYTES_PER_HOUR / GB,
            limits::SOURCE_BYTES_PER_HOUR / GB
        ));
    }
    let batches = plan.batches.len() as u64;
    if profile && batches > limits::PROFILE_BATCHES_PER_DAY {
        notes.push(format!(
            "{batches} batches are more than the {} a day that Adobe advises for datasets with profiles; larger batches \
             are better there, and `--pack` makes fewer files of many",
            limits::PROFILE_BATCHES_PER_DAY
        ));
    }
    notes
}

const GB: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::plan::PlannedBatch;

    fn plan(batches: usize, bytes: u64) -> Plan {
        let batch = PlannedBatch {
            format: Format::Parquet,
            files: Vec::new(),
            bytes,
        };
        Plan {
            batches: vec![batch; batches],
            ..Plan::default()
        }
    }

    #[test]
    fn what_is_below_the_advice_is_not_talked_about() {
        assert!(advice(&plan(90, 200_000_000), "Orders", true).is_empty());
        assert!(advice(&plan(91, 1), "Orders", false).is_empty());
    }

    #[test]
    fn much_data_is_shown_the_other_door() {
        let notes = advice(&plan(3, 10_000_000_000), "Orders", false);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].starts_with("30 GB"), "{notes:?}");
        assert!(
            notes[0].contains("flow create --from-zone in/ --dataset \"Orders\""),
            "{notes:?}"
        );
    }

    #[test]
    fn many_batches_are_too_many_for_profiles() {
        let notes = advice(&plan(91, 1), "Orders", true);
        assert!(notes[0].contains("91 batches"), "{notes:?}");
    }
}
