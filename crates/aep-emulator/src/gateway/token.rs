//! Tokens: issued by the IMS route, known here by their hash only.

use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::ids;
use crate::routes::AppState;
use crate::state::{GLOBAL, StateError, Tx, kind};

/// Makes a token for a client and remembers its hash. The token expires `seconds` after `now_ms`.
pub(crate) fn issue(
    tx: &Tx<'_>,
    client: &str,
    now_ms: i64,
    seconds: i64,
) -> Result<String, StateError> {
    for (_, id, token) in tx.list_everywhere(kind::TOKEN)? {
        if is_expired(&token, now_ms) {
            tx.delete(kind::TOKEN, GLOBAL, &id)?;
        }
    }
    let token = format!("aep-emulator.{}{}", ids::uuid(), ids::uuid());
    let expires = now_ms.saturating_add(seconds.saturating_mul(1000));
    tx.put(
        kind::TOKEN,
        GLOBAL,
        &ids::sha256(&token),
        client,
        &json!({"client": client, "expires": expires}),
    )?;
    Ok(token)
}

/// The client of a token that is known and not expired.
pub(crate) fn client_of(
    tx: &Tx<'_>,
    token: &str,
    now_ms: i64,
) -> Result<Option<Value>, StateError> {
    let Some(found) = tx.get(kind::TOKEN, GLOBAL, &ids::sha256(token))? else {
        return Ok(None);
    };
    if is_expired(&found, now_ms) {
        return Ok(None);
    }
    tx.get(
        kind::CLIENT,
        GLOBAL,
        found["client"].as_str().unwrap_or_default(),
    )
}

fn is_expired(token: &Value, now_ms: i64) -> bool {
    token["expires"]
        .as_i64()
        .is_none_or(|expires| expires <= now_ms)
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Forgets the token of a request, as if it had expired.
pub(crate) async fn revoke(state: &AppState, headers: &HeaderMap) {
    let Some(hash) = bearer(headers).map(ids::sha256) else {
        return;
    };
    let gone = state
        .store
        .write(move |tx| tx.delete(kind::TOKEN, GLOBAL, &hash))
        .await;
    if let Err(error) = gone {
        let error: StateError = error;
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a token could not be revoked"
        );
    }
}
