//! The schedule of a document, made fit for a new flow.

use aep_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::json::{flag, number, text};

/// How far a start in the past is moved behind now, in seconds.
const LEAD: i64 = 30;

/// The schedule for a flow that is made now: a start in the past is moved behind now, numbers are numbers again (answers
/// have some as text), and what the service adds to a flow that runs once is taken out.
pub(super) fn renewed(schedule: &Map<String, Value>, now: Timestamp) -> Result<Map<String, Value>> {
    let mut renewed = schedule.clone();
    for key in ["startTime", "endTime", "interval"] {
        if let Some(value) = number(schedule, key) {
            renewed.insert(key.to_owned(), Value::from(value));
        }
    }
    if let Some(backfill) = flag(schedule, "backfill") {
        renewed.insert("backfill".to_owned(), Value::from(backfill));
    }
    if text(schedule, "frequency").is_some_and(|word| word.eq_ignore_ascii_case("once")) {
        renewed.remove("interval");
        renewed.remove("backfill");
    }
    let seconds = |key: &str| number(schedule, key).and_then(|value| i64::try_from(value).ok());
    let now = now.as_second();
    let start = match seconds("startTime") {
        Some(start) if start > now => start,
        _ => now + LEAD,
    };
    renewed.insert("startTime".to_owned(), Value::from(start));
    match seconds("endTime") {
        Some(end) if end <= start => Err(Error::new(ErrorKind::Usage, "schedule the flow")
            .with("schedule.endTime", end)
            .because("the schedule has ended")
            .hint("set a later endTime in the document, or take it out")),
        _ => Ok(renewed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    fn renew(schedule: Value) -> Result<Value> {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        renewed(&object(schedule, "a test").unwrap(), now).map(Value::from)
    }

    #[test]
    fn a_start_in_the_past_is_moved_and_one_to_come_stays() {
        let old = renew(
            json!({"startTime": "1612310466", "frequency": "minute", "interval": "15", "backfill": "true"}),
        );
        assert_eq!(
            old.unwrap(),
            json!({"startTime": 1_767_225_630, "frequency": "minute", "interval": 15, "backfill": true})
        );
        let later = json!({"startTime": 1_800_000_000, "timeUnit": "day", "interval": 1});
        assert_eq!(renew(later.clone()).unwrap(), later);
    }

    #[test]
    fn once_has_no_interval_and_an_end_in_the_past_is_refused() {
        let once =
            renew(json!({"startTime": 1, "frequency": "once", "interval": 0, "backfill": true}));
        assert_eq!(
            once.unwrap(),
            json!({"startTime": 1_767_225_630, "frequency": "once"})
        );
        let ended = renew(json!({"startTime": 1, "endTime": 2, "timeUnit": "day", "interval": 1}));
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Usage);
    }
}
