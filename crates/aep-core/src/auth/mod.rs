//! Tokens: fetched from IMS and renewed, or brought by the user.
//!
//! However many requests need a token at the same time, one is fetched, and all of them get it. It is renewed five
//! minutes, or a tenth of its life, before it expires, and once more if a service refuses it earlier.

mod ims;
mod tokens;

use std::time::SystemTime;

pub(crate) use tokens::{Held, Tokens};

use crate::Secret;

/// An access token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Token {
    /// The token itself.
    pub secret: Secret<String>,
    /// When it stops being valid; `None` for a token that the user brought.
    pub expires_at: Option<SystemTime>,
}
