//! From a flow to its document.

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

use super::model::{
    AuthEntry, BaseEntry, DatasetEntry, DatasetRole, EndEntry, MappingEntry, PipelineDocument,
    SchemaEntry, SpecEntry, VERSION,
};
use super::parse::Side;
use crate::connection_specs::ConnectionSpec;
use crate::connections::Connection;
use crate::flows::Flow;
use crate::manager::{FlowDataset, FlowManager, Part};
use crate::mapping::MappingSet;
use crate::model::{Common, SpecRef};
use crate::{platform, specs};

/// What the service makes up for a streaming connection, or what no two of them may share.
const MADE_UP: [&str; 3] = ["inletUrl", "inletId", "sourceId"];

/// The options that a request may set.
const OPTIONS: [&str; 2] = ["errorDiagnosticsEnabled", "partialIngestionPercent"];

impl FlowManager {
    /// The whole pipeline as one document, from which it can be made again in another sandbox.
    ///
    /// # Errors
    /// Of the part that can't be read: a document with a hole could not be made again. [`NotFound`](ErrorKind::NotFound)
    /// if something that the flow points at was deleted.
    pub async fn to_document(&self) -> Result<PipelineDocument> {
        self.document().await.map_err(|error| {
            error
                .while_doing("describe the pipeline")
                .with("flow", self.id())
        })
    }

    async fn document(&self) -> Result<PipelineDocument> {
        let flow = self.flow().await?;
        let (ends, specs, bases, flow_spec, datasets, set) = futures::join!(
            async { futures::join!(self.source(), self.target()) },
            async { futures::join!(self.source_spec(), self.target_spec()) },
            async { futures::join!(self.source_base(), self.target_base()) },
            self.flow_spec(),
            self.datasets(),
            self.mapping_set(),
        );
        let lacks = |what: &'static str| {
            Error::new(ErrorKind::NotFound, format!("read the flow's {what}"))
                .because("the flow names none")
        };
        let source = ends.0?.ok_or_else(|| lacks("source connection"))?;
        let target = ends.1?.ok_or_else(|| lacks("target connection"))?;
        let spec = flow
            .flow_spec
            .as_ref()
            .ok_or_else(|| lacks("specification"))?;
        // the name of the flow's specification is for the reader only
        let spec_name = flow_spec.ok().flatten().map(|spec| spec.name.clone());
        let mut found = Found::default();
        let source = end(
            Side::Source,
            &source.common,
            source.raw(),
            source.connection_spec.as_ref().map(plain),
            specs.0.ok().flatten().as_deref(),
            bases.0?.as_deref(),
            &mut found,
        )?;
        let target = end(
            Side::Target,
            &target.common,
            target.raw(),
            target.connection_spec.as_ref().map(plain),
            specs.1.ok().flatten().as_deref(),
            bases.1?.as_deref(),
            &mut found,
        )?;
        let datasets = self.dataset_entries(&datasets?).await?;
        Ok(PipelineDocument {
            document: VERSION.to_owned(),
            name: flow.name.clone(),
            description: flow.description.clone(),
            kind: serde_json::to_value(flow.kind())
                .ok()
                .and_then(|kind| kind.as_str().map(str::to_owned)),
            flow_spec: SpecEntry {
                name: spec_name.filter(|name| !name.is_empty()),
                ..plain(spec)
            },
            source,
            target,
            datasets,
            mapping: set?.map(|set| mapping(&set)),
            transformations: transformations(&flow),
            schedule: object(&flow, "scheduleParams"),
            options: object(&flow, "options")
                .map(|mut options| {
                    options.retain(|key, _| OPTIONS.contains(&key.as_str()));
                    options
                })
                .filter(|options| !options.is_empty()),
            secrets: found.needed,
            optional_secrets: found.optional,
        })
    }

    async fn dataset_entries(&self, datasets: &[FlowDataset]) -> Result<Vec<DatasetEntry>> {
        let mut entries = Vec::new();
        for one in datasets {
            let dataset = match &one.dataset {
                Part::Known(dataset) => dataset,
                Part::Unreadable(cause) => {
                    return Err(Error::over("read a dataset of the flow", Arc::clone(cause)));
                }
                Part::None | Part::Missing => {
                    return Err(
                        Error::new(ErrorKind::NotFound, "read a dataset of the flow")
                            .with("dataset", &one.id)
                            .because("it was deleted"),
                    );
                }
            };
            let schema = match &dataset.schema {
                None => None,
                Some(id) => {
                    // the title is for the reader only
                    let known = platform::look_schema(self.service().client(), id).await;
                    Some(SchemaEntry {
                        id: id.to_string(),
                        title: known.ok().flatten().and_then(|schema| schema.title),
                    })
                }
            };
            entries.push(DatasetEntry {
                id: one.id.to_string(),
                name: dataset.name.clone(),
                role: if one.written {
                    DatasetRole::Target
                } else {
                    DatasetRole::Source
                },
                schema,
            });
        }
        Ok(entries)
    }
}

/// The places of secrets that were found.
#[derive(Default)]
struct Found {
    needed: Vec<String>,
    optional: Vec<String>,
}

fn end(
    side: Side,
    common: &Common,
    raw: &Map<String, Value>,
    spec: Option<SpecEntry>,
    known: Option<&ConnectionSpec>,
    base: Option<&Connection>,
    found: &mut Found,
) -> Result<EndEntry> {
    let Some(spec) = spec else {
        return Err(Error::new(ErrorKind::Protocol, "describe a connection")
            .with("connection", &common.name)
            .because("it does not say which system it is for"));
    };
    let part = |key: &str| raw.get(key).filter(|value| !value.is_null()).cloned();
    Ok(EndEntry {
        name: common.name.clone(),
        description: common.description.clone(),
        connection_spec: SpecEntry {
            name: known.map(|spec| spec.name.clone()),
            ..spec
        },
        data: part("data"),
        params: part("params"),
        base: match base {
            Some(base) => Some(account(side, base, known, found)?),
            None => None,
        },
    })
}

fn account(
    side: Side,
    base: &Connection,
    known: Option<&ConnectionSpec>,
    found: &mut Found,
) -> Result<BaseEntry> {
    let Some(spec) = &base.connection_spec else {
        return Err(Error::new(ErrorKind::Protocol, "describe a connection")
            .with("connection", &base.id)
            .because("it does not say which system it is for"));
    };
    let auth = base.auth.as_ref().map(|auth| {
        let mut params = Map::new();
        let forms = known.and_then(|spec| spec.raw().get("authSpec"));
        let form = Form::find(forms, &auth.spec_name, &spec.id);
        let mut needed: Vec<&str> = auth.secrets().collect();
        for name in auth.names() {
            if let Some(value) = auth.get(name)
                && !MADE_UP.contains(&name)
                && !form.secrets.iter().any(|secret| secret == name)
            {
                params.insert(name.to_owned(), value.clone());
            }
        }
        for name in &form.secrets {
            if needed.contains(&name.as_str()) || params.contains_key(name) {
                continue;
            }
            if form.required.contains(name) {
                needed.push(name);
            } else {
                found.optional.push(format!("{}{name}", side.prefix()));
            }
        }
        let places = needed.iter().map(|name| format!("{}{name}", side.prefix()));
        found.needed.extend(places);
        AuthEntry {
            spec_name: auth.spec_name.clone(),
            params,
        }
    });
    Ok(BaseEntry {
        name: base.name.clone(),
        description: base.description.clone(),
        connection_spec: plain(spec),
        auth,
    })
}

/// What a form of sign-in wants.
#[derive(Default)]
struct Form {
    secrets: Vec<String>,
    required: Vec<String>,
}

impl Form {
    /// From the specification's own form, where secrets have the format `password`; else from the published one, in which
    /// case everything that the service did not tell counts as a secret.
    fn find(forms: Option<&Value>, name: &str, spec: &crate::ConnectionSpecId) -> Self {
        let forms = forms.and_then(Value::as_array);
        let form = forms
            .into_iter()
            .flatten()
            .find(|form| form["name"] == name);
        if let Some(schema) = form.map(|form| &form["spec"]) {
            let fields = schema["properties"].as_object();
            let secrets = fields
                .into_iter()
                .flatten()
                .filter(|(_, field)| field["format"] == "password")
                .map(|(name, _)| name.clone());
            let required = schema["required"].as_array().into_iter().flatten();
            return Self {
                secrets: secrets.collect(),
                required: required
                    .filter_map(|name| name.as_str().map(str::to_owned))
                    .collect(),
            };
        }
        let published =
            specs::known(spec).and_then(|spec| spec.auth.iter().find(|form| form.name == name));
        let params = published.map(|form| form.params).unwrap_or_default();
        let secret = |name: &&&str| {
            let name = name.to_ascii_lowercase();
            [
                "key",
                "password",
                "passphrase",
                "sasuri",
                "connectionstring",
            ]
            .iter()
            .any(|part| name.contains(part))
                && name != "accesskeyid"
        };
        let secrets: Vec<String> = params
            .iter()
            .filter(secret)
            .map(|name| (*name).to_owned())
            .collect();
        Self {
            required: secrets
                .iter()
                .filter(|name| *name != "passPhrase")
                .cloned()
                .collect(),
            secrets,
        }
    }
}

fn plain<I: std::fmt::Display>(spec: &SpecRef<I>) -> SpecEntry {
    SpecEntry {
        id: spec.id.to_string(),
        version: spec.version.clone(),
        name: None,
    }
}

fn mapping(set: &MappingSet) -> MappingEntry {
    MappingEntry {
        name: set.name.clone(),
        mappings: set
            .mappings
            .iter()
            .map(crate::mapping::Mapping::wire)
            .collect(),
    }
}

/// The transformations; the mapping without what is only true in this sandbox.
fn transformations(flow: &Flow) -> Vec<Value> {
    let list = flow.raw().get("transformations").and_then(Value::as_array);
    let mut all: Vec<Value> = list.cloned().unwrap_or_default();
    for one in &mut all {
        if one["name"] == "Mapping"
            && let Some(params) = one["params"].as_object_mut()
        {
            params.shift_remove("mappingId");
            params.shift_remove("mappingVersion");
        }
    }
    all
}

fn object(flow: &Flow, key: &str) -> Option<Map<String, Value>> {
    let object = flow.raw().get(key)?.as_object()?;
    (!object.is_empty()).then(|| object.clone())
}
