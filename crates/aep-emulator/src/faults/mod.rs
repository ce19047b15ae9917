//! Trouble on request: rules that delay, refuse, cut or swallow chosen requests.

mod registry;
mod rule;

pub use registry::{Faults, Listed};
pub use rule::{Fault, FaultError, FaultRule, When};
