//! Signatures of the Blob service: with the account's key for the emulator, as tokens for callers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

use super::Account;
use crate::zone::ZoneError;

/// The version of the protocol that the published tokens name.
pub(super) const VERSION: &str = "2020-04-08";

/// What published tokens permit: read, add, create, write, delete, list, move.
pub(super) const PERMISSIONS: &str = "racwdlm";

const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn hmac(account: &Account, text: &str) -> Result<String, ZoneError> {
    let bad = || ZoneError::Azure("the key of a storage account is not Base64".to_owned());
    let key = STANDARD.decode(&account.key).map_err(|_| bad())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| bad())?;
    mac.update(text.as_bytes());
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

/// The `Authorization` of a request with these `x-ms-` headers, in order, and these query parameters.
pub(super) fn shared_key(
    account: &Account,
    method: &str,
    path: &str,
    query: &[(&str, String)],
    headers: &[(&str, String)],
    length: u64,
) -> Result<String, ZoneError> {
    let length = if length == 0 {
        String::new()
    } else {
        length.to_string()
    };
    let headers = headers.iter().fold(String::new(), |text, (name, value)| {
        text + name + ":" + value + "\n"
    });
    let mut sorted = query.to_vec();
    sorted.sort();
    let query = sorted.iter().fold(String::new(), |text, (name, value)| {
        text + "\n" + name + ":" + value
    });
    // Empty lines: encoding, language, length, MD5, type, date, four conditions, range.
    let text = format!(
        "{method}\n\n\n{length}\n\n\n\n\n\n\n\n\n{headers}/{}{path}{query}",
        account.name
    );
    Ok(format!(
        "SharedKey {}:{}",
        account.name,
        hmac(account, &text)?
    ))
}

/// A token for a container, good as long as its policy is there: it says nothing of time itself.
pub(super) fn token(account: &Account, container: &str, policy: &str) -> Result<String, ZoneError> {
    // Permissions, start, expiry, resource, policy, address, protocol, version, kind, snapshot, five headers of answers.
    let text = format!(
        "{PERMISSIONS}\n\n\n/blob/{}/{container}\n{policy}\n\n\n{VERSION}\nc\n\n\n\n\n\n",
        account.name
    );
    let signature = hmac(account, &text)?;
    Ok(format!(
        "sv={VERSION}&si={policy}&sr=c&sp={PERMISSIONS}&sig={}",
        utf8_percent_encode(&signature, VALUE)
    ))
}
