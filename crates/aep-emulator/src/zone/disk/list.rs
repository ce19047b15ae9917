//! Listings: a page of keys in byte order, with what lies below a delimiter folded into one entry.

use super::{Bucket, Object};
use crate::state::{StateError, Tx, kind};

/// Rows read at a time.
const ROWS: usize = 1000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) prefix: String,
    pub(crate) delimiter: Option<String>,
    /// Only what comes after this key or folded prefix.
    pub(crate) after: Option<String>,
    pub(crate) limit: usize,
}

/// A key, or what several keys begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Object(String, Object),
    Prefix(String),
}

impl Entry {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Object(name, _) | Self::Prefix(name) => name,
        }
    }
}

/// Part of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Whether there are more after the last entry.
    pub(crate) more: bool,
}

/// One page.
pub(crate) fn page(
    tx: &Tx<'_>,
    bucket: &Bucket,
    wanted: &Wanted,
    now: i64,
) -> Result<Page, StateError> {
    let mut page = Page::default();
    let after = wanted.after.clone().unwrap_or_default();
    let (mut bound, mut inclusive) = if after.as_str() < wanted.prefix.as_str() {
        (wanted.prefix.clone(), true)
    } else {
        (after.clone(), false)
    };
    if wanted.limit == 0 {
        return Ok(page);
    }
    let mut folded: Option<String> = None;
    loop {
        let rows = tx.after(kind::ZONE_OBJECT, &bucket.name, &bound, inclusive, ROWS)?;
        let Some((last, _)) = rows.last() else {
            return Ok(page);
        };
        (bound, inclusive) = (last.clone(), false);
        let whole = rows.len() == ROWS;
        for (key, doc) in rows {
            let Some(rest) = key.strip_prefix(wanted.prefix.as_str()) else {
                return Ok(page);
            };
            let object = Object::read(doc)?;
            if !bucket.keeps(object.modified, now) {
                continue;
            }
            let entry = match fold(rest, wanted) {
                Some(prefix) if folded.as_ref() == Some(&prefix) => continue,
                // A page that ended with this prefix goes on behind it.
                Some(prefix) if prefix <= after => continue,
                Some(prefix) => {
                    folded = Some(prefix.clone());
                    Entry::Prefix(prefix)
                }
                None => Entry::Object(key, object),
            };
            if page.entries.len() == wanted.limit {
                page.more = true;
                return Ok(page);
            }
            page.entries.push(entry);
        }
        if !whole {
            return Ok(page);
        }
        // A whole page below one prefix: the rest of it need not be read.
        if let Some(prefix) = folded.as_ref().filter(|prefix| bound.starts_with(*prefix)) {
            bound = format!("{prefix}\u{10FFFF}").max(bound);
        }
    }
}

/// The prefix that stands for a key, whose part after the wanted prefix is `rest`.
fn fold(rest: &str, wanted: &Wanted) -> Option<String> {
    let delimiter = wanted
        .delimiter
        .as_deref()
        .filter(|text| !text.is_empty())?;
    let at = rest.find(delimiter)?;
    Some(format!(
        "{}{}",
        wanted.prefix,
        &rest[..at + delimiter.len()]
    ))
}
