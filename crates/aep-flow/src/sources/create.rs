//! Making source connections.

use aep_core::{DatasetId, Error, ErrorKind, Result};
use serde_json::{Value, json};

use super::SourceConnections;
use crate::ids::{ConnectionId, ConnectionSpecId, SourceConnectionId};
use crate::json::{Object, put};
use crate::model::{Created, DataFormat, FileFormat, SchemaRef};
use crate::specs;
use crate::verbs::{self, check_document, check_name};
use crate::wire::Kind;

/// A source connection to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSource {
    /// Its name.
    pub name: String,
    /// The specification of the system, in its version 1.0.
    pub spec: ConnectionSpecId,
    /// What it is for.
    pub description: Option<String>,
    /// The connection whose account it uses; none for the landing zone and the data lake.
    pub connection: Option<ConnectionId>,
    /// The format of the data.
    pub data: DataFormat,
    /// The schema of the data, for sources that have one.
    pub schema: Option<SchemaRef>,
    /// The provider; only streaming sources name it.
    pub provider: Option<String>,
    /// Whether it is made as a draft, to be published later.
    pub draft: bool,
    params: Object,
}

impl NewSource {
    /// A source connection of this name to a system of this specification.
    pub fn new(name: impl Into<String>, spec: ConnectionSpecId) -> Self {
        Self {
            name: name.into(),
            spec,
            description: None,
            connection: None,
            data: DataFormat::default(),
            schema: None,
            provider: None,
            draft: false,
            params: Object::new(),
        }
    }

    /// Messages by HTTP. They are JSON.
    pub fn streaming(name: impl Into<String>, connection: ConnectionId) -> Self {
        Self {
            connection: Some(connection),
            data: FileFormat::Json.into(),
            provider: Some(specs::STREAMING_PROVIDER.to_owned()),
            ..Self::new(name, specs::connection::STREAMING_SOURCE)
        }
    }

    /// Files of the Data Landing Zone. The path begins with the container, `dlz-user-container/in/`; one that ends in a
    /// slash, or whose last part has a `*`, means a folder with everything below it, another one a file. `*` in the last
    /// part chooses among the files. Delimited text unless [`format`](Self::format) says something else.
    pub fn landing_zone(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(name, specs::connection::LANDING_ZONE_SOURCE).path(path)
    }

    /// Datasets of the data lake, for exports. They can't be changed later: for other datasets a flow gets another source
    /// connection.
    pub fn data_lake(
        name: impl Into<String>,
        datasets: impl IntoIterator<Item = DatasetId>,
    ) -> Self {
        let datasets: Vec<Value> = datasets
            .into_iter()
            .map(|id| json!({"dataSetId": id}))
            .collect();
        Self::new(name, specs::connection::DATA_LAKE_SOURCE).param("datasets", datasets)
    }

    /// Files of a cloud storage, through a connection to it. The path is written as for
    /// [`landing_zone`](Self::landing_zone), without a container.
    pub fn cloud(
        name: impl Into<String>,
        spec: ConnectionSpecId,
        connection: ConnectionId,
        path: impl Into<String>,
    ) -> Self {
        Self {
            connection: Some(connection),
            ..Self::new(name, spec).path(path)
        }
    }

    fn path(self, path: impl Into<String>) -> Self {
        let path = path.into();
        let last = path.rsplit('/').next().unwrap_or_default();
        let folder = last.is_empty() || last.contains('*');
        let source = self
            .format(FileFormat::Delimited)
            .param("path", path)
            .param("type", if folder { "folder" } else { "file" });
        if folder {
            source.param("recursive", true)
        } else {
            source
        }
    }

    /// Says what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Uses the account of this connection.
    #[must_use]
    pub fn connection(mut self, connection: ConnectionId) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Sets the format, and keeps what was said about delimiter, encoding and compression.
    #[must_use]
    pub fn format(mut self, format: FileFormat) -> Self {
        self.data.format = Some(format);
        self
    }

    /// Sets the format and everything about it.
    #[must_use]
    pub fn data(mut self, data: DataFormat) -> Self {
        self.data = data;
        self
    }

    /// Sets the schema.
    #[must_use]
    pub fn schema(mut self, schema: SchemaRef) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Sets a parameter of the specification: `bucketName`, `tableName`, `columns`, …
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Takes the folders below a folder too, or not.
    #[must_use]
    pub fn recursive(self, recursive: bool) -> Self {
        self.param("recursive", recursive)
    }

    /// Makes it as a draft, or not.
    #[must_use]
    pub fn draft(mut self, draft: bool) -> Self {
        self.draft = draft;
        self
    }

    fn check(&self) -> Result<()> {
        check_name(&self.name, Kind::Source)?;
        let refused = |why: &'static str| {
            Err(Error::new(ErrorKind::Usage, "create a source connection")
                .with("name", &self.name)
                .because(why))
        };
        let lake = self.spec == specs::connection::DATA_LAKE_SOURCE;
        let zone = self.spec == specs::connection::LANDING_ZONE_SOURCE;
        if zone && self.connection.is_some() {
            return refused("the landing zone is reached without a connection");
        }
        if zone
            && self
                .params
                .get("path")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .is_empty()
        {
            return refused("no path is given");
        }
        if lake
            && self
                .params
                .get("datasets")
                .and_then(Value::as_array)
                .is_none_or(Vec::is_empty)
        {
            return refused("no dataset is given");
        }
        if !lake && !self.draft && self.data.body().is_none() && self.schema.is_none() {
            return refused("the format of the data is missing");
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
        put(&mut body, "providerId", self.provider.clone());
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

impl SourceConnections {
    /// Makes a source connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for one that the service would refuse: without a name, a path, a dataset or a format, or with
    /// a connection to the landing zone; what the service refuses. The call is not repeated after an unclear answer: the
    /// error says how to look.
    pub async fn create(&self, new: NewSource) -> Result<Created<SourceConnectionId>> {
        new.check()?;
        verbs::create(
            &self.service,
            Kind::Source,
            &new.body(),
            new.draft,
            SourceConnectionId::new,
        )
        .await
    }

    /// Makes a source connection from a whole document, which is sent as it is.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`ErrorKind::Usage`] if `name` or `connectionSpec` is missing.
    pub async fn create_document(&self, document: Value) -> Result<Created<SourceConnectionId>> {
        check_document(&document, Kind::Source, &["name", "connectionSpec"])?;
        verbs::create(
            &self.service,
            Kind::Source,
            &document,
            false,
            SourceConnectionId::new,
        )
        .await
    }
}
