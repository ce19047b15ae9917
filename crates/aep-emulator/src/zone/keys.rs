//! Keys of the S3 face: handed out, looked up, given back.
//!
//! The secret is stored as it is, because a signature can only be checked with it.

use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use super::place::bucket_of;
use super::{Place, ZoneType};
use crate::state::{GLOBAL, StateError, Tx, kind};

/// How long the keys of a landing zone are good, in milliseconds: twelve hours, the longest life of a temporary key at
/// Amazon. Adobe publishes no number (emulator choice).
const LIFE_MS: i64 = 12 * 3_600_000;
/// How long an expired key is remembered, so that it is called expired and not unknown.
const MEMORY_MS: i64 = 30 * 86_400_000;

const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What is known of a key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) secret: String,
    /// Must come with every request, when there is one.
    pub(crate) token: Option<String>,
    /// The only bucket it opens.
    pub(crate) bucket: String,
    /// What the names of objects must begin with; empty, or with a slash at the end.
    pub(crate) folder: String,
    /// In milliseconds since 1970-01-01 UTC.
    pub(crate) expires: Option<i64>,
}

/// A new key and its id.
pub(crate) struct Issued {
    pub(crate) id: String,
    pub(crate) key: Key,
}

impl Key {
    pub(crate) fn find(tx: &Tx<'_>, id: &str) -> Result<Option<Self>, StateError> {
        let doc = tx.get(kind::ZONE_KEY, GLOBAL, id)?;
        Ok(doc.map(serde_json::from_value).transpose()?)
    }

    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Makes a key for a place: a temporary one for a landing zone, one that stays for a bucket.
    pub(crate) fn issue(tx: &Tx<'_>, place: &Place, now: i64) -> Result<Issued, StateError> {
        for (id, doc) in tx.entries(kind::ZONE_KEY, GLOBAL, None)? {
            let known: Self = serde_json::from_value(doc)?;
            if known.is_expired(now.saturating_sub(MEMORY_MS)) {
                tx.delete(kind::ZONE_KEY, GLOBAL, &id)?;
            }
        }
        let (id, key) = match place {
            Place::Landing { sandbox, kind } => {
                let key = Self {
                    secret: text(BASE64, 40),
                    token: Some(text(BASE64, 256)),
                    bucket: bucket_of(sandbox),
                    folder: format!("{}/", kind.folder()),
                    expires: Some(now.saturating_add(LIFE_MS)),
                };
                (format!("ASIA{}", text(UPPER, 16)), key)
            }
            Place::Bucket(name) => {
                let key = Self {
                    secret: text(BASE64, 40),
                    token: None,
                    bucket: name.clone(),
                    folder: String::new(),
                    expires: None,
                };
                (format!("AKIA{}", text(UPPER, 16)), key)
            }
        };
        tx.put(
            kind::ZONE_KEY,
            GLOBAL,
            &id,
            "",
            &serde_json::to_value(&key)?,
        )?;
        Ok(Issued { id, key })
    }

    /// Ends a key's life.
    pub(crate) fn expire(tx: &Tx<'_>, id: &str, now: i64) -> Result<(), StateError> {
        let Some(mut key) = Self::find(tx, id)? else {
            return Ok(());
        };
        key.expires = Some(now);
        tx.put(kind::ZONE_KEY, GLOBAL, id, "", &serde_json::to_value(&key)?)
    }
}

fn text(letters: &[u8], len: usize) -> String {
    let mut random = rand::rng();
    (0..len)
        .map(|_| char::from(letters[random.random_range(0..letters.len())]))
        .collect()
}

/// Whether the credentials of a type show the client they are for: only the published example for sources does.
pub(crate) fn shows_client(kind: ZoneType) -> bool {
    kind == ZoneType::UserDropZone
}
