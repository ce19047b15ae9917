//! `POST /ims/token/v3` (and `/v2`): the fields may come as a form body, in the query, or split between both.

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::gateway::token;
use crate::ids;
use crate::problem::{Problem, ims};
use crate::routes::json::essence;
use crate::routes::{AppState, Json};
use crate::state::{GLOBAL, kind};

pub(super) async fn issue(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json, Problem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(essence);
    let is_form = media.as_deref() == Some("application/x-www-form-urlencoded");
    if !is_form && !body.is_empty() {
        return Err(ims::plain(
            415,
            "the body must be application/x-www-form-urlencoded",
        ));
    }
    let mut fields: HashMap<String, String> = parse(query.unwrap_or_default().as_bytes());
    fields.extend(parse(&body));
    let mut field = |name: &'static str| {
        fields
            .remove(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| ims::missing(name))
    };
    let grant = field("grant_type")?;
    if grant != "client_credentials" {
        return Err(ims::bad_grant(&grant));
    }
    let (client, secret, scope) = (
        field("client_id")?,
        field("client_secret")?,
        field("scope")?,
    );
    let now = state.clock.now_ms();
    let seconds = state.config.token_seconds;
    let token = state
        .store
        .write(move |tx| -> Result<String, Problem> {
            let known = tx
                .get(kind::CLIENT, GLOBAL, &client)?
                .ok_or_else(ims::bad_client)?;
            if known["secret"].as_str() != Some(&ids::sha256(&secret)) {
                return Err(ims::bad_secret());
            }
            check_scopes(&known, &scope)?;
            Ok(token::issue(tx, &client, now, seconds)?)
        })
        .await?;
    Ok(Json(
        json!({"access_token": token, "token_type": "bearer", "expires_in": seconds}),
    ))
}

/// Scopes are separated by commas; blanks are tolerated, as IMS does.
fn check_scopes(client: &Value, asked: &str) -> Result<(), Problem> {
    let allowed = client["scopes"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let unknown = asked
        .split([',', ' '])
        .filter(|scope| !scope.is_empty())
        .find(|scope| !allowed.iter().any(|known| known.as_str() == Some(scope)));
    unknown.map_or(Ok(()), |scope| Err(ims::bad_scope(scope)))
}

fn parse(text: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(text).into_owned().collect()
}
