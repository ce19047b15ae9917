//! What an inlet says about messages.

use aep_core::Error;
use serde::Serialize;
use serde_json::Value;

/// Why a message was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The status of the message, or of the request that it was in; none if it was not sent at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The reason, in the server's words or in ours.
    pub message: String,
}

impl Refusal {
    pub(super) fn ours(message: String) -> Self {
        Self {
            status: None,
            message,
        }
    }

    pub(super) fn of(error: &Error) -> Self {
        let problem = error.problem();
        let said = problem.and_then(|problem| {
            let details = problem.sub_errors.iter().map(String::as_str);
            let texts = [&problem.title, &problem.detail];
            let texts = texts.into_iter().flatten().map(String::as_str);
            let all = texts.chain(details).collect::<Vec<_>>().join("; ");
            (!all.is_empty()).then_some(all)
        });
        Self {
            status: error.status(),
            message: said.unwrap_or_else(|| error.to_string()),
        }
    }
}

/// What a multi-status answer says about one message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Accepted(Option<String>),
    Refused(Refusal),
    /// Nothing, or nothing that can be understood.
    Missing,
}

#[cfg(any(test, fuzzing))]
impl Entry {
    pub(crate) fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }
}

/// The entries of an answer, one per message: the inlet gives them in the order of the messages. If there are more or
/// fewer, nothing says which message one is about but its own id, which ends in the number of the message; what is not
/// confirmed that way is missing.
pub(crate) fn entries(answer: &Value, messages: usize) -> Vec<Entry> {
    let responses = answer["responses"].as_array();
    let responses = responses.map_or(&[][..], Vec::as_slice);
    if responses.len() == messages {
        return responses.iter().map(entry).collect();
    }
    let batch = answer["batchId"].as_str();
    let mut found: Vec<Entry> = (0..messages).map(|_| Entry::Missing).collect();
    for entry in responses.iter().map(entry) {
        if let Entry::Accepted(Some(id)) = &entry
            && let Some(place) = number(id, batch).and_then(|at| found.get_mut(at))
        {
            *place = entry;
        }
    }
    found
}

/// The number of a message in its id, `{batch}:{number}`.
fn number(id: &str, batch: Option<&str>) -> Option<usize> {
    id.strip_prefix(batch?)?.strip_prefix(':')?.parse().ok()
}

/// An entry, or the answer to a single message.
pub(super) fn entry(value: &Value) -> Entry {
    let code = &value["statusCode"];
    let code = code.as_u64().or_else(|| code.as_str()?.trim().parse().ok());
    let validation = value["syncValidation"]["status"].as_str();
    let failed = validation.is_some_and(|status| status.to_ascii_lowercase().starts_with("fail"));
    let id = value["xactionId"].as_str().map(str::to_owned);
    match code {
        Some(200..=299) | None if failed => Entry::Refused(Refusal {
            status: None,
            message: value["syncValidation"].to_string(),
        }),
        Some(200..=299) => Entry::Accepted(id),
        Some(code) => Entry::Refused(Refusal {
            status: u16::try_from(code).ok(),
            message: value["message"]
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        }),
        None if id.is_some() => Entry::Accepted(id),
        None => Entry::Missing,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_multi_status_answer_is_read_entry_by_entry() {
        let answer = json!({"inletId": "i", "batchId": "b", "receivedTimeMs": 1, "responses": [
            {"xactionId": "b:0"},
            {"statusCode": 400, "message": "Message has unknown xdm format"},
            {"statusCode": "503"},
            {"statusCode": 200, "xactionId": "b:3"},
            {}
        ]});
        let refused = |status, message: &str| {
            Entry::Refused(Refusal {
                status: Some(status),
                message: message.to_owned(),
            })
        };
        assert_eq!(
            entries(&answer, 5),
            [
                Entry::Accepted(Some("b:0".to_owned())),
                refused(400, "Message has unknown xdm format"),
                refused(503, r#"{"statusCode":"503"}"#),
                Entry::Accepted(Some("b:3".to_owned())),
                Entry::Missing,
            ]
        );
        assert_eq!(entries(&json!(null), 1), [Entry::Missing]);
    }

    #[test]
    fn entries_that_are_not_one_per_message_are_told_by_their_ids() {
        let accepted = |id: &str| Entry::Accepted(Some(id.to_owned()));
        let short = json!({"batchId": "5:1:2", "responses": [
            {"xactionId": "5:1:2:0"}, {"statusCode": 400, "message": "no"}, {"xactionId": "5:1:2:3"}]});
        assert_eq!(
            entries(&short, 4),
            [
                accepted("5:1:2:0"),
                Entry::Missing,
                Entry::Missing,
                accepted("5:1:2:3")
            ]
        );
        let long = json!({"batchId": "b", "responses": [
            {"xactionId": "b:0"}, {"xactionId": "b:9"}, {"xactionId": "other:0"}]});
        assert_eq!(entries(&long, 2), [accepted("b:0"), Entry::Missing]);
        let unnamed = json!({"responses": [{"xactionId": "b:0"}]});
        assert_eq!(entries(&unnamed, 2), [Entry::Missing, Entry::Missing]);
    }

    #[test]
    fn a_single_message_is_taken_in_when_it_has_an_id() {
        let skipped =
            json!({"inletId": "i", "xactionId": "x", "syncValidation": {"skipped": true}});
        assert_eq!(entry(&skipped), Entry::Accepted(Some("x".to_owned())));
        let passed = json!({"xactionId": "x", "syncValidation": {"status": "pass"}});
        assert_eq!(entry(&passed), Entry::Accepted(Some("x".to_owned())));
        let failed = json!({"xactionId": "x", "syncValidation": {"status": "failed"}});
        assert!(matches!(entry(&failed), Entry::Refused(_)));
    }
}
