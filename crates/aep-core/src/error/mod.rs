//! One error type for everything.
//!
//! An [`Error`] names what was being done, to what, and what to do next; the cause is its
//! [`source`](std::error::Error::source) and prints itself, so a printed chain never says a thing twice.

mod chain;
mod codes;
mod kind;
mod problem;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub(crate) use chain::Because;
pub use chain::Report;
pub use codes::{Advice, advice};
pub use kind::ErrorKind;
pub use problem::Problem;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error can have as its cause.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, while doing what, to what, and what to do next.
///
/// ```
/// use aep_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Conflict, "complete the batch")
///     .with("batch", "01HX3F")
///     .because("its state is `aborted`")
///     .hint("create a new batch");
/// assert_eq!(error.to_string(), "could not complete the batch, batch `01HX3F`");
/// assert_eq!(error.report().to_string(), "\
/// could not complete the batch, batch `01HX3F`
///   caused by: its state is `aborted`
/// hint: create a new batch");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    doing: Cow<'static, str>,
    context: Vec<(&'static str, String)>,
    status: Option<u16>,
    request_id: Option<String>,
    attempts: u32,
    retryable: Option<bool>,
    outcome_unknown: bool,
    hint: Option<Cow<'static, str>>,
    problem: Option<Problem>,
    source: Option<Source>,
}

impl Error {
    /// A new error. `doing` completes the sentence "could not …", without a full stop.
    pub fn new(kind: ErrorKind, doing: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            doing: doing.into(),
            context: Vec::new(),
            status: None,
            request_id: None,
            attempts: 0,
            retryable: None,
            outcome_unknown: false,
            hint: None,
            problem: None,
            source: None,
        }))
    }

    /// Adds what it was done to: `("batch", id)`. The value is printed, so it must not be a secret.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.0.context.push((key, value.to_string()));
        self
    }

    /// Sets the cause: another error, or a sentence.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says what to do next, as a sentence of its own.
    #[must_use]
    pub fn hint(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(text.into());
        self
    }

    /// Puts this error under a new sentence: the new error has its kind, status, request id, hint and the rest, names
    /// `doing`, and has this one as its cause.
    #[must_use]
    pub fn while_doing(self, doing: impl Into<Cow<'static, str>>) -> Self {
        Self::over(doing, Arc::new(self))
    }

    /// As [`while_doing`](Self::while_doing), for a cause that several callers share.
    #[must_use]
    pub fn over(doing: impl Into<Cow<'static, str>>, cause: Arc<Self>) -> Self {
        Self(Box::new(Inner {
            kind: cause.kind(),
            doing: doing.into(),
            context: Vec::new(),
            status: cause.status(),
            request_id: cause.0.request_id.clone(),
            attempts: cause.attempts(),
            retryable: cause.0.retryable,
            outcome_unknown: cause.0.outcome_unknown,
            hint: cause.0.hint.clone(),
            problem: cause.0.problem.clone(),
            source: Some(Box::new(cause)),
        }))
    }

    /// Replaces the sentence and keeps everything else: for a caller that knows better what a request was for.
    #[must_use]
    pub fn rephrase(mut self, doing: impl Into<Cow<'static, str>>) -> Self {
        self.0.doing = doing.into();
        self
    }

    /// Replaces the kind: for a caller that knows what a status means here.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn status_of(
        mut self,
        status: u16,
        request_id: Option<String>,
        problem: Problem,
    ) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id.or_else(|| problem.request_id.clone());
        self.0.problem = Some(problem);
        self
    }

    /// Adds what the server said of itself: the status of its answer and its id of the request.
    #[must_use]
    pub fn answered(mut self, status: u16, request_id: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self
    }

    /// Adds how often the request was sent.
    #[must_use]
    pub fn after_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn worth_retrying(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome_unknown = true;
        self
    }

    /// The sort of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was being done, the end of the sentence "could not …".
    pub fn doing(&self) -> &str {
        &self.0.doing
    }

    /// What it was done to, in the order in which it was added.
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.0.context
    }

    /// The HTTP status, if the server answered.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's id of the request (`x-request-id`), the thing that Adobe's support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How often the request was sent; 0 if no request was involved.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What to do next.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The body of the server's answer, as far as it could be read.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// Whether the same call may succeed later with nothing changed, and is harmless to repeat.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or(matches!(
            self.0.kind,
            ErrorKind::RateLimited | ErrorKind::Unavailable
        ))
    }

    /// Whether the request may have taken effect although it failed: the connection broke after a request that is not
    /// safe to repeat was sent. Look at the server's state before trying again.
    pub fn outcome_is_unknown(&self) -> bool {
        self.0.outcome_unknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}", self.0.doing)?;
        for (key, value) in &self.0.context {
            write!(f, ", {key} `{value}`")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("doing", &inner.doing);
        if !inner.context.is_empty() {
            out.field("context", &inner.context);
        }
        if let Some(status) = inner.status {
            out.field("status", &status);
        }
        if let Some(request_id) = &inner.request_id {
            out.field("request_id", request_id);
        }
        if inner.attempts > 0 {
            out.field("attempts", &inner.attempts);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
