//! Where mapping sets are.

use serde_json::Value;

use crate::state::{StateError, Tx, kind};

/// The newest version of each set; its id is the set's.
pub(crate) const KIND: &str = kind::MAPPING_SET;
/// Every version of each set, below the set, under `{id}/{version}`.
const VERSION: &str = "mapping_set_version";

/// Keeps a version of a set as its newest.
pub(crate) fn keep(tx: &Tx<'_>, sandbox: &str, set: &Value) -> Result<(), StateError> {
    let id = set["id"].as_str().unwrap_or_default();
    let version = set["version"].as_u64().unwrap_or_default();
    tx.put(KIND, sandbox, id, "", set)?;
    tx.put(VERSION, sandbox, &format!("{id}/{version}"), id, set)
}

/// A version of a set, the newest when none is asked for.
pub(crate) fn find(
    tx: &Tx<'_>,
    sandbox: &str,
    id: &str,
    version: Option<u64>,
) -> Result<Option<Value>, StateError> {
    match version {
        None => tx.get(KIND, sandbox, id),
        Some(version) => tx.get(VERSION, sandbox, &format!("{id}/{version}")),
    }
}

/// The set and version that a batch is to be mapped by: `aep_sip_mapper` in its tags.
pub(crate) fn of_tags(tags: &Value) -> Option<(String, Option<u64>)> {
    let values = tags["aep_sip_mapper"].as_array()?;
    let value = |name: &str| {
        values
            .iter()
            .find_map(|value| value.as_str()?.strip_prefix(name)?.strip_prefix(':'))
    };
    let version = value("mapping-set-version").and_then(|version| version.trim().parse().ok());
    Some((value("mapping-set-id")?.to_owned(), version))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_of_a_batch() {
        let tags = json!({"aep_sip_mapper": ["mapping-set-id:abc", "mapping-set-version:2"]});
        assert_eq!(of_tags(&tags), Some(("abc".to_owned(), Some(2))));
        let tags = json!({"aep_sip_mapper": ["mapping-set-id:abc"]});
        assert_eq!(of_tags(&tags), Some(("abc".to_owned(), None)));
        assert_eq!(of_tags(&json!({"aep_sip_mapper": ["x"]})), None);
        assert_eq!(of_tags(&json!({})), None);
    }
}
