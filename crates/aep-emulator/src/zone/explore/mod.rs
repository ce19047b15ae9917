//! What explore calls answer about a zone: folders, files, columns, first rows.
//!
//! [`explore`] takes the query of the call and answers the body, or a code of the published table of source providers.

mod delimited;
mod detect;
mod file;
mod folder;
mod json;
mod parquet;
mod query;
mod unpack;

use serde_json::Value;

pub(crate) use query::Query;

use super::{Place, Zone, ZoneError, ZoneType, key_of};

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A landing zone; paths begin with its container.
    Landing { sandbox: String, kind: ZoneType },
    /// Somebody's cloud storage: all buckets; paths begin with one.
    Buckets,
}

/// An explore call that was refused: code and status of the table of source providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: u16,
    pub(crate) status: u16,
    pub(crate) detail: String,
}

impl Refused {
    fn bad(code: u16, detail: impl Into<String>) -> Self {
        Self {
            code,
            status: 400,
            detail: detail.into(),
        }
    }

    /// 1003: what was asked for is not there.
    fn missing(path: &str) -> Self {
        Self {
            code: 1003,
            status: 404,
            detail: format!("there is no {path}"),
        }
    }
}

impl From<ZoneError> for Refused {
    fn from(error: ZoneError) -> Self {
        match error {
            ZoneError::NoFile(key) => Self::missing(&key),
            ZoneError::NoBucket(name) => Self::missing(&name),
            other => {
                tracing::error!(
                    error = &other as &dyn std::error::Error,
                    "a zone could not be explored"
                );
                Self {
                    code: 1005,
                    status: 500,
                    detail: format!("the storage failed: {other}"),
                }
            }
        }
    }
}

/// Where a path leads: place, what its paths begin with, and the key there.
struct Spot {
    place: Place,
    top: String,
    key: String,
}

impl Source {
    fn spot(&self, path: &str) -> Option<Spot> {
        match self {
            Self::Landing { sandbox, kind } => Some(Spot {
                place: Place::landing(sandbox, *kind),
                top: kind.container().to_owned(),
                key: key_of(sandbox, *kind, path).to_owned(),
            }),
            Self::Buckets => {
                let path = path.trim_start_matches('/');
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (!bucket.is_empty()).then(|| Spot {
                    place: Place::bucket(bucket),
                    top: bucket.to_owned(),
                    key: key.to_owned(),
                })
            }
        }
    }
}

/// The answer to an explore call.
pub(crate) async fn explore(
    zone: &Zone,
    source: &Source,
    query: Option<&str>,
) -> Result<Value, Refused> {
    let query = Query::read(query)?;
    match query.object_type {
        query::ObjectType::Root => match source {
            Source::Landing { .. } => folder::list(zone, source, "").await,
            Source::Buckets => {
                let buckets = zone.buckets().await?;
                Ok(buckets
                    .iter()
                    .map(|name| folder::entry("folder", name, &format!("{name}/")))
                    .collect())
            }
        },
        query::ObjectType::Folder => folder::list(zone, source, query.object()?).await,
        query::ObjectType::File => file::explore(zone, source, &query).await,
    }
}
