//! Making target connections.

use std::fmt;

use aep_core::{DatasetId, Error, ErrorKind, Result, SchemaId};
use serde_json::{Value, json};

use super::TargetConnections;
use crate::cloud::CloudAccount;
use crate::ids::{ConnectionId, ConnectionSpecId, TargetConnectionId};
use crate::json::{Object, put};
use crate::model::{Created, DataFormat, FileFormat, SchemaRef};
use crate::specs;
use crate::verbs::{self, check_document, check_name};
use crate::wire::Kind;

/// A target connection to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTarget {
    /// Its name.
    pub name: String,
    /// The specification of the system, in its version 1.0.
    pub spec: ConnectionSpecId,
    /// What it is for.
    pub description: Option<String>,
    /// The connection whose account it uses; none for the data lake.
    pub connection: Option<ConnectionId>,
    /// The format of the data; not for exports.
    pub data: DataFormat,
    /// The schema of the data.
    pub schema: Option<SchemaRef>,
    /// Whether it is made as a draft, to be published later.
    pub draft: bool,
    params: Object,
}

/// What the files of an export are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportFormat {
    /// Apache Parquet.
    #[default]
    Parquet,
    /// JSON, one row a line; the platform writes it compressed.
    Json,
}

impl ExportFormat {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parquet => "PARQUET",
            Self::Json => "JSON",
        }
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an export writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExportFiles {
    /// The format; Parquet if nothing is said.
    pub format: ExportFormat,
    /// Whether the files are compressed with gzip; they are if nothing is said.
    pub gzip: bool,
}

impl Default for ExportFiles {
    fn default() -> Self {
        Self {
            format: ExportFormat::default(),
            gzip: true,
        }
    }
}

impl From<ExportFormat> for ExportFiles {
    fn from(format: ExportFormat) -> Self {
        Self {
            format,
            ..Self::default()
        }
    }
}

impl NewTarget {
    /// A target connection of this name to a system of this specification.
    pub fn new(name: impl Into<String>, spec: ConnectionSpecId) -> Self {
        Self {
            name: name.into(),
            spec,
            description: None,
            connection: None,
            data: DataFormat::default(),
            schema: None,
            draft: false,
            params: Object::new(),
        }
    }

    /// A dataset of the data lake whose rows have this schema.
    pub fn data_lake(name: impl Into<String>, dataset: DatasetId, schema: SchemaId) -> Self {
        Self {
            data: FileFormat::ParquetXdm.into(),
            schema: Some(SchemaRef::new(schema)),
            ..Self::new(name, specs::connection::DATA_LAKE_TARGET)
        }
        .param("dataSetId", String::from(dataset))
    }

    /// A folder of the Data Landing Zone that datasets are exported to, as Parquet compressed with gzip unless
    /// [`files`](Self::files) says something else.
    pub fn landing_zone(
        name: impl Into<String>,
        connection: ConnectionId,
        path: impl Into<String>,
    ) -> Self {
        Self::export(
            name.into(),
            specs::connection::LANDING_ZONE_TARGET,
            connection,
            "path",
            path.into(),
        )
    }

    /// A folder of a cloud storage that datasets are exported to. `bucket` is the bucket of Amazon S3 and Google Cloud
    /// Storage or the container of Azure Blob Storage; the others have none. Parquet compressed with gzip unless
    /// [`files`](Self::files) says something else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the storage is no destination, lacks its bucket, or has one that it can't have.
    pub fn cloud_export(
        name: impl Into<String>,
        account: &CloudAccount,
        connection: ConnectionId,
        bucket: Option<&str>,
        path: impl Into<String>,
    ) -> Result<Self> {
        let (spec, _) = account.target()?;
        let key = match account {
            CloudAccount::AmazonS3 { .. } | CloudAccount::GoogleCloudStorage { .. } => {
                Some("bucketName")
            }
            CloudAccount::AzureBlob { .. } => Some("container"),
            _ => None,
        };
        let path_key = match account {
            CloudAccount::Sftp { .. } | CloudAccount::SftpKey { .. } => "remotePath",
            _ => "path",
        };
        let new = Self::export(name.into(), spec, connection, path_key, path.into());
        let refused = |why: String| {
            Err(Error::new(ErrorKind::Usage, "create a target connection")
                .with("storage", account.name())
                .because(why))
        };
        match (key, bucket.filter(|bucket| !bucket.trim().is_empty())) {
            (Some(key), Some(bucket)) => Ok(new.param(key, bucket)),
            (Some(key), None) => refused(format!("`{key}` is missing")),
            (None, Some(_)) => refused("it has no buckets".to_owned()),
            (None, None) => Ok(new),
        }
    }

    fn export(
        name: String,
        spec: ConnectionSpecId,
        connection: ConnectionId,
        path_key: &str,
        path: String,
    ) -> Self {
        Self {
            connection: Some(connection),
            ..Self::new(name, spec)
        }
        .param("mode", "Server-to-server")
        .param(path_key, path)
        .files(ExportFiles::default())
    }

    /// Sets what an export writes.
    #[must_use]
    pub fn files(self, files: impl Into<ExportFiles>) -> Self {
        let files = files.into();
        self.param("compression", if files.gzip { "GZIP" } else { "NONE" })
            .param("datasetFileType", files.format.as_str())
    }

    /// Says what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Uses the account of this connection; for the data lake the connection that older flows have.
    #[must_use]
    pub fn connection(mut self, connection: ConnectionId) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Sets the format and everything about it.
    #[must_use]
    pub fn data(mut self, data: impl Into<DataFormat>) -> Self {
        self.data = data.into();
        self
    }

    /// Sets the schema.
    #[must_use]
    pub fn schema(mut self, schema: SchemaRef) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Sets a parameter of the specification.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Makes it as a draft, or not.
    #[must_use]
    pub fn draft(mut self, draft: bool) -> Self {
        self.draft = draft;
        self
    }

    fn check(&self) -> Result<()> {
        check_name(&self.name, Kind::Target)?;
        let refused = |why: &'static str| {
            Err(Error::new(ErrorKind::Usage, "create a target connection")
                .with("name", &self.name)
                .because(why))
        };
        let text = |key: &str| {
            self.params
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if self.spec == specs::connection::DATA_LAKE_TARGET && text("dataSetId").is_empty() {
            return refused("no dataset is given");
        }
        if text("datasetFileType") == "JSON" && text("compression") == "NONE" {
            return refused("JSON is exported compressed only: choose gzip, or Parquet");
        }
        let path = ["path", "remotePath"]
            .into_iter()
            .find_map(|key| self.params.get(key));
        if path
            .and_then(Value::as_str)
            .is_some_and(|path| path.trim().is_empty())
        {
            return refused("the path is empty");
        }
        Ok(())
    }

    pub(crate) fn body(&self) -> Value {
        let mut data = self.data.body().unwrap_or_else(|| json!({}));
        if let Some(schema) = &self.schema {
            data["schema"] = schema.body();
        }
        let data = data.as_object().filter(|data| !data.is_empty()).cloned();
        let params = (!self.params.is_empty()).then(|| self.params.clone());
        let mut body = Object::new();
        body.insert("name".to_owned(), json!(self.name));
        put(&mut body, "description", self.description.clone());
        put(
            &mut body,
            "baseConnectionId",
            self.connection.clone().map(String::from),
        );
        put(&mut body, "data", data);
        put(&mut body, "params", params);
        body.insert(
            "connectionSpec".to_owned(),
            json!({"id": self.spec, "version": "1.0"}),
        );
        body.into()
    }
}

impl TargetConnections {
    /// Makes a target connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for one that the service would refuse: without a name, a dataset or a path, or JSON without
    /// compression; what the service refuses. The call is not repeated after an unclear answer: the error says how to look.
    pub async fn create(&self, new: NewTarget) -> Result<Created<TargetConnectionId>> {
        new.check()?;
        verbs::create(
            &self.service,
            Kind::Target,
            &new.body(),
            new.draft,
            TargetConnectionId::new,
        )
        .await
    }

    /// Makes a target connection from a whole document, which is sent as it is.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`ErrorKind::Usage`] if `connectionSpec` is missing.
    pub async fn create_document(&self, document: Value) -> Result<Created<TargetConnectionId>> {
        check_document(&document, Kind::Target, &["connectionSpec"])?;
        verbs::create(
            &self.service,
            Kind::Target,
            &document,
            false,
            TargetConnectionId::new,
        )
        .await
    }
}
