//! Credentials from the files of others: aepp's JSON, the Developer Console's, Postman environments, aio's, `.env`.
//!
//! The format is recognised by what is in the file, not by its name. Files for the JWT credential, which Adobe has
//! retired, are refused with the way out.

mod console;
mod flat;
mod postman;

use std::path::Path;

use serde_json::Value;

use super::Key;
use crate::{Error, ErrorKind, Result, Secret};

/// What a file was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The configuration of the Python client aepp: `org_id`, `client_id`, `secret`, `sandbox-name`, …
    Aepp,
    /// A project of the Developer Console: `project.workspace.details.credentials[]`.
    DeveloperConsole,
    /// A Postman environment: `values[]` of `key`, `value`, `enabled`.
    Postman,
    /// A flat JSON object in other names: the Developer Console's download of one credential, or a tool's own.
    Json,
    /// The configuration of Adobe's command line aio: `ims.contexts.NAME`.
    Aio,
    /// Lines of `NAME=value`.
    DotEnv,
}

impl Format {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aepp => "aepp configuration",
            Self::DeveloperConsole => "Developer Console project",
            Self::Postman => "Postman environment",
            Self::Json => "JSON object",
            Self::Aio => "aio configuration",
            Self::DotEnv => ".env file",
        }
    }
}

/// What was found in a file. `Debug` shows no values of secrets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Imported {
    /// What the file was recognised as.
    pub format: Format,
    /// A name for the profile, if the file suggests one.
    pub name: Option<String>,
    /// What the user should know: entries that were left out, a choice that was made.
    pub notes: Vec<String>,
    values: Vec<(Key, Secret<String>)>,
}

impl Imported {
    fn new(format: Format) -> Self {
        Self {
            format,
            name: None,
            notes: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The keys that were found, each once.
    pub fn values(&self) -> impl Iterator<Item = (Key, &Secret<String>)> {
        self.values.iter().map(|(key, value)| (*key, value))
    }

    /// The value of a key, unless it is a secret.
    pub fn get(&self, key: Key) -> Option<&str> {
        (!key.is_secret())
            .then(|| self.find(key))
            .flatten()
            .map(|value| value.expose().as_str())
    }

    fn find(&self, key: Key) -> Option<&Secret<String>> {
        self.values
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// Takes a value in, unless it is empty, a placeholder, or there already.
    fn put(&mut self, key: Key, value: &str) {
        let value = value.trim();
        if value.is_empty() || self.find(key).is_some() {
            return;
        }
        if is_placeholder(value) {
            self.notes.push(format!(
                "{} is a placeholder in the file and was left out",
                key.name()
            ));
            return;
        }
        self.values.push((key, Secret::new(value.to_owned())));
    }

    /// Checks that the values can be used and suffice.
    fn finish(mut self) -> Result<Self> {
        let failed = || {
            Error::new(ErrorKind::Config, "use the credentials").with("format", self.format.name())
        };
        for (key, value) in &self.values {
            key.check(value.expose()).map_err(|error| {
                failed()
                    .with("key", key.name())
                    .because(super::resolve::reason(&error))
            })?;
        }
        let mut missing: Vec<&str> = [Key::OrgId, Key::ClientId]
            .into_iter()
            .filter(|key| self.find(*key).is_none())
            .map(Key::name)
            .collect();
        if self.find(Key::ClientSecret).is_none() && self.find(Key::AccessToken).is_none() {
            missing.push(Key::ClientSecret.name());
        }
        if !missing.is_empty() {
            return Err(failed()
                .because(format!("the file has no {}", missing.join(", no ")))
                .hint("export it again with the secret in it, or put the rest in with `aep profile set`"));
        }
        // A token in such a file is a day old at most when it is written, and expired when it is read.
        if self.find(Key::ClientSecret).is_some() && self.find(Key::AccessToken).is_some() {
            self.values.retain(|(key, _)| *key != Key::AccessToken);
            self.notes.push(
                "the token in the file was left out: the client secret gives new ones".to_owned(),
            );
        }
        Ok(self)
    }
}

/// `<YOUR_CLIENT_ID>`, `{ORG_ID}`, `xxxx`: what templates are delivered with.
fn is_placeholder(value: &str) -> bool {
    let wrapped = |open, close| value.starts_with(open) && value.ends_with(close);
    wrapped('<', '>')
        || wrapped('{', '}')
        || value.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'*'))
}

/// Reads a file.
///
/// # Errors
///
/// As [`parse`], and [`ErrorKind::Io`] if the file cannot be read.
pub fn file(path: &Path) -> Result<Imported> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let kind = if error.kind() == std::io::ErrorKind::NotFound {
            ErrorKind::NotFound
        } else {
            ErrorKind::Io
        };
        Error::new(kind, "read the file")
            .with("file", path.display())
            .because(error)
    })?;
    parse(&text).map_err(|error| error.with("file", path.display()))
}

/// Recognises the format of a text and takes the credentials out of it.
///
/// # Errors
///
/// [`ErrorKind::Config`] if it is none of the formats, if it is for the retired JWT credential, if something that is
/// needed is missing, or if a value cannot be used. No error holds a secret.
pub fn parse(text: &str) -> Result<Imported> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        // The parser's message has a place and no content.
        let value: Value = serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Config, "read the credentials").because(error)
        })?;
        return json(&value)?.finish();
    }
    flat::dotenv(text)?.finish()
}

fn json(value: &Value) -> Result<Imported> {
    let Some(object) = value.as_object() else {
        return Err(unrecognised());
    };
    if let Some(project) = object.get("project").filter(|project| project.is_object()) {
        return console::read(project);
    }
    if let Some(entries) = object.get("values").and_then(Value::as_array) {
        return postman::read(object, entries);
    }
    if let Some(contexts) = value.pointer("/ims/contexts").and_then(Value::as_object) {
        return flat::contexts(contexts);
    }
    flat::json(object)
}

fn unrecognised() -> Error {
    Error::new(ErrorKind::Config, "recognise the credentials")
        .because("this is none of the formats that are known")
        .hint("known are aepp's JSON, the Developer Console's JSON, a Postman environment, and lines of NAME=value")
}

/// The error for files of the retired credential type.
fn jwt() -> Error {
    Error::new(ErrorKind::Config, "use the credentials")
        .because("they are of the type Service Account (JWT), which Adobe has retired")
        .hint(
            "in the Developer Console, add an OAuth Server-to-Server credential to the project, then download its JSON and \
             import that",
        )
}
