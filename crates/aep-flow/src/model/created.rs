//! What a change is answered with.

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::Value;

use super::{etag, unwrap};
use crate::json::text;

/// What was made or changed: its id, and the etag of its new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Created<I> {
    /// Its id.
    pub id: I,
    /// Its version now, with its quotes. Empty if the answer does not say.
    pub etag: String,
}

impl<I> Created<I> {
    /// Reads the answer to a change: `{id, etag}`, the same in a list, or the whole object. The three occur in Adobe's
    /// documents, for runs even for the same call.
    pub(crate) fn read(
        answer: Value,
        doing: &'static str,
        new: fn(String) -> Result<I>,
        known: Option<&str>,
    ) -> Result<Self> {
        let object = unwrap(answer).unwrap_or_default();
        let Some(id) = text(&object, "id").or_else(|| known.map(str::to_owned)) else {
            return Err(Error::new(ErrorKind::Protocol, doing)
                .because("the answer does not name what was made")
                .hint("it may have been made all the same: look before trying again"));
        };
        Ok(Self {
            id: new(id)?,
            etag: etag(&object),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::RunId;

    #[test]
    fn the_three_forms_of_the_answer_are_read() {
        for answer in [
            json!({"id": "r-1", "etag": "\"e\""}),
            json!({"items": [{"id": "r-1", "etag": "\"e\""}]}),
            json!({"id": "r-1", "eTag": "\"e\"", "metrics": {"statusSummary": {"status": "scheduled"}}}),
            json!([{"id": "r-1", "version": "\"e\""}]),
        ] {
            let made = Created::read(answer, "start a run", RunId::new, None).unwrap();
            assert_eq!((made.id.as_str(), made.etag.as_str()), ("r-1", "\"e\""));
        }
    }

    #[test]
    fn an_answer_without_an_id_is_told() {
        let error = Created::read(json!({}), "start a run", RunId::new, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let made = Created::read(json!(null), "change the run", RunId::new, Some("r-1")).unwrap();
        assert_eq!(made.etag, "");
    }
}
