//! What a client needs to know, after all layers of configuration are merged.

use std::fmt;
use std::path::PathBuf;

use url::Url;

use crate::transport::{Timeouts, address};
use crate::{OrgId, SandboxName, Secret};

/// How requests are authorised.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// OAuth server-to-server: tokens are fetched from IMS and renewed.
    ClientSecret {
        /// The client secret of the credential.
        secret: Secret<String>,
        /// The scopes to ask for.
        scopes: Vec<String>,
    },
    /// A token that the user brought. It cannot be renewed.
    Token(Secret<String>),
}

/// Which sandboxes may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Writes {
    /// Only sandboxes of type development.
    #[default]
    DevelopmentOnly,
    /// Production sandboxes too.
    Production,
}

impl Writes {
    /// The spelling in files: `development-only` or `production`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DevelopmentOnly => "development-only",
            Self::Production => "production",
        }
    }
}

/// Everything a [`Client`](crate::Client) needs: hosts, organisation, credentials, sandbox, retries, timeouts.
///
/// Made by [`resolve`](crate::resolve) from flags, environment and files, by [`Settings::local`] for the emulator, or by
/// hand. `Debug` shows no secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The profile these settings came from, if any.
    pub profile: Option<String>,
    /// The gateway, `https://platform.adobe.io`.
    pub base_url: Url,
    /// IMS, which gives tokens, `https://ims-na1.adobelogin.com`.
    pub ims_url: Url,
    /// The streaming collection, `https://dcs.adobedc.net`.
    pub streaming_url: Url,
    /// The organisation, sent as `x-gw-ims-org-id`.
    pub org: OrgId,
    /// The client id, sent as `x-api-key`.
    pub client_id: String,
    /// How requests are authorised.
    pub credentials: Credentials,
    /// The sandbox, sent as `x-sandbox-name`. There is no default.
    pub sandbox: Option<SandboxName>,
    /// Which sandboxes may be written to.
    pub writes: Writes,
    /// How often a failed request is sent again at most. Where a server throttles (429, or 503 with `Retry-After`), any
    /// number but 0 means as often as [`Timeouts::retry`] allows.
    pub retries: u32,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// A PEM file with certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// The address of the landing zone's S3, if it is neither Amazon's nor the gateway's (`AEP_STORAGE_URL`).
    pub storage_url: Option<Url>,
    /// The region of the landing zone's S3 (`AEP_STORAGE_REGION`); looked up if there is none.
    pub storage_region: Option<String>,
}

impl Settings {
    /// Retries when nothing else is set.
    pub const DEFAULT_RETRIES: u32 = 4;

    /// The organisation of the emulator's demo data.
    pub const LOCAL_ORG: &'static str = "LOCAL@AdobeOrg";
    /// The client id that the emulator knows.
    pub const LOCAL_CLIENT_ID: &'static str = "local-client";
    /// The client secret that the emulator knows. It protects nothing.
    pub const LOCAL_CLIENT_SECRET: &'static str = "local-secret";
    /// The sandbox that is used with the emulator when none is named.
    pub const LOCAL_SANDBOX: &'static str = "dev";

    /// Settings with these hosts and credentials, everything else at its default.
    pub fn new(
        base_url: Url,
        org: OrgId,
        client_id: impl Into<String>,
        credentials: Credentials,
    ) -> Self {
        Self {
            profile: None,
            ims_url: base_url.clone(),
            streaming_url: base_url.clone(),
            base_url,
            org,
            client_id: client_id.into(),
            credentials,
            sandbox: None,
            writes: Writes::default(),
            retries: Self::DEFAULT_RETRIES,
            timeouts: Timeouts::default(),
            ca_file: None,
            storage_url: None,
            storage_region: None,
        }
    }

    /// Whether the gateway is Adobe's own, not an emulator or a stand-in.
    pub fn is_adobe(&self) -> bool {
        super::hosts::is_adobe(&self.base_url)
    }

    /// Settings for an emulator at this address: its demo organisation and credentials, sandbox `dev`, one address for
    /// every service.
    pub fn local(base_url: Url) -> Self {
        let credentials = Credentials::ClientSecret {
            secret: Secret::new(Self::LOCAL_CLIENT_SECRET.to_owned()),
            scopes: default_scopes(),
        };
        let mut settings = Self::new(base_url, OrgId::local(), Self::LOCAL_CLIENT_ID, credentials);
        settings.sandbox = Some(SandboxName::local());
        settings
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profile", &self.profile)
            .field("base_url", &address::shown(&self.base_url))
            .field("ims_url", &address::shown(&self.ims_url))
            .field("streaming_url", &address::shown(&self.streaming_url))
            .field("org", &self.org)
            .field("client_id", &self.client_id)
            .field("credentials", &self.credentials)
            .field("sandbox", &self.sandbox)
            .field("writes", &self.writes)
            .field("retries", &self.retries)
            .field("timeouts", &self.timeouts)
            .field("ca_file", &self.ca_file)
            .field(
                "storage_url",
                &self.storage_url.as_ref().map(address::shown),
            )
            .field("storage_region", &self.storage_region)
            .finish()
    }
}

/// The scopes of an Experience Platform credential, as the Developer Console gives them out.
pub fn default_scopes() -> Vec<String> {
    [
        "openid",
        "AdobeID",
        "read_organizations",
        "additional_info.projectedProductContext",
        "session",
    ]
    .map(str::to_owned)
    .to_vec()
}
