//! Tokens of containers: one at a time, until it is refreshed or expires.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Call;
use super::{Azure, sign};
use crate::ids;
use crate::state::{GLOBAL, StateError, kind};
use crate::zone::{DAY_MS, ZoneError, ZoneType};

/// What the token of a zone is. Its id is sandbox and type.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    sandbox: String,
    zone: String,
    policy: String,
    /// By the emulator's clock, in milliseconds since 1970-01-01 UTC.
    expires: i64,
    /// Whether the policy is gone already.
    ended: bool,
}

/// How long a token is good, in days. Of the last type 90 are known; the others have no published number, so they live
/// as long as their files (emulator choice).
fn life(kind: ZoneType) -> i64 {
    match kind {
        ZoneType::DatabricksSource => 90,
        ZoneType::UserDropZone | ZoneType::DlzDestination => 7,
    }
}

fn id(sandbox: &str, kind: ZoneType) -> String {
    format!("{sandbox}/{}", kind.name())
}

impl Azure {
    /// The token there is, or a new one if `fresh` or if its time is over.
    pub(in crate::zone) async fn credentials(
        &self,
        sandbox: &str,
        kind: ZoneType,
        fresh: bool,
    ) -> Result<Value, ZoneError> {
        let account = self.ready(sandbox, kind).await?;
        let wanted = id(sandbox, kind);
        let found = self
            .0
            .store
            .read(move |tx| tx.get(kind::ZONE_TOKEN, GLOBAL, &wanted))
            .await?;
        let found: Option<Token> = found
            .map(serde_json::from_value)
            .transpose()
            .map_err(StateError::from)?;
        let now = self.0.clock.now_ms();
        let good = found.filter(|token| !fresh && !token.ended && now < token.expires);
        let token = match good {
            Some(token) => token,
            None => self.renew(sandbox, kind, now).await?,
        };
        let container = kind.container();
        let signed = sign::token(&account, container, &token.policy)?;
        let mut answer = json!({
            "containerName": container,
            "SASToken": signed,
            "storageAccountName": account.name,
            "SASUri": format!("{}/{container}?{signed}", self.0.client.url(&account.name)),
        });
        // The published answer for destinations does not show it.
        if kind != ZoneType::DlzDestination {
            let date = jiff::Timestamp::from_millisecond(token.expires)
                .map(|time| time.strftime("%Y-%m-%d").to_string());
            answer["expiryDate"] = json!(date.unwrap_or_default());
        }
        Ok(answer)
    }

    async fn renew(&self, sandbox: &str, kind: ZoneType, now: i64) -> Result<Token, ZoneError> {
        let token = Token {
            sandbox: sandbox.to_owned(),
            zone: kind.name().to_owned(),
            policy: format!("dlz-{}", ids::dashed()),
            expires: now.saturating_add(life(kind) * DAY_MS),
            ended: false,
        };
        self.set_policy(sandbox, kind, Some(&token.policy)).await?;
        self.remember(&token, kind).await?;
        Ok(token)
    }

    async fn remember(&self, token: &Token, kind: ZoneType) -> Result<(), ZoneError> {
        let (id, doc) = (id(&token.sandbox, kind), serde_json::to_value(token));
        let doc = doc.map_err(StateError::from)?;
        self.0
            .store
            .write(move |tx| tx.put(kind::ZONE_TOKEN, GLOBAL, &id, "", &doc))
            .await?;
        Ok(())
    }

    /// Replaces the container's policies by one, or by none. The emulator's clock ends it, so it has no end of its own.
    /// Permissions are in the published tokens; Azurite takes them from the policy whenever there is one.
    async fn set_policy(
        &self,
        sandbox: &str,
        kind: ZoneType,
        policy: Option<&str>,
    ) -> Result<(), ZoneError> {
        let account = self.account(sandbox).await?;
        let policy = policy.map_or_else(String::new, |id| {
            format!(
                "<SignedIdentifier><Id>{id}</Id><AccessPolicy><Expiry>9999-12-31T00:00:00.0000000Z</Expiry>\
                 <Permission>{}</Permission></AccessPolicy></SignedIdentifier>",
                sign::PERMISSIONS
            )
        });
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><SignedIdentifiers>{policy}</SignedIdentifiers>"
        );
        let call = Call {
            method: Method::PUT,
            container: kind.container(),
            query: vec![
                ("comp", "acl".to_owned()),
                ("restype", "container".to_owned()),
            ],
            length: body.len() as u64,
            body: body.into(),
            ..Call::default()
        };
        self.0.client.ask(&account, call, &[200]).await?;
        Ok(())
    }

    /// Takes the policies away whose time is over.
    pub(in crate::zone) async fn expire(&self) -> Result<(), ZoneError> {
        let now = self.0.clock.now_ms();
        let rows = self
            .0
            .store
            .read(|tx| tx.entries(kind::ZONE_TOKEN, GLOBAL, None))
            .await?;
        for (_, doc) in rows {
            let Ok(mut token) = serde_json::from_value::<Token>(doc) else {
                continue;
            };
            let Some(kind) = ZoneType::of_name(&token.zone) else {
                continue;
            };
            if token.ended || now < token.expires {
                continue;
            }
            self.set_policy(&token.sandbox, kind, None).await?;
            token.ended = true;
            self.remember(&token, kind).await?;
        }
        Ok(())
    }

    /// After everything was forgotten: the same accounts, without files and tokens.
    pub(in crate::zone) async fn reset(&self) -> Result<(), ZoneError> {
        self.0.accounts.save(&self.0.store).await?;
        for account in self.0.accounts.given() {
            let Some(sandbox) = account.sandbox() else {
                continue;
            };
            for kind in ZoneType::ALL {
                self.ready(sandbox, kind).await?;
                self.set_policy(sandbox, kind, None).await?;
            }
        }
        self.sweep(true).await?;
        Ok(())
    }
}
