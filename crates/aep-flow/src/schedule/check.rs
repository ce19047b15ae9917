//! The rules for a `scheduleParams` that somebody wrote by hand.

use aep_core::Result;
use jiff::Timestamp;

use super::{export, ingest, refused};
use crate::json::{Object, number, text};

/// Which form of schedule a flow has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Into the data lake: `frequency`.
    Ingest,
    /// Out of it: `timeUnit`.
    Export,
    /// None at all.
    Streaming,
}

/// Refuses what the platform would refuse. `way` is none if the flow specification is not one that is known.
pub(crate) fn check_params(params: &Object, way: Option<Way>, now: Timestamp) -> Result<()> {
    if way == Some(Way::Streaming) {
        return if params.is_empty() {
            Ok(())
        } else {
            Err(refused("scheduleParams", "…").because("a streaming flow has no schedule"))
        };
    }
    let frequency = text(params, "frequency");
    let unit = text(params, "timeUnit");
    let export = match way {
        Some(way) => way == Way::Export,
        None => frequency.is_none(),
    };
    let Some(start) = number(params, "startTime") else {
        return Err(refused("startTime", "").because("it is missing"));
    };
    if i64::try_from(start).unwrap_or(i64::MAX) < now.as_second() {
        return Err(refused("startTime", start)
            .because("it lies in the past")
            .hint("it is counted in seconds since 1970, and the platform takes a start in the future only"));
    }
    let interval = number(params, "interval");
    if export {
        let unit = unit.ok_or_else(|| refused("timeUnit", "").because("it is missing"))?;
        let Some(interval) = interval else {
            return Err(refused("interval", "").because("it is missing"));
        };
        let mode = text(params, "exportMode");
        export::check_interval(&unit, interval, mode.as_deref())?;
        match number(params, "endTime") {
            Some(end) if end <= start => {
                Err(refused("endTime", end).because("it is not after the start"))
            }
            _ => Ok(()),
        }
    } else {
        let Some(frequency) = frequency else {
            return Err(refused("frequency", "").because("it is missing"));
        };
        ingest::check_interval(&frequency, interval)?;
        if frequency == "once" && params.contains_key("backfill") {
            return Err(refused("backfill", "…").because("a flow that runs once has no backfill"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use aep_core::ErrorKind;
    use serde_json::{Value, json};

    use super::*;
    use crate::json::object;
    use crate::schedule::{
        Every, ExportMode, ExportSchedule, Frequency, IngestSchedule, Schedule, Start,
    };

    const NOW: i64 = 1_767_225_600;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    fn at(seconds: i64) -> Start {
        Start::At(Timestamp::from_second(NOW + seconds).unwrap())
    }

    fn by_hand(params: Value, way: Option<Way>) -> Result<()> {
        check_params(&object(params, "a test").unwrap(), way, now())
    }

    #[test]
    fn intervals_of_ingestion() {
        for (frequency, good) in [
            (Frequency::Once, true),
            (Frequency::Minute(14), false),
            (Frequency::Minute(15), true),
            (Frequency::Minute(1_000), true),
            (Frequency::Hour(0), false),
            (Frequency::Hour(1), true),
            (Frequency::Day(1), true),
            (Frequency::Week(2), true),
        ] {
            let schedule = IngestSchedule {
                start: at(10),
                frequency,
                backfill: None,
            };
            assert_eq!(schedule.check(now()).is_ok(), good, "{frequency}");
            let sent = schedule.params(now());
            assert_eq!(
                by_hand(sent, Some(Way::Ingest)).is_ok(),
                good,
                "{frequency}"
            );
        }
    }

    #[test]
    fn intervals_of_exports() {
        for (every, good) in [
            (Every::Hours(1), false),
            (Every::Hours(3), true),
            (Every::Hours(12), true),
            (Every::Hours(24), false),
            (Every::Day, true),
            (Every::Once, false),
        ] {
            let schedule = ExportSchedule {
                start: at(10),
                end: None,
                every,
                mode: ExportMode::FirstFullThenIncremental,
                folder_template: None,
            };
            assert_eq!(schedule.check(now()).is_ok(), good, "{every}");
            let sent = schedule.params(now());
            assert_eq!(by_hand(sent, None).is_ok(), good, "{every}");
        }
        let once = ExportSchedule::new(Start::Now, Every::Once).unwrap();
        assert_eq!(
            once.params(now()),
            json!({"exportMode": "DAILY_FULL_EXPORT", "timeUnit": "day", "interval": 0, "startTime": NOW + 5})
        );
        assert!(
            once.mode(ExportMode::FirstFullThenIncremental)
                .check(now())
                .is_err()
        );
    }

    #[test]
    fn a_start_in_the_past_and_an_end_before_it_are_refused() {
        let schedule = |start| IngestSchedule {
            start,
            frequency: Frequency::Once,
            backfill: None,
        };
        assert!(schedule(at(-1)).check(now()).is_err());
        assert!(schedule(at(0)).check(now()).is_ok());
        assert!(schedule(Start::Now).check(now()).is_ok());
        assert!(schedule(at(5)).backfill(true).check(now()).is_err());
        let past = Timestamp::from_second(1_612_310_466).unwrap();
        let error = IngestSchedule::new(past, Frequency::Once).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let export = ExportSchedule::new(Start::Now, Every::Day).unwrap();
        assert!(
            export
                .clone()
                .end(Timestamp::from_second(NOW).unwrap())
                .check(now())
                .is_err()
        );
        assert!(export.folder_template(" ").check(now()).is_err());
    }

    #[test]
    fn what_is_sent_is_what_is_documented() {
        let schedule = IngestSchedule {
            start: at(60),
            frequency: Frequency::Hour(1),
            backfill: Some(false),
        };
        assert_eq!(
            schedule.params(now()),
            json!({"startTime": NOW + 60, "frequency": "hour", "interval": 1, "backfill": false})
        );
        let once = Schedule::from(IngestSchedule::once()).params().unwrap();
        assert_eq!(once["frequency"], "once");
        assert!(once.get("interval").is_none() && once.get("backfill").is_none());
    }

    #[test]
    fn what_was_written_by_hand_is_checked_too() {
        let ok =
            json!({"startTime": (NOW + 60).to_string(), "frequency": "minute", "interval": "15"});
        assert!(by_hand(ok, Some(Way::Ingest)).is_ok());
        for bad in [
            json!({}),
            json!({"startTime": NOW - 1, "frequency": "once"}),
            json!({"startTime": NOW, "frequency": "once", "interval": 1}),
            json!({"startTime": NOW, "frequency": "once", "backfill": true}),
            json!({"startTime": NOW, "frequency": "hour"}),
            json!({"startTime": NOW, "frequency": "fortnight", "interval": 1}),
            json!({"startTime": NOW, "timeUnit": "day", "interval": 2}),
            json!({"startTime": NOW, "timeUnit": "day", "interval": 1, "endTime": NOW}),
        ] {
            let error = by_hand(bad.clone(), None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{bad}");
        }
        assert!(by_hand(json!({}), Some(Way::Streaming)).is_ok());
        assert!(by_hand(json!({"frequency": "minute"}), Some(Way::Streaming)).is_err());
    }

    #[test]
    fn words_are_read() {
        for (text, frequency) in [
            ("once", Frequency::Once),
            ("hour", Frequency::Hour(1)),
            ("15m", Frequency::Minute(15)),
            ("every 2 days", Frequency::Day(2)),
            ("1 week", Frequency::Week(1)),
        ] {
            assert_eq!(text.parse::<Frequency>().unwrap(), frequency);
        }
        for (text, every) in [
            ("3h", Every::Hours(3)),
            ("daily", Every::Day),
            ("once", Every::Once),
        ] {
            assert_eq!(text.parse::<Every>().unwrap(), every);
        }
        assert!("5m".parse::<Frequency>().is_err() && "24h".parse::<Every>().is_err());
        assert!("".parse::<Frequency>().is_err() && "x".parse::<Every>().is_err());
    }
}
