//! What stands before every service but IMS: who asks, on whose behalf, in which sandbox.
//!
//! The order of the checks and the codes are those of the published gateway: token, key, organisation, then the
//! service's own look at the sandbox.

mod caller;
mod guard;
pub(crate) mod token;

pub(crate) use caller::Caller;
pub(crate) use guard::guard;
pub(crate) use token::revoke;
