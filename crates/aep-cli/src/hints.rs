//! What to do next when an error brings no hint of its own.

use aep_core::{Error, ErrorKind};

/// The hint of an error: its own, or the one of its kind.
pub(crate) fn hint(error: &Error) -> Option<String> {
    if let Some(own) = error.hint_text() {
        return Some(own.to_owned());
    }
    let text = match error.kind() {
        ErrorKind::Config => {
            "`aep auth login` makes a profile; `--local` runs against the built-in emulator with no account"
        }
        ErrorKind::Unauthorized => {
            "`aep auth status` shows the credentials in use; `aep doctor` checks each step"
        }
        ErrorKind::Forbidden => {
            "the token is good but lacks a permission or the sandbox; `aep doctor` names what is missing"
        }
        ErrorKind::RateLimited => {
            "the platform asks for fewer requests; try again in a minute, or lower --concurrency"
        }
        ErrorKind::Unavailable => {
            "try again later; `aep doctor` shows which service does not answer"
        }
        ErrorKind::Timeout => "nothing was cancelled on the server; wait longer with --timeout",
        ErrorKind::Limit => "`aep limits` lists the platform's limits",
        ErrorKind::Protocol => {
            "the answer was not what the service documents; -vv shows the exchange"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
