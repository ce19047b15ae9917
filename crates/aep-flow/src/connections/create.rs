//! Making connections.

use aep_core::{Error, ErrorKind, Result, Secret};
use serde_json::{Value, json};

use super::Connections;
use crate::cloud::CloudAccount;
use crate::ids::{ConnectionId, ConnectionSpecId};
use crate::json::{Object, put};
use crate::model::{Auth, Created};
use crate::specs;
use crate::verbs::{self, check_document, check_name};
use crate::wire::Kind;

/// A connection to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// The specification of the system, in its version 1.0.
    pub spec: ConnectionSpecId,
    /// What it is for.
    pub description: Option<String>,
    /// How it signs in; none for systems that need no sign-in.
    pub auth: Option<Auth>,
    /// The provider; only streaming connections name it.
    pub provider: Option<String>,
    /// Whether it is made as a draft, to be published later.
    pub draft: bool,
}

/// What messages to a streaming connection look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StreamingData {
    /// XDM, as the dataset's schema has it.
    #[default]
    Xdm,
    /// Anything, for a flow with a mapping.
    Raw,
}

/// The choices of a streaming connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Streaming {
    /// What messages look like; XDM if nothing is said.
    pub data: StreamingData,
    /// Whether messages have to carry a token; not if nothing is said.
    pub authentication_required: bool,
    /// The name of the inlet; that of the connection if none is given.
    pub inlet_name: Option<String>,
}

impl NewConnection {
    /// A connection of this name to a system of this specification.
    pub fn new(name: impl Into<String>, spec: ConnectionSpecId) -> Self {
        Self {
            name: name.into(),
            spec,
            description: None,
            auth: None,
            provider: None,
            draft: false,
        }
    }

    /// A connection that takes messages by HTTP. `source_id` is a text that tells it from others in the organisation.
    pub fn streaming(
        name: impl Into<String>,
        source_id: impl Into<String>,
        streaming: Streaming,
    ) -> Self {
        let name = name.into();
        let mut auth = Auth::new("Streaming Connection")
            .with("sourceId", source_id.into())
            .with(
                "dataType",
                match streaming.data {
                    StreamingData::Xdm => "xdm",
                    StreamingData::Raw => "raw",
                },
            )
            .with("name", streaming.inlet_name.unwrap_or_else(|| name.clone()));
        if streaming.authentication_required {
            auth = auth.with("authenticationRequired", true);
        }
        Self {
            auth: Some(auth),
            provider: Some(specs::STREAMING_PROVIDER.to_owned()),
            ..Self::new(name, specs::connection::STREAMING_SOURCE)
        }
    }

    /// A connection to the profile store (UPS).
    pub fn profile_store(name: impl Into<String>) -> Self {
        Self::new(name, specs::connection::PROFILE_STORE)
    }

    /// A connection by which files of a cloud storage are read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the account can't be used for it.
    pub fn cloud_source(name: impl Into<String>, account: &CloudAccount) -> Result<Self> {
        let (spec, auth) = account.source()?;
        Ok(Self::new(name, spec).auth(auth))
    }

    /// A connection by which files are written to a cloud storage.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the account can't be used for it: FTP is no destination, and Azure Blob takes a connection
    /// string there and no SAS address.
    pub fn cloud_target(name: impl Into<String>, account: &CloudAccount) -> Result<Self> {
        let (spec, auth) = account.target()?;
        Ok(Self::new(name, spec).auth(auth))
    }

    /// A connection by which files are written to Amazon S3.
    pub fn s3_target(
        name: impl Into<String>,
        access_key: Secret<String>,
        secret_key: Secret<String>,
    ) -> Self {
        let auth = Auth::new("Access Key")
            .with_secret("s3AccessKey", access_key)
            .with_secret("s3SecretKey", secret_key);
        Self::new(name, specs::connection::AMAZON_S3_TARGET).auth(auth)
    }

    /// A connection by which files are written to Azure Blob Storage.
    pub fn blob_target(name: impl Into<String>, connection_string: Secret<String>) -> Self {
        let auth = Auth::new("ConnectionString").with_secret("connectionString", connection_string);
        Self::new(name, specs::connection::AZURE_BLOB_TARGET).auth(auth)
    }

    /// A connection by which files are written to the Data Landing Zone. It has no sign-in.
    pub fn landing_zone_target(name: impl Into<String>) -> Self {
        Self::new(name, specs::connection::LANDING_ZONE_TARGET)
    }

    /// A connection to the data lake for target connections, as older flows have it. Newer ones do without.
    pub fn data_lake(name: impl Into<String>) -> Self {
        Self::new(name, specs::connection::DATA_LAKE_TARGET)
    }

    /// Says what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets how it signs in.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Makes it as a draft, or not.
    #[must_use]
    pub fn draft(mut self, draft: bool) -> Self {
        self.draft = draft;
        self
    }

    fn check(&self) -> Result<()> {
        check_name(&self.name, Kind::Connection)?;
        let known = specs::known(&self.spec).map_or(&[][..], |spec| spec.auth);
        let refused = |why: String| {
            Err(Error::new(ErrorKind::Usage, "create a connection")
                .with("name", &self.name)
                .because(why))
        };
        let forms: Vec<&str> = known.iter().map(|form| form.name).collect();
        match &self.auth {
            None if !forms.is_empty() => refused(format!(
                "the system wants a sign-in: {}",
                forms.join(" or ")
            )),
            Some(auth) if !forms.is_empty() && !forms.contains(&auth.spec_name.as_str()) => {
                refused(format!(
                    "the system has no sign-in `{}`: it has {}",
                    auth.spec_name,
                    forms.join(" and ")
                ))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = Object::new();
        body.insert("name".to_owned(), json!(self.name));
        put(&mut body, "providerId", self.provider.clone());
        put(&mut body, "description", self.description.clone());
        put(&mut body, "auth", self.auth.as_ref().map(Auth::body));
        body.insert(
            "connectionSpec".to_owned(),
            json!({"id": self.spec, "version": "1.0"}),
        );
        body.into()
    }
}

impl Connections {
    /// Makes a connection. The service tries the credentials of most systems while it does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] without a name, or with a sign-in that the system is known not to have; what the service
    /// refuses. The call is not repeated after an unclear answer: the error says how to look.
    pub async fn create(&self, new: NewConnection) -> Result<Created<ConnectionId>> {
        new.check()?;
        verbs::create(
            &self.service,
            Kind::Connection,
            &new.body(),
            new.draft,
            ConnectionId::new,
        )
        .await
    }

    /// Makes a connection from a whole document, which is sent as it is.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`ErrorKind::Usage`] if `name` or `connectionSpec` is missing.
    pub async fn create_document(&self, document: Value) -> Result<Created<ConnectionId>> {
        check_document(&document, Kind::Connection, &["name", "connectionSpec"])?;
        verbs::create(
            &self.service,
            Kind::Connection,
            &document,
            false,
            ConnectionId::new,
        )
        .await
    }
}
