//! Identifiers in the forms the platform uses.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use ulid::Ulid;

/// A batch id: a 26-character ULID whose time is the emulator's.
pub(crate) fn batch(now_ms: i64) -> String {
    Ulid::from_parts(u64::try_from(now_ms).unwrap_or_default(), rand::random()).to_string()
}

/// A dataset or dataset view id: 24 hex digits.
pub(crate) fn dataset() -> String {
    uuid()[..24].to_owned()
}

/// 32 hex digits.
pub(crate) fn uuid() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// A UUID with dashes, as request ids and sandbox ids have it.
pub(crate) fn dashed() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The hex form of a SHA-256.
pub(crate) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
