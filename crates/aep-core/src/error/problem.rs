//! The one reader for the error bodies of every service.
//!
//! The services disagree: AEP problem documents (`type`, `title`, `status`), gateway bodies (`error_code`, `message`),
//! OAuth bodies of IMS (`error`, `error_description`), old Flow Service bodies (`errorMessage` alone), `code` with
//! `error` of the Connectors API, `errorCode` of Privacy, bare messages, HTML, or nothing. What is common to all of them
//! is read here; nothing in this file can fail.

use std::fmt;

use serde_json::{Map, Value};

/// How much of a text is kept: enough to recognise it, not enough to fill a screen.
const LONGEST_TEXT: usize = 1_000;
/// How many nested errors are kept.
const MOST_SUB_ERRORS: usize = 50;

/// What a service said about a failure.
///
/// Every field is optional because every service leaves some out. The text is the server's; match on
/// [`code`](Self::code), never on texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The code: `FLOW-1439-404`, `XDM-1010-404`, `403010`, `ERR-BI-104`, `invalid_client`, …
    pub code: Option<String>,
    /// The short text.
    pub title: Option<String>,
    /// The long text.
    pub detail: Option<String>,
    /// The HTTP status of the answer. It wins over a status that the body claims.
    pub status: Option<u16>,
    /// The id of the request if the body names one.
    pub request_id: Option<String>,
    /// Texts of the errors listed inside.
    pub sub_errors: Vec<String>,
    /// Whether the body was HTML: then the gateway answered and not a service, and on a 404 there is no such route.
    pub html: bool,
}

impl Problem {
    /// Reads a body. `content_type` is only a hint; bodies are recognised by what is in them.
    pub fn read(status: u16, content_type: Option<&str>, body: &[u8]) -> Self {
        let mut problem = match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(object)) => Self::from_object(&object),
            Ok(Value::Array(entries)) => Self {
                sub_errors: entries
                    .iter()
                    .filter_map(text_of)
                    .take(MOST_SUB_ERRORS)
                    .collect(),
                ..entries
                    .first()
                    .and_then(Value::as_object)
                    .map(Self::from_object)
                    .unwrap_or_default()
            },
            Ok(Value::String(text)) => Self {
                detail: tidy(&text),
                ..Self::default()
            },
            _ => Self::from_text(content_type, body),
        };
        problem.status = Some(status);
        if problem
            .code
            .as_deref()
            .is_none_or(|code| !code.starts_with("ERR-BI-"))
            && let Some(code) = batch_code(&String::from_utf8_lossy(body))
        {
            problem.code = Some(code);
        }
        if problem.title == problem.code {
            problem.title = None;
        }
        if problem.detail == problem.title {
            problem.detail = None;
        }
        problem
    }

    fn from_object(object: &Map<String, Value>) -> Self {
        let text = |key: &str| object.get(key).and_then(scalar);
        let report = object.get("report").and_then(Value::as_object);
        let in_report = |key: &str| report.and_then(|r| r.get(key)).and_then(scalar);
        let error_object = object.get("error").and_then(Value::as_object);

        let by_type = text("type").as_deref().and_then(code_of_type);
        let code = by_type
            .or_else(|| text("error_code"))
            .or_else(|| text("errorCode"))
            .or_else(|| {
                object
                    .contains_key("error_description")
                    .then(|| text("error"))
                    .flatten()
            })
            .or_else(|| text("code"))
            .or_else(|| error_object.and_then(|e| e.get("code")).and_then(scalar))
            .or_else(|| {
                object
                    .get("errorType")
                    .and_then(scalar)
                    .filter(|t| !t.starts_with("uri="))
            });
        let title = text("title");
        let detail = text("detail")
            .or_else(|| in_report("detailed-message"))
            .or_else(|| in_report("message"))
            .or_else(|| text("errorDetails").filter(|d| !d.is_empty()))
            .or_else(|| text("error_description"))
            .or_else(|| text("errorMessage"))
            .or_else(|| text("message"))
            .or_else(|| error_object.and_then(|e| e.get("message")).and_then(scalar))
            .or_else(|| text("error").filter(|e| Some(e) != code.as_ref()));
        let request_id = ["request-id", "registryRequestId", "requestId"]
            .into_iter()
            .find_map(in_report)
            .or_else(|| {
                ["request-id", "requestId", "request_id"]
                    .into_iter()
                    .find_map(text)
            });

        let lists = [
            report.and_then(|r| r.get("sub-errors")),
            report.and_then(|r| r.get("errorChain")),
            report.and_then(|r| r.get("cause")),
            object.get("error-chain"),
            object.get("errorChain"),
            object.get("errors"),
        ];
        let sub_errors = lists
            .into_iter()
            .flatten()
            .flat_map(list_of_texts)
            .take(MOST_SUB_ERRORS)
            .collect();
        Self {
            code: code.filter(|c| !c.is_empty()),
            title,
            detail,
            request_id,
            sub_errors,
            ..Self::default()
        }
    }

    fn from_text(content_type: Option<&str>, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let start = text
            .trim_start()
            .get(..15)
            .unwrap_or(text.trim_start())
            .to_ascii_lowercase();
        let html = content_type.is_some_and(|kind| kind.starts_with("text/html"))
            || start.starts_with("<!doctype html")
            || start.starts_with("<html");
        if html {
            let title = text
                .split_once("<title>")
                .and_then(|(_, rest)| rest.split_once("</title>"))
                .map(|(t, _)| t);
            return Self {
                title: title.and_then(tidy),
                html,
                ..Self::default()
            };
        }
        if let Some(problem) = Self::from_store(&text) {
            return problem;
        }
        Self {
            detail: tidy(&text),
            ..Self::default()
        }
    }

    /// The XML of the stores: `<Error><Code>…</Code><Message>…</Message></Error>`.
    fn from_store(text: &str) -> Option<Self> {
        let error = text.split_once("<Error>")?.1;
        let field = |name: &str| {
            let after = error.split_once(&format!("<{name}>"))?.1;
            tidy(after.split_once("</")?.0)
        };
        let message = field("Message").map(|text| {
            let words = text
                .split_once(" RequestId:")
                .map(|(words, _)| words.to_owned());
            words.unwrap_or(text)
        });
        Some(Self {
            code: field("Code"),
            detail: message,
            request_id: field("RequestId"),
            ..Self::default()
        })
    }
}

/// The code and the texts in one line: `FLOW-1404-412 Version not matching: …`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (text, after) in [(&self.code, " "), (&self.title, ": "), (&self.detail, "; ")] {
            if let Some(text) = text {
                write!(f, "{separator}{text}")?;
                separator = after;
            }
        }
        for text in self.sub_errors.iter().take(3) {
            if Some(text) != self.detail.as_ref() {
                write!(f, "{separator}{text}")?;
                separator = "; ";
            }
        }
        if self.sub_errors.len() > 3 {
            write!(f, "{separator}and {} more", self.sub_errors.len() - 3)?;
        }
        Ok(())
    }
}

/// The code in a problem `type`: the last segment of `https://ns.adobe.com/aep/errors/FLOW-1439-404`.
fn code_of_type(kind: &str) -> Option<String> {
    let last = kind.rsplit('/').next()?;
    let numbered = last.chars().any(|c| c.is_ascii_digit()) && last.contains('-');
    numbered.then(|| last.to_owned())
}

/// `ERR-BI-` and digits anywhere in the body: the shape around these codes is not published.
fn batch_code(body: &str) -> Option<String> {
    let start = body.find("ERR-BI-")?;
    let digits: String = body[start + 7..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then(|| format!("ERR-BI-{digits}"))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => tidy(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => {
            let inner = Problem::from_object(object);
            let text = inner.to_string();
            (!text.is_empty()).then_some(text)
        }
        other => scalar(other),
    }
}

fn list_of_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(entries) => entries.iter().filter_map(text_of).collect(),
        other => text_of(other).into_iter().collect(),
    }
}

/// One line without control characters, of bounded length; `None` if nothing is left.
fn tidy(text: &str) -> Option<String> {
    let mut out = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if out.len() + word.len() > LONGEST_TEXT {
            let room = LONGEST_TEXT.saturating_sub(out.len());
            out.extend(word.chars().take(room));
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    (!out.is_empty()).then_some(out)
}
