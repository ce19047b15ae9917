//! What the fuzz targets of this crate call, see `fuzz/`. Only there for them and for the tests.
#![allow(
    clippy::missing_panics_doc,
    reason = "a panic is what the fuzzer looks for"
)]

use std::time::SystemTime;

use crate::Problem;
use crate::transport::fuzz::parse;

/// An error's body, under the statuses that are treated differently; and a `Retry-After`.
pub fn error_body(data: &[u8]) {
    for status in [400, 404, 429, 503] {
        for kind in [None, Some("text/html"), Some("application/problem+json")] {
            let problem = Problem::read(status, kind, data);
            assert_eq!(problem.status, Some(status));
            // what is shown is bounded, whatever a server says
            assert!(problem.to_string().len() < 256 * 1024);
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = parse(text, SystemTime::UNIX_EPOCH);
    }
}
