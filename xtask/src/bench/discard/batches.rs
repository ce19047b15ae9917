//! Batches: their names, the sizes of their files and their states, for import API, Catalog and Data Access.

use std::collections::BTreeMap;

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::platform::{MEMBERS, ok};
use super::{Content, Reply, query};

pub(super) const IMPORT: &str = "/data/foundation/import";
pub(super) const CATALOG: &str = "/data/foundation/catalog";
pub(super) const EXPORT: &str = "/data/foundation/export";

/// Data Access gives so many entries at once.
const PAGE: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Batches {
    batches: BTreeMap<String, Batch>,
}

#[derive(Debug)]
struct Batch {
    dataset: String,
    external_id: String,
    format: Value,
    tags: Value,
    status: &'static str,
    files: BTreeMap<String, File>,
}

#[derive(Debug, Default)]
struct File {
    size: u64,
    /// Ranges of a file that comes in parts, sorted, joined where they touch.
    ranges: Vec<(u64, u64)>,
}

impl File {
    fn add(&mut self, first: u64, last: u64) {
        self.ranges.push((first, last));
        self.ranges.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for (first, last) in self.ranges.drain(..) {
            match joined.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        self.ranges = joined;
    }

    fn range(&self) -> Option<String> {
        let ranges = self.ranges.iter();
        let ranges: Vec<String> = ranges.map(|(a, b)| format!("{a}-{b}")).collect();
        (!ranges.is_empty()).then(|| format!("bytes {}", ranges.join(",")))
    }

    /// Whether the parts make a whole; it gets its size from them.
    fn close(&mut self) -> bool {
        let whole = match self.ranges.as_slice() {
            [(0, last)] => Some(last + 1),
            _ => None,
        };
        self.size = whole.unwrap_or_default();
        whole.is_some()
    }
}

impl Batch {
    fn record(&self, id: &str) -> Value {
        let bytes: u64 = self.files.values().map(|file| file.size).sum();
        json!({
            "id": id, "externalId": self.external_id, "status": self.status,
            "created": 1, "started": 1, "completed": 1, "updated": 1, "version": "1.0.5",
            "inputFormat": self.format, "tags": self.tags,
            "relatedObjects": [{"type": "dataSet", "id": self.dataset}],
            "metrics": {"inputByteSize": bytes, "inputFileCount": self.files.len(), "failedRecordCount": 0},
        })
    }
}

impl Batches {
    pub(super) fn clear(&mut self) {
        self.batches.clear();
    }

    /// `POST /batches`, actions on batches, and files.
    pub(super) fn import(&mut self, head: &Parts, path: &str, content: &Content) -> Reply {
        let mut segments = path.splitn(7, '/').skip(1);
        let (kind, batch) = (segments.next(), segments.next());
        match (kind, batch, segments.nth(2), segments.next()) {
            (Some("batches"), None, ..) if head.method == Method::POST => self.create(content),
            (Some("batches"), Some(id), None, _) if head.method == Method::POST => {
                self.act(id, query(head, "action").unwrap_or_default())
            }
            (Some("batches"), Some(id), Some("files"), Some(name)) => {
                let batch = self
                    .batches
                    .entry(id.to_owned())
                    .or_insert_with(|| Batch::new(id, MEMBERS));
                batch.file(head, name, content.received)
            }
            _ => Reply::new(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    fn create(&mut self, content: &Content) -> Reply {
        let wanted: Value = serde_json::from_slice(&content.document).unwrap_or_default();
        let id = format!("01J{:023}", self.batches.len() + 1);
        let mut batch = Batch::new(&id, wanted["datasetId"].as_str().unwrap_or(MEMBERS));
        if let Some(external) = wanted["externalId"].as_str() {
            external.clone_into(&mut batch.external_id);
        }
        batch.format = wanted["inputFormat"].clone();
        batch.tags = wanted["tags"].clone();
        if !batch.tags.is_object() {
            batch.tags = json!({});
        }
        let answer = batch.record(&id);
        self.batches.insert(id, batch);
        Reply {
            status: StatusCode::CREATED,
            ..ok(answer)
        }
    }

    fn act(&mut self, id: &str, action: &str) -> Reply {
        let Some(batch) = self.batches.get_mut(id) else {
            return Reply::new(StatusCode::NOT_FOUND);
        };
        batch.status = match action {
            "COMPLETE" => "success",
            "ABORT" => "aborted",
            "FAIL" => "failure",
            _ => "deleted",
        };
        Reply::new(StatusCode::OK).header("content-type", "application/json")
    }

    /// Data Access: the files of a batch, one part each.
    pub(super) fn export(&self, path: &str) -> Reply {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["batches", id, "files"] => {
                let count = self.batches.get(*id).map_or(0, |batch| batch.files.len());
                page((1..=count).map(|at| json!({"dataSetFileId": format!("{id}-{at}")})))
            }
            ["files", id] => {
                let file = id.rsplit_once('-').and_then(|(batch, at)| {
                    let at = at.parse::<usize>().ok()?.checked_sub(1)?;
                    self.batches.get(batch)?.files.iter().nth(at)
                });
                page(
                    file.into_iter()
                        .map(|(name, file)| json!({"name": name, "length": file.size.to_string()})),
                )
            }
            _ => page(std::iter::empty()),
        }
    }
}

impl Batch {
    fn new(id: &str, dataset: &str) -> Self {
        Self {
            dataset: dataset.to_owned(),
            external_id: id.to_owned(),
            format: json!({}),
            tags: json!({}),
            status: "loading",
            files: BTreeMap::new(),
        }
    }

    fn file(&mut self, head: &Parts, name: &str, received: u64) -> Reply {
        let of = |status| Reply::new(status).header("content-type", "application/json");
        match (&head.method, query(head, "action")) {
            (&Method::PUT, _) => {
                let file = File {
                    size: received,
                    ranges: Vec::new(),
                };
                self.files.insert(name.to_owned(), file);
                of(StatusCode::OK)
            }
            (&Method::POST, Some("INITIALIZE")) => {
                self.files.insert(name.to_owned(), File::default());
                of(StatusCode::CREATED)
            }
            (&Method::POST, _) if self.files.get_mut(name).is_some_and(File::close) => {
                of(StatusCode::CREATED)
            }
            (&Method::POST, _) => of(StatusCode::BAD_REQUEST),
            (&Method::PATCH, _) => {
                let range = head.headers.get("content-range");
                let range = range
                    .and_then(|range| range.to_str().ok())
                    .and_then(bounds)
                    .filter(|(first, last)| last - first + 1 == received);
                let (Some((first, last)), Some(file)) = (range, self.files.get_mut(name)) else {
                    return of(StatusCode::BAD_REQUEST);
                };
                file.add(first, last);
                of(StatusCode::OK)
            }
            (&Method::HEAD, _) => match self.files.get(name) {
                Some(file) => match file.range() {
                    Some(range) => of(StatusCode::OK).header("range", range),
                    None => of(StatusCode::OK),
                },
                None => of(StatusCode::NOT_FOUND),
            },
            _ => of(StatusCode::METHOD_NOT_ALLOWED),
        }
    }
}

/// First and last byte of `bytes A-B` or `bytes A-B/TOTAL`.
fn bounds(range: &str) -> Option<(u64, u64)> {
    let range = range.strip_prefix("bytes")?.trim();
    let (range, _) = range.split_once('/').unwrap_or((range, ""));
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

/// Catalog: one batch, or those that a filter lets through.
pub(super) fn catalog(batches: &Batches, head: &Parts, path: &str) -> Reply {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["batches" | "batch", id] => match batches.batches.get(*id) {
            Some(batch) => ok(json!({*id: batch.record(id)})),
            None => Reply::new(StatusCode::NOT_FOUND),
        },
        ["batches"] => {
            let wanted = query(head, "externalId");
            let found = batches
                .batches
                .iter()
                .filter(|(_, batch)| wanted.is_none_or(|id| batch.external_id == id))
                .take(PAGE)
                .map(|(id, batch)| (id.clone(), batch.record(id)));
            ok(Value::Object(found.collect::<Map<_, _>>()))
        }
        ["lastBatches"] => {
            let found = batches.batches.iter().map(|(id, batch)| {
                let last = json!({"lastBatchId": id, "lastBatchStatus": batch.status, "lastSuccessfulBatchId": id});
                (batch.dataset.clone(), last)
            });
            ok(Value::Object(found.collect::<Map<_, _>>()))
        }
        _ => Reply::new(StatusCode::NOT_FOUND),
    }
}

fn page(entries: impl Iterator<Item = Value>) -> Reply {
    let data: Vec<Value> = entries.collect();
    let count = data.len();
    ok(json!({"data": data, "_page": {"count": count, "limit": count.max(PAGE)}}))
}

#[cfg(test)]
mod tests {
    use super::{File, bounds};

    #[test]
    fn ranges_are_read_and_joined() {
        assert_eq!(bounds("bytes 0-99"), Some((0, 99)));
        assert_eq!(bounds("bytes 5-9/100"), Some((5, 9)));
        assert_eq!(bounds("bytes 9-5"), None);
        let mut file = File::default();
        file.add(100, 199);
        assert!(!file.close());
        file.add(300, 399);
        assert_eq!(file.range().as_deref(), Some("bytes 100-199,300-399"));
        file.add(0, 99);
        file.add(200, 299);
        assert_eq!(file.range().as_deref(), Some("bytes 0-399"));
        assert!(file.close());
        assert_eq!(file.size, 400);
    }
}
