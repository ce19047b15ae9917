//! Which buckets there are.

use serde_json::json;

use crate::state::{GLOBAL, StateError, Tx, kind};
use crate::zone::place::BUCKET;
use crate::zone::{DAY_MS, TTL_DAYS};

/// A bucket that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// How long its objects live, in milliseconds; for ever without.
    pub(crate) ttl_ms: Option<i64>,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub(crate) created: i64,
}

impl Bucket {
    /// Every sandbox has a bucket for its landing zones; others were made by hand.
    pub(crate) fn find(tx: &Tx<'_>, name: &str) -> Result<Option<Self>, StateError> {
        if let Some(sandbox) = name.strip_prefix(BUCKET)
            && let Some(sandbox) = tx.get(kind::SANDBOX, GLOBAL, sandbox)?
        {
            return Ok(Some(Self {
                name: name.to_owned(),
                ttl_ms: Some(TTL_DAYS * DAY_MS),
                created: sandbox["since"].as_i64().unwrap_or_default(),
            }));
        }
        let found = tx.get(kind::ZONE_BUCKET, GLOBAL, name)?;
        Ok(found.map(|doc| Self {
            name: name.to_owned(),
            ttl_ms: None,
            created: doc["created"].as_i64().unwrap_or_default(),
        }))
    }

    /// Makes one that is no landing zone; `false` when it is there already.
    pub(crate) fn make(tx: &Tx<'_>, name: &str, now: i64) -> Result<bool, StateError> {
        if Self::find(tx, name)?.is_some() {
            return Ok(false);
        }
        let doc = json!({"name": name, "created": now});
        tx.put(kind::ZONE_BUCKET, GLOBAL, name, "", &doc)?;
        Ok(true)
    }

    /// Whether something from `modified` on is still there at `now`.
    pub(crate) fn keeps(&self, modified: i64, now: i64) -> bool {
        self.ttl_ms
            .is_none_or(|ttl| now < modified.saturating_add(ttl))
    }
}
