//! From a document to a flow.

use aep_core::{Error, ErrorKind, Result, Secret};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::model::{AuthEntry, BaseEntry, EndEntry, PipelineDocument, SpecEntry};
use super::parse::Side;
use super::resolve::Resolved;
use super::schedule;
use super::secrets::Secrets;
use crate::FlowService;
use crate::mapping::{Mapping, NewMappingSet};
use crate::model::{Auth, take_secrets};
use crate::pipeline::{Draft, Drafts, Made, OnStep, Plan, StepKind};

/// Secrets by place.
type Given = std::collections::BTreeMap<String, Secret>;

impl PipelineDocument {
    /// Makes the pipeline in the sandbox of this service: datasets are found by name, secrets put in, a start in the past
    /// is moved behind now. `on_step` is told about every step that is done.
    ///
    /// # Errors
    /// Before anything is changed: [`Usage`](ErrorKind::Usage) with the secrets that are missing, given for nothing or
    /// ambiguous, for a schedule that has ended or that the platform would refuse; [`NotFound`](ErrorKind::NotFound) with
    /// the datasets that are not here. After that as [`Pipelines::create`](crate::pipeline::Pipelines::create): what was
    /// made is deleted again.
    pub async fn create(
        &self,
        service: &FlowService,
        secrets: &Secrets,
        on_step: Option<OnStep>,
    ) -> Result<Made> {
        let mut pipelines = service.pipelines();
        if let Some(tell) = on_step {
            pipelines = pipelines.on_step(move |step| tell(step));
        }
        pipelines.create_document(self, secrets).await
    }

    /// What [`create`](Self::create) would send. Names are resolved, nothing is changed.
    ///
    /// # Errors
    /// As [`create`](Self::create) before its first change.
    pub async fn plan(&self, service: &FlowService, secrets: &Secrets) -> Result<Plan> {
        Ok(Plan::of(&self.drafts(service, secrets).await?))
    }

    pub(crate) async fn drafts(&self, service: &FlowService, secrets: &Secrets) -> Result<Drafts> {
        self.check()?;
        let places: Vec<&str> = self.places().collect();
        let given = secrets.assign(&places)?;
        let missing = self
            .secrets
            .iter()
            .filter(|place| !given.contains_key(*place));
        self.refuse("secret", missing.cloned().collect(), ErrorKind::Usage)?;
        let resolved = Resolved::of(self, service).await?;
        self.refuse("dataset", resolved.missing.clone(), ErrorKind::NotFound)?;
        let mut work = Drafts::new();
        let source_base = self.base(Side::Source, &given);
        let target_base = self.base(Side::Target, &given);
        // one account has the plain name; a second one is that of the dataset in older pipelines
        let target_kind = if source_base.is_some() {
            StepKind::DatasetConnection
        } else {
            StepKind::BaseConnection
        };
        let source_kind = source_base.is_some().then_some(StepKind::BaseConnection);
        let target_kind = target_base.is_some().then_some(target_kind);
        work.drafts.extend(source_base);
        work.drafts.extend(target_base.map(|mut draft| {
            draft.kind = target_kind.unwrap_or(draft.kind);
            draft
        }));
        let kinds = [
            (StepKind::SourceConnection, &self.source, source_kind),
            (StepKind::TargetConnection, &self.target, target_kind),
        ];
        for (kind, end, base) in kinds {
            work.drafts
                .push(connection_draft(kind, end, base, &resolved));
        }
        let mapping = self.mapping_draft(&resolved, &mut work)?;
        let flow = self.flow_draft(mapping)?;
        work.drafts.push(flow);
        Ok(work)
    }

    fn refuse(&self, what: &'static str, missing: Vec<String>, kind: ErrorKind) -> Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let error = Error::new(kind, "create the pipeline").with("pipeline", &self.name);
        let error = missing
            .into_iter()
            .fold(error, |error, name| error.with(what, name));
        Err(match what {
            "secret" => error
                .because("secrets are missing")
                .hint("give each of them; the end of the name is enough where only one has it"),
            _ => error
                .because("datasets are missing in this sandbox")
                .hint("make them first, or name others in the document"),
        })
    }

    fn base(&self, side: Side, given: &Given) -> Option<Draft> {
        let end = match side {
            Side::Source => &self.source,
            Side::Target => &self.target,
        };
        let base = end.base.as_ref()?;
        let BaseEntry {
            name,
            description,
            connection_spec,
            auth,
        } = base;
        let mut body = json!({"name": name, "connectionSpec": spec(connection_spec)});
        describe(&mut body, description.as_ref());
        let draft = Draft::new(StepKind::BaseConnection, name, body);
        Some(match auth {
            Some(auth) => draft.auth(self.auth(side, auth, given)),
            None => draft,
        })
    }

    fn auth(&self, side: Side, entry: &AuthEntry, given: &Given) -> Auth {
        // a document that somebody wrote by hand may hold a secret all the same
        let mut raw = Map::new();
        raw.insert(
            "auth".to_owned(),
            json!({"specName": entry.spec_name, "params": entry.params}),
        );
        let mut auth = take_secrets(&mut raw).unwrap_or_else(|| Auth::new(&entry.spec_name));
        for (place, secret) in given {
            if let Some((of, name)) = self.place(place)
                && of == side
            {
                auth = auth.with_secret(name, secret.clone());
            }
        }
        let streaming = entry.params.contains_key("dataType");
        if streaming && auth.get("sourceId").is_none() {
            auth = auth.with("sourceId", Uuid::new_v4().to_string());
        }
        auth
    }

    /// Whether there is a mapping set to be made.
    fn mapping_draft(&self, resolved: &Resolved, work: &mut Drafts) -> Result<bool> {
        let Some(mapping) = &self.mapping else {
            return Ok(false);
        };
        let refused = |why: String| {
            Error::new(ErrorKind::Usage, "use the mapping of the document").because(why)
        };
        let Some(schema) = &resolved.schema else {
            return Err(refused(
                "the target's dataset has no schema to map to".to_owned(),
            ));
        };
        let mut rules = Vec::new();
        for (index, rule) in mapping.mappings.iter().enumerate() {
            let rule = Mapping::read(rule).ok_or_else(|| {
                refused(format!(
                    "mapping {} has no source or destination",
                    index + 1
                ))
            })?;
            rules.push(rule);
        }
        let name = mapping
            .name
            .clone()
            .unwrap_or_else(|| format!("{} mapping", self.name));
        let set = NewMappingSet::new(schema.clone(), rules).name(&name);
        set.check()?;
        work.drafts
            .push(Draft::new(StepKind::MappingSet, name, set.body()));
        Ok(true)
    }

    fn flow_draft(&self, mapped: bool) -> Result<Draft> {
        let mut transformations = self.transformations.clone();
        if mapped && transformations.is_empty() {
            transformations.push(json!({"name": "Mapping"}));
        }
        let place = transformations
            .iter()
            .rposition(|one| one["name"] == "Mapping")
            .filter(|_| mapped);
        let mut body = json!({
            "name": self.name,
            "flowSpec": spec(&self.flow_spec),
            "sourceConnectionIds": [],
            "targetConnectionIds": [],
            "transformations": transformations,
        });
        describe(&mut body, self.description.as_ref());
        if let Some(params) = &self.schedule {
            body["scheduleParams"] = schedule::renewed(params, Timestamp::now())?.into();
        }
        if let Some(options) = &self.options {
            body["options"] = options.clone().into();
        }
        let mut draft = Draft::new(StepKind::Flow, &self.name, body)
            .refer("/sourceConnectionIds/0", StepKind::SourceConnection)
            .refer("/targetConnectionIds/0", StepKind::TargetConnection);
        if let Some(place) = place {
            let params = format!("/transformations/{place}/params");
            crate::pipeline::insert(
                &mut draft.body,
                &format!("{params}/mappingVersion"),
                Value::from(0),
            );
            draft = draft.refer(&format!("{params}/mappingId"), StepKind::MappingSet);
        }
        Ok(draft)
    }
}

fn connection_draft(
    kind: StepKind,
    end: &EndEntry,
    base: Option<StepKind>,
    resolved: &Resolved,
) -> Draft {
    let mut body = json!({"name": end.name, "connectionSpec": spec(&end.connection_spec)});
    describe(&mut body, end.description.as_ref());
    for (key, part) in [("data", &end.data), ("params", &end.params)] {
        if let Some(part) = part {
            let mut part = part.clone();
            resolved.put_in(&mut part);
            body[key] = part;
        }
    }
    let draft = Draft::new(kind, &end.name, body);
    match base {
        Some(base) => draft.refer("/baseConnectionId", base),
        None => draft,
    }
}

fn spec(entry: &SpecEntry) -> Value {
    let version = entry.version.as_deref().unwrap_or("1.0");
    json!({"id": entry.id, "version": version})
}

fn describe(body: &mut Value, description: Option<&String>) {
    if let Some(text) = description {
        body["description"] = Value::from(text.as_str());
    }
}
