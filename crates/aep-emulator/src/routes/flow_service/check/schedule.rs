//! `scheduleParams`.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{Rules, missing, not_allowed};
use crate::flow::specs::FlowKind;
use crate::problem::{Problem, flow};

/// Shortest interval of a flow that runs by the minute.
const MINUTES: i64 = 15;

/// Checks the schedule of a flow that has one, against the schedule it had.
pub(super) fn check(
    kind: FlowKind,
    new: &mut Value,
    old: Option<&Value>,
    rules: &Rules,
) -> Result<(), Problem> {
    let params = &new["scheduleParams"];
    let is_empty = params.is_null() || params.as_object().is_some_and(serde_json::Map::is_empty);
    if is_empty {
        return if rules.draft {
            Ok(())
        } else {
            Err(flow::connector(
                "1317-400",
                "scheduleParams is missing or empty",
            ))
        };
    }
    if !params.is_object() {
        return Err(not_allowed("scheduleParams", "must be an object"));
    }
    let old = old.map_or(&Value::Null, |old| &old["scheduleParams"]);
    if params == old {
        return Ok(());
    }
    if kind == FlowKind::Export {
        export(params, old, rules)?;
        default_end(new);
        Ok(())
    } else {
        started(params, old, rules)?;
        ingest(params, old, rules)
    }
}

/// What cannot change any more once the first start has passed.
fn started(new: &Value, old: &Value, rules: &Rules) -> Result<(), Problem> {
    let Some(start) = seconds(&old["startTime"])? else {
        return Ok(());
    };
    if start.saturating_mul(1000) > rules.now {
        return Ok(());
    }
    if seconds(&new["startTime"])? != Some(start) {
        let detail = "startTime has passed and cannot change";
        return Err(flow::connector("1366-400", detail));
    }
    if new["frequency"] == "once" && old["frequency"] != "once" {
        let detail = "startTime has passed: frequency cannot become once";
        return Err(flow::connector("1403-400", detail));
    }
    if flag(&new["backfill"]) != flag(&old["backfill"]) {
        let detail = "startTime has passed: backfill cannot change";
        return Err(flow::connector("1404-400", detail));
    }
    Ok(())
}

fn ingest(params: &Value, old: &Value, rules: &Rules) -> Result<(), Problem> {
    let interval = &params["interval"];
    let frequency = match params["frequency"].as_str() {
        Some(frequency) => frequency.to_ascii_lowercase(),
        None if rules.draft => return Ok(()),
        None => return Err(missing("scheduleParams.frequency")),
    };
    match frequency.as_str() {
        "once" => {
            if !interval.is_null() {
                let detail = "a flow that runs once has no interval";
                return Err(flow::connector("1361-400", detail));
            }
            if !params["backfill"].is_null() {
                let detail = "a flow that runs once has no backfill";
                return Err(flow::connector("1364-400", detail));
            }
        }
        "minute" | "hour" | "day" | "week" => {
            let least = if frequency == "minute" { MINUTES } else { 1 };
            match integer(interval) {
                None if interval.is_null() => {
                    if !rules.draft {
                        return Err(missing("scheduleParams.interval"));
                    }
                }
                None => {
                    let detail = format!("interval {interval} is no whole number");
                    return Err(flow::connector("1363-400", &detail));
                }
                Some(number) if number < least => {
                    let detail =
                        format!("interval {number} is below {least}, the least for {frequency}");
                    return Err(flow::connector("1362-400", &detail));
                }
                Some(_) => {}
            }
        }
        other => {
            let detail = format!("invalid frequency {other}");
            return Err(flow::connector("1397-500", &detail));
        }
    }
    if !params["backfill"].is_null() && flag(&params["backfill"]).is_none() {
        return Err(not_allowed(
            "scheduleParams.backfill",
            "must be true or false",
        ));
    }
    match seconds(&params["startTime"])? {
        None if rules.draft => Ok(()),
        None => Err(missing("scheduleParams.startTime")),
        Some(start)
            if params["startTime"] != old["startTime"]
                && start.saturating_mul(1000) < rules.earliest =>
        {
            let detail = format!("startTime {start} lies in the past");
            Err(flow::connector("1360-400", &detail))
        }
        Some(_) => Ok(()),
    }
}

fn export(params: &Value, old: &Value, rules: &Rules) -> Result<(), Problem> {
    for name in ["interval", "timeUnit", "startTime"] {
        if params[name].is_null() && !rules.draft {
            return Err(missing(&format!("scheduleParams.{name}")));
        }
    }
    let mode = &params["exportMode"];
    let modes = ["FIRST_FULL_THEN_INCREMENTAL", "DAILY_FULL_EXPORT"];
    if !mode.is_null() && !mode.as_str().is_some_and(|mode| modes.contains(&mode)) {
        let wanted = format!("must be one of {}", modes.join(", "));
        return Err(not_allowed("scheduleParams.exportMode", &wanted));
    }
    if let (false, false) = (params["timeUnit"].is_null(), params["interval"].is_null()) {
        let unit = params["timeUnit"].as_str().map(str::to_ascii_lowercase);
        let fits = match unit.as_deref() {
            Some("hour") => {
                integer(&params["interval"]).is_some_and(|n| [3, 6, 9, 12].contains(&n))
            }
            Some("day") => match integer(&params["interval"]) {
                Some(0) => mode.is_null() || mode == modes[1],
                Some(1) => mode != modes[1],
                _ => false,
            },
            _ => {
                return Err(not_allowed(
                    "scheduleParams.timeUnit",
                    "must be hour or day",
                ));
            }
        };
        if !fits {
            let detail = "interval must be 3, 6, 9 or 12 with hour, 1 with day, or 0 with day and DAILY_FULL_EXPORT";
            return Err(flow::connector("1363-400", detail));
        }
    }
    let (start, end) = (seconds(&params["startTime"])?, seconds(&params["endTime"])?);
    // The end that an export gets by itself may lie before a start that is far away.
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
        && params["endTime"] != old["endTime"]
    {
        return Err(not_allowed(
            "scheduleParams.endTime",
            "must be after startTime",
        ));
    }
    Ok(())
}

/// An export without an end stops six months after it was made.
fn default_end(flow: &mut Value) {
    if !flow["scheduleParams"]["endTime"].is_null() {
        return;
    }
    let end = flow["createdAt"]
        .as_i64()
        .and_then(|made| Timestamp::from_millisecond(made).ok())
        .and_then(|made| made.to_zoned(TimeZone::UTC).checked_add(6.months()).ok());
    if let Some(end) = end {
        flow["scheduleParams"]["endTime"] = json!(end.timestamp().as_second());
    }
}

/// A time in seconds, number or text.
fn seconds(value: &Value) -> Result<Option<i64>, Problem> {
    match value {
        Value::Null => Ok(None),
        value => integer(value).map(Some).ok_or_else(|| {
            flow::connector("1340-400", &format!("the time {value} cannot be read"))
        }),
    }
}

fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| {
        let text = value.as_str()?;
        text.to_ascii_lowercase().parse().ok()
    })
}
