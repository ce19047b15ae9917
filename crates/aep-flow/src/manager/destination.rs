//! What a destination gets: the audiences and attributes in the transformations of its flow.
//!
//! The form is that of Adobe's destinations API: a transformation `General Transform` whose parameters hold
//! `segmentSelectors`, `profileSelectors`, `mandatoryFields` and `primaryFields`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::flows::Flow;

/// An audience that a destination gets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Audience {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first day, as the platform writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// The last day, as the platform writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
}

/// An attribute of profiles that a destination gets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attribute {
    /// Its path in the profile.
    pub path: String,
    /// The name that the destination gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Whether profiles without it are left out.
    pub mandatory: bool,
    /// Whether it is used to tell profiles apart.
    pub primary: bool,
}

/// The audiences whose end is not past.
pub(super) fn audiences(flow: &Flow, now: Timestamp) -> Vec<Audience> {
    let selected = selectors(flow, "segmentSelectors");
    selected
        .filter_map(|(value, _)| {
            let schedule = &value["schedule"];
            let text = |key: &str| {
                let found = value[key].as_str().or(schedule[key].as_str());
                found.filter(|text| !text.is_empty()).map(str::to_owned)
            };
            Some(Audience {
                id: value["id"].as_str()?.to_owned(),
                name: text("name"),
                start_date: text("startDate"),
                end_date: text("endDate"),
            })
        })
        .filter(|audience| {
            let end = audience.end_date.as_deref();
            end.is_none_or(|end| !is_past(end, now))
        })
        .collect()
}

pub(super) fn attributes(flow: &Flow) -> Vec<Attribute> {
    let selected = selectors(flow, "profileSelectors");
    selected
        .filter_map(|(value, params)| {
            let path = ["path", "source", "sourceXdmPath"]
                .into_iter()
                .find_map(|key| value[key].as_str())?;
            let destination = ["destination", "destinationXdmPath"]
                .into_iter()
                .find_map(|key| value[key].as_str());
            Some(Attribute {
                path: path.to_owned(),
                destination: destination.map(str::to_owned),
                mandatory: names(&params["mandatoryFields"], path),
                primary: names(&params["primaryFields"], path),
            })
        })
        .collect()
}

/// The values of the selectors, each with the parameters of its transformation.
fn selectors<'a>(flow: &'a Flow, key: &'a str) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    flow.transformations.iter().flat_map(move |one| {
        let list = one.params[key]["selectors"].as_array();
        list.into_iter()
            .flatten()
            .map(move |selector| (&selector["value"], &one.params))
    })
}

/// Whether a list of fields, as texts or objects, names the path.
fn names(list: &Value, path: &str) -> bool {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().any(|field| {
        let name = field
            .as_str()
            .or(field["attributePath"].as_str())
            .or(field["path"].as_str());
        name == Some(path)
    })
}

/// Whether a date, with or without a time and a zone, is past. A day without a time ends with the day, in UTC.
fn is_past(text: &str, now: Timestamp) -> bool {
    if let Ok(at) = text.parse::<Timestamp>() {
        return at < now;
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>()
        && text.contains(['T', ' '])
    {
        return at < now.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    }
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    text.get(..10)
        .and_then(|day| day.parse::<Date>().ok())
        .is_some_and(|day| day < today)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;
    use crate::model::Stored;

    fn flow(transformations: &Value) -> Flow {
        let raw = json!({"id": "f-1", "transformations": transformations});
        Flow::read(object(raw, "a test").unwrap()).unwrap()
    }

    #[test]
    fn audiences_without_an_end_or_with_one_to_come_are_active() {
        let now: Timestamp = "2026-05-05T12:00:00Z".parse().unwrap();
        let ends = [
            ("a", Value::Null, true),
            ("b", json!("2026-05-05"), true),
            ("c", json!("2026-05-04"), false),
            ("d", json!("2026-05-05T11:00:00+00:00"), false),
            ("e", json!("2026-05-05T15:00:00+02:00"), true),
            ("f", json!("2026-05-05T13:00:00"), true),
            ("g", json!("soon"), true),
        ];
        let selectors: Vec<Value> = ends
            .iter()
            .map(|(id, end, _)| json!({"type": "PLATFORM_SEGMENT", "value": {"id": id, "name": id, "endDate": end}}))
            .collect();
        let flow = flow(&json!([{"name": "General Transform",
            "params": {"segmentSelectors": {"selectors": selectors}}}]));
        let active: Vec<String> = audiences(&flow, now)
            .into_iter()
            .map(|one| one.id)
            .collect();
        let wanted: Vec<&str> = ends.iter().filter(|end| end.2).map(|end| end.0).collect();
        assert_eq!(active, wanted);
    }

    #[test]
    fn attributes_know_what_is_mandatory() {
        let flow = flow(&json!([{"name": "General Transform", "params": {
            "profileSelectors": {"selectors": [
                {"type": "JSON_PATH", "value": {"path": "person.name.firstName"}},
                {"type": "JSON_PATH", "value": {"path": "personalEmail.address", "destination": "email"}}]},
            "mandatoryFields": ["personalEmail.address"],
            "primaryFields": [{"fieldType": "ATTRIBUTE", "attributePath": "personalEmail.address"}]}}]));
        let all = attributes(&flow);
        assert_eq!((all[0].mandatory, all[0].primary), (false, false));
        assert_eq!((all[1].mandatory, all[1].primary), (true, true));
        assert_eq!(all[1].destination.as_deref(), Some("email"));
    }

    #[test]
    fn no_transformations_are_no_audiences() {
        assert!(audiences(&flow(&Value::Null), Timestamp::now()).is_empty());
        assert!(attributes(&flow(&json!([{"name": "Copy"}]))).is_empty());
    }
}
