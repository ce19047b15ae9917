//! What an attempt failed with, and the error that is made of it when there is no further one.

use std::fmt;
use std::io;
use std::time::Duration;

use http::StatusCode;

use super::network::{Broken, What};
use super::retry::{Failure, Policy, Why};
use super::{Request, Safety};
use crate::error::{Because, advice};
use crate::{Error, ErrorKind, Problem};

#[derive(Debug)]
pub(crate) enum Failed {
    /// An answer that is not 2xx.
    Answer {
        status: StatusCode,
        retry_after: Option<Duration>,
        request_id: Option<String>,
        problem: Box<Problem>,
    },
    /// No answer, or half of one.
    Network(Broken),
    /// An answer that was spoilt on its way, or comes from somebody else.
    Garbled {
        status: StatusCode,
        request_id: Option<String>,
        why: String,
    },
    /// The source of the body.
    Source(io::Error),
    /// The answer is longer than the caller takes.
    TooLong(u64),
    /// A redirect that is not followed.
    Redirect(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer {
                status,
                request_id,
                problem,
                ..
            } => {
                write!(f, "{status}")?;
                let text = problem.to_string();
                let said = status.to_string();
                // A proxy's page often says no more than the status does.
                if !text.is_empty() && !said.contains(&text) {
                    write!(f, ", {text}")?;
                }
                match request_id {
                    Some(id) => write!(f, " (request id {id})"),
                    None => Ok(()),
                }
            }
            Self::Network(broken) => write!(f, "{broken}"),
            Self::Garbled { why, .. } => write!(f, "the answer is no JSON: {why}"),
            Self::Source(error) => write!(f, "{error}"),
            Self::TooLong(limit) => write!(f, "the answer is longer than {limit} bytes"),
            Self::Redirect(text) => f.write_str(text),
        }
    }
}

impl Failed {
    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Answer { status, .. } if *status == StatusCode::UNAUTHORIZED)
    }

    pub(crate) fn is_internal(&self) -> bool {
        matches!(self, Self::Answer { status, .. } if *status == StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(crate) fn is_silence(&self) -> bool {
        matches!(self, Self::Network(broken) if broken.what == What::Silent)
    }

    /// What the retry decision is made on; `None` if there is nothing to decide.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match self {
            Self::Answer {
                status,
                retry_after,
                ..
            } => Some(Failure::Status {
                status: status.as_u16(),
                retry_after: *retry_after,
            }),
            Self::Network(broken) => Some(Failure::Network(broken.what)),
            Self::Garbled { .. } => Some(Failure::Network(What::Broken)),
            Self::Source(_) | Self::TooLong(_) | Self::Redirect(_) => None,
        }
    }

    pub(crate) fn into_error(
        self,
        request: &Request,
        why: Why,
        attempts: u32,
        elapsed: Duration,
        policy: Policy,
        brought_token: bool,
    ) -> Error {
        let (kind, hint) = self.meaning(request, why, brought_token);
        let mut error = request.error(kind).after_attempts(attempts);
        if let Some(hint) = hint {
            error = error.hint(hint);
        }
        let repeatable = request.operation.safety == Safety::Repeatable;
        match &self {
            Self::Answer { status, .. } => {
                let transient = matches!(status.as_u16(), 408 | 500..=599);
                error = error.worth_retrying(status.as_u16() == 429 || transient && repeatable);
                if transient && !repeatable {
                    error = error.with_unknown_outcome();
                }
            }
            Self::Network(broken) => {
                let sent = matches!(broken.what, What::Broken | What::Silent);
                error = error.worth_retrying(broken.what == What::Connect || sent && repeatable);
                if sent && !repeatable {
                    error = error.with_unknown_outcome();
                }
            }
            Self::Garbled {
                status, request_id, ..
            } => {
                error = error
                    .answered(status.as_u16(), request_id.clone())
                    .worth_retrying(repeatable);
                if !repeatable {
                    error = error.with_unknown_outcome();
                }
            }
            Self::Source(_) | Self::TooLong(_) | Self::Redirect(_) => {}
        }
        let gave_up = why.sentence(attempts, elapsed, policy);
        let text = self.to_string();
        if let Self::Answer {
            status,
            request_id,
            problem,
            ..
        } = self
        {
            error = error.status_of(status.as_u16(), request_id, *problem);
            return match gave_up {
                Some(sentence) => error.because(Because::new(sentence, text)),
                None => error.because(text),
            };
        }
        match (gave_up, self) {
            (Some(sentence), Self::Network(broken)) => {
                error.because(Because::new(sentence, broken))
            }
            (None, Self::Network(broken)) => error.because(broken),
            (_, Self::Source(source)) => error.because(source),
            (Some(sentence), Self::Garbled { .. }) => error.because(Because::new(sentence, text)),
            _ => error.because(text),
        }
    }

    fn meaning(
        &self,
        request: &Request,
        why: Why,
        brought_token: bool,
    ) -> (ErrorKind, Option<String>) {
        const UNKNOWN: &str = "it may have taken effect all the same: look before you repeat it";
        let unsure = (why == Why::Unsafe).then(|| UNKNOWN.to_owned());
        match self {
            Self::Answer { status, .. } if *status == StatusCode::UNAUTHORIZED && brought_token => (
                ErrorKind::Unauthorized,
                Some("the token was given, so it cannot be renewed here: get a new one, or configure a client secret".into()),
            ),
            Self::Answer { status, problem, retry_after, .. } => {
                let advice = advice(status.as_u16(), problem);
                let kind = advice.kind.unwrap_or(ErrorKind::of_status(status.as_u16()));
                let later = retry_after
                    .filter(|_| matches!(why, Why::TooLong(_)))
                    .map(|wait| format!("try again in {} s", wait.as_secs()));
                (kind, unsure.or(later).or(advice.hint.map(str::to_owned)))
            }
            Self::Network(broken) => match broken.what {
                What::Certificate => (
                    ErrorKind::Config,
                    Some("if a proxy of your company opens TLS, name its certificate: ca_file in the profile, or AEP_CA_FILE".into()),
                ),
                What::Build => (ErrorKind::Usage, None),
                What::Connect if super::address::is_loopback(&request.url) => (
                    ErrorKind::Unavailable,
                    Some("is the emulator running? Start it with `aep emulator start`, or use `--local`".into()),
                ),
                What::Connect => (
                    ErrorKind::Unavailable,
                    Some(format!(
                        "check that `{}` can be reached from here, and the proxy settings",
                        request.url.host_str().unwrap_or_default()
                    )),
                ),
                What::Broken | What::Silent => (ErrorKind::Unavailable, unsure),
            },
            Self::Garbled { .. } => (ErrorKind::Protocol, unsure),
            Self::Source(_) => (ErrorKind::Io, None),
            Self::TooLong(_) => (ErrorKind::Limit, None),
            Self::Redirect(_) => (ErrorKind::Protocol, Some("check the base URL".into())),
        }
    }
}

impl Why {
    /// Why there was no further attempt, where that is worth a line.
    fn sentence(self, attempts: u32, elapsed: Duration, policy: Policy) -> Option<String> {
        let more = match self {
            Self::Permanent | Self::Unsafe | Self::Attempts if attempts <= 1 => return None,
            Self::Permanent | Self::Unsafe | Self::Attempts => String::new(),
            Self::Time => format!(": the {} s for retries are over", policy.window.as_secs()),
            Self::TooLong(asked) => format!(
                ": the server asks to wait {} s, longer than the {} s for retries allow",
                asked.as_secs(),
                policy.window.as_secs()
            ),
            Self::Quota => ": too many requests of this client have failed lately".to_owned(),
        };
        let times = if attempts == 1 {
            "1 attempt".to_owned()
        } else {
            format!("{attempts} attempts")
        };
        Some(format!(
            "gave up after {times} in {:.1} s{more}",
            elapsed.as_secs_f32()
        ))
    }
}
