//! Tokens: fetched from IMS, or brought by the user.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::config::Credentials;
use crate::transport::address;
use crate::{Error, ErrorKind, Result, Secret, Settings};

/// An access token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Token {
    /// The token itself.
    pub secret: Secret<String>,
    /// When it stops being valid; `None` for a token that the user brought.
    pub expires_at: Option<SystemTime>,
}

pub(crate) struct Tokens {
    ims_url: Url,
    client_id: String,
    credentials: Credentials,
    current: Mutex<Option<Token>>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
}

impl Tokens {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            ims_url: settings.ims_url.clone(),
            client_id: settings.client_id.clone(),
            credentials: settings.credentials.clone(),
            current: Mutex::new(None),
        }
    }

    pub(crate) async fn current(&self, http: &reqwest::Client) -> Result<Token> {
        let (secret, scopes) = match &self.credentials {
            Credentials::Token(secret) => {
                return Ok(Token {
                    secret: secret.clone(),
                    expires_at: None,
                });
            }
            Credentials::ClientSecret { secret, scopes } => (secret, scopes),
        };
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref() {
            return Ok(token.clone());
        }
        let failed = |kind| Error::new(kind, "get an access token");
        let url = address::join(&self.ims_url, &["ims", "token", "v3"])?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", secret.expose()),
            ("scope", &scopes.join(",")),
        ];
        let answer = http.post(url).form(&form).send().await;
        let answer =
            answer.map_err(|error| failed(ErrorKind::Unavailable).because(error.without_url()))?;
        if !answer.status().is_success() {
            return Err(failed(ErrorKind::Unauthorized).because(answer.status().to_string()));
        }
        let answer: Answer = answer
            .json()
            .await
            .map_err(|error| failed(ErrorKind::Protocol).because(error.without_url()))?;
        let token = Token {
            secret: Secret::new(answer.access_token),
            expires_at: Some(SystemTime::now() + Duration::from_secs(answer.expires_in)),
        };
        *current = Some(token.clone());
        Ok(token)
    }
}
