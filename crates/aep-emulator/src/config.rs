//! How an emulator was set up.

use std::time::Duration;

/// How long a completed batch takes through its states, by the emulator's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Processing {
    /// As fast as the files can be read. The states are still passed in order.
    #[default]
    Immediate,
    /// Waits in each state before the next one, so that a client sees `loaded`, `staging` and `staged`.
    Stepwise {
        /// Time in each of the states.
        step: Duration,
    },
}

/// Settings that handlers and the lake read.
#[derive(Debug, Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches of their own, each set by name"
)]
pub(crate) struct Config {
    /// Pace of batch processing.
    pub(crate) processing: Processing,
    /// The address clients see, without a trailing slash: base of absolute links in answers.
    pub(crate) url: String,
    /// Tells this server from every other, also from a later one in the same directory.
    pub(crate) instance: String,
    /// Life of a token in seconds: 24 hours at Adobe.
    pub(crate) token_seconds: i64,
    /// Whether a request without `x-sandbox-name` is refused instead of meaning the default sandbox.
    pub(crate) require_sandbox: bool,
    /// Whether rows of batches are checked for patterns too.
    pub(crate) check_patterns: bool,
    /// Whether flows may be scheduled from a time that has passed.
    pub(crate) past_starts: bool,
    /// How long a flow is on its way to a new state.
    pub(crate) flow_settling: Duration,
    /// Whether a reset brings the demo schemas and datasets back.
    pub(crate) seed: bool,
}
