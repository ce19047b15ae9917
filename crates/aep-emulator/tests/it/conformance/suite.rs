//! Sending the operations of a document, and comparing what comes back with it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::call::{Call, Reading, Sent};
use super::document::{Document, Operation};
use super::{schema, wrong};
use crate::support::{Answer, World, send};

/// Unreserved characters (RFC 3986) stay as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Operations whose name in the emulator is another one: it tells apart what is one operation for the document, or
/// shares a name with another service.
const OTHER_NAMES: &[(&str, &str, &[&str])] = &[
    ("ims", "getAccessToken", &["fetchToken"]),
    (
        "catalog",
        "listDatasetFiles",
        &["listDatasetFilesOfCatalog"],
    ),
    (
        "batch-ingestion",
        "completeBatch",
        &[
            "completeBatch",
            "abortBatch",
            "failBatch",
            "revertBatch",
            "batchAction",
        ],
    ),
    (
        "batch-ingestion",
        "completeLargeFileUpload",
        &["completeLargeFileUpload", "initializeLargeFile"],
    ),
];

/// One document against one emulator.
pub(super) struct Suite<'w> {
    pub(super) world: &'w World,
    document: Document,
    /// The first call of each operation that was taken, and those that the platform refuses everybody.
    pub(super) taken: RefCell<BTreeMap<String, Sent>>,
    unserved: RefCell<BTreeSet<String>>,
    drift: RefCell<Vec<String>>,
}

impl<'w> Suite<'w> {
    pub(super) fn new(world: &'w World, name: &'static str) -> Self {
        Self {
            world,
            document: Document::read(name),
            taken: RefCell::default(),
            unserved: RefCell::default(),
            drift: RefCell::default(),
        }
    }

    pub(super) fn call(&self, id: &str) -> Call<'_> {
        let found = self.document.operations.iter().find(|known| known.id == id);
        let operation =
            found.unwrap_or_else(|| panic!("no operation {id} in {}", self.document.name));
        Call {
            suite: self,
            operation,
            sent: Sent::default(),
        }
    }

    /// Sends what was sent before with something wrong about it, and says where emulator and document differ.
    pub(super) async fn close(self) {
        let taken = self.taken.borrow().clone();
        for operation in &self.document.operations {
            match taken.get(&operation.id) {
                Some(sent) => self.probe(operation, sent).await,
                None if self.unserved.borrow().contains(&operation.id) => {}
                None => self.note(operation, "was never sent with success"),
            }
        }
        self.compare_with_the_list();
        let drift = self.drift.borrow();
        assert!(
            drift.is_empty(),
            "{} differences:\n{}",
            drift.len(),
            drift.join("\n")
        );
    }

    /// The operations that answered 501 are those that the documents of the emulator list.
    fn compare_with_the_list(&self) {
        let text = include_str!("../../../../../docs/emulator.md");
        let row = format!("| `{}` | ", self.document.name);
        let listed: BTreeSet<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&row))
            .flat_map(|rest| rest.split('`').skip(1).step_by(2))
            .map(str::to_owned)
            .collect();
        let unserved = self.unserved.borrow();
        if listed != *unserved {
            let line = format!("docs/emulator.md lists {listed:?}, 501 came from {unserved:?}");
            self.drift.borrow_mut().push(line);
        }
    }

    fn note(&self, operation: &Operation, what: impl std::fmt::Display) {
        let line = format!("{}.{}: {what}", self.document.name, operation.id);
        let mut drift = self.drift.borrow_mut();
        if !drift.contains(&line) {
            drift.push(line);
        }
    }

    async fn probe(&self, operation: &Operation, sent: &Sent) {
        for (what, wrong, expected) in wrong::ways(&self.document, operation, sent) {
            let answer = self.send(operation, &wrong).await;
            let status = answer.status;
            if self.check(operation, &what, Reading::Whole, &answer)
                && !(400..500).contains(&status)
            {
                self.note(operation, format!("{what}: {status} instead of a refusal"));
            }
            if let Some(expected) = expected
                && operation.responses.contains_key(&expected)
                && status != expected
            {
                self.note(operation, format!("{what}: {status} instead of {expected}"));
            }
        }
    }

    pub(super) async fn send(&self, operation: &Operation, sent: &Sent) -> Answer {
        let mut path = operation.path.clone();
        for parameter in operation
            .parameters
            .iter()
            .filter(|one| one.place == "path")
        {
            let value = sent.path.get(&parameter.name);
            let value = value.unwrap_or_else(|| panic!("{}: no {}", operation.id, parameter.name));
            let written = if parameter.slashes {
                let parts = value.split('/');
                let parts: Vec<String> = parts.map(encoded).collect();
                parts.join("/")
            } else {
                encoded(value)
            };
            path = path.replace(&format!("{{{}}}", parameter.name), &written);
        }
        let base = if self.document.name == "ims" {
            self.world.bare(&operation.method, &path)
        } else {
            self.world.request(&operation.method, &path)
        };
        let mut request = base.query(&sent.query).build().unwrap();
        if sent.query.is_empty() {
            request.url_mut().set_query(None);
        }
        for (name, value) in &sent.headers {
            let name: reqwest::header::HeaderName = name.parse().unwrap();
            request.headers_mut().remove(&name);
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        if let Some((media, bytes)) = &sent.body {
            request
                .headers_mut()
                .insert("content-type", media.parse().unwrap());
            *request.body_mut() = Some(bytes.clone().into());
        }
        self.world.emulator.requests().clear();
        let answer = send(reqwest::RequestBuilder::from_parts(
            self.world.http.clone(),
            request,
        ))
        .await;
        if let Some(seen) = self.world.emulator.requests().all().last()
            && !known_as(self.document.name, &operation.id)
                .contains(&seen.operation.unwrap_or_default())
        {
            self.note(
                operation,
                format!("the emulator calls it {:?}", seen.operation),
            );
        }
        answer
    }

    /// Whether status and body are those of the document; what is not is noted.
    pub(super) fn check(
        &self,
        operation: &Operation,
        what: &str,
        reading: Reading,
        answer: &Answer,
    ) -> bool {
        let status = answer.status;
        if status == 501 && answer.text.contains(&operation.id) {
            self.unserved.borrow_mut().insert(operation.id.clone());
            return false;
        }
        let Some(documented) = operation.responses.get(&status) else {
            self.note(
                operation,
                format!(
                    "{what}: undocumented status {status}: {}",
                    short(&answer.text)
                ),
            );
            return false;
        };
        if answer.text.is_empty() {
            let fine = documented.content.is_empty()
                || documented.may_be_empty
                || operation.method == "HEAD";
            if !fine {
                self.note(operation, format!("{what}: {status} without a body"));
            }
            return fine;
        }
        let is_binary = |schema: &Value| schema["format"] == "binary";
        if reading == Reading::Bytes && status < 300 && documented.content.values().any(is_binary) {
            return true;
        }
        let media = answer.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let Some(schema) = documented.content.get(media) else {
            self.note(
                operation,
                format!("{what}: {status} in undocumented media type `{media}`"),
            );
            return false;
        };
        let body: Value = match serde_json::from_str(&answer.text) {
            Ok(body) => body,
            Err(error) => {
                self.note(operation, format!("{what}: {status} is not JSON: {error}"));
                return false;
            }
        };
        let validator = schema::validator(&self.document.root, schema, reading == Reading::Part);
        let problems = schema::problems(&validator, &body);
        for problem in &problems {
            self.note(
                operation,
                format!("{what}: {status} {problem}: {}", short(&answer.text)),
            );
        }
        problems.is_empty()
    }

    /// Whether the request is one that the document describes.
    pub(super) fn check_request(&self, operation: &Operation, sent: &Sent) {
        for (name, _) in &sent.query {
            if !operation
                .parameters
                .iter()
                .any(|one| one.place == "query" && one.name == *name)
            {
                self.note(operation, format!("undocumented parameter {name} was sent"));
            }
        }
        let Some((media, bytes)) = &sent.body else {
            return;
        };
        match operation.request.get(media) {
            None => self.note(
                operation,
                format!("undocumented media type {media} was sent"),
            ),
            Some(schema) if media.ends_with("json") => {
                let body: Value = serde_json::from_slice(bytes).unwrap();
                let validator = schema::validator(&self.document.root, schema, false);
                for problem in schema::problems(&validator, &body) {
                    self.note(operation, format!("request: {problem}"));
                }
            }
            Some(_) => {}
        }
    }
}

fn known_as<'n>(document: &str, id: &'n str) -> Vec<&'n str>
where
    'static: 'n,
{
    OTHER_NAMES
        .iter()
        .find(|(name, known, _)| *name == document && *known == id)
        .map_or_else(|| vec![id], |(_, _, names)| names.to_vec())
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}
