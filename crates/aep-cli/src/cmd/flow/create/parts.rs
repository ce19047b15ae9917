//! A flow between connections that exist, or from a document.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::document::{PipelineDocument, Secrets};
use aep_flow::pipeline::Pipelines;
use aep_flow::specs::FlowWay;
use aep_flow::{NewFlow, Schedule, specs};
use serde_json::Value;

use super::{Args, guided};
use crate::cmd::objects::needed;
use crate::cmd::spec;
use crate::context::Context;
use crate::document;
use crate::exit::Exit;

/// Between a source and a target connection that exist.
pub(super) async fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let name = needed(args.name.clone(), "--name")?;
    let spec = needed(args.spec.as_deref(), "--spec")?;
    let source = needed(args.source.as_deref(), "--source")?;
    let target = needed(args.target.as_deref(), "--target")?;
    let mapping = args.mapping.as_deref().map(super::mapping).transpose()?;
    let service = ctx.flow().await?;
    let spec = spec::flow(spec, &service).await?;
    let source = service.sources().find(source).await?;
    let target = service.targets().find(target).await?;
    let mut new = NewFlow::new(name, spec.clone(), source.id, target.id)
        .options(args.options())
        .draft(args.draft);
    if let Some(text) = &args.description {
        new = new.description(text);
    }
    let way = specs::known_flow(&spec).map(|known| known.way);
    let timed = args.timing.given().iter().any(|(_, given)| *given);
    match way {
        Some(FlowWay::Streaming) if timed => {
            return Err(Error::new(ErrorKind::Usage, "schedule the flow")
                .because("a streaming flow has no schedule"));
        }
        Some(FlowWay::Streaming) => {}
        Some(FlowWay::Export) => new = new.schedule(Schedule::Export(args.timing.export()?)),
        _ if args.draft && !timed => {}
        _ => new = new.schedule(Schedule::Ingest(args.timing.ingest()?)),
    }
    if let Some((id, version)) = mapping {
        let version = match version {
            Some(version) => version,
            None => service.mapping_sets().get(&id, None).await?.version,
        };
        new = new.mapping(id.as_str(), version);
    }
    let created = service.flows().create(new).await?;
    crate::cmd::flow::show(&created.id, ctx).await
}

/// From a document: the body of a flow, or a whole pipeline as `aep flow export` writes it.
pub(super) async fn from_document(file: &str, args: &Args, ctx: &Context) -> Result<Exit> {
    let text = document::text(file, "the flow")?;
    let Value::Object(body) = document::parse(&text, file, "the flow")? else {
        return Err(Error::new(ErrorKind::Usage, "read the flow")
            .with("file", file)
            .because("it is not an object with fields"));
    };
    if body.get("document").is_some_and(Value::is_string) {
        let pipeline = PipelineDocument::parse(&text).map_err(|error| error.with("file", file))?;
        let secrets: Secrets = args.params.read(ctx)?.secrets()?.into_iter().collect();
        return guided::report(ctx, async |pipelines: Pipelines| {
            pipelines.create_document(&pipeline, &secrets).await
        })
        .await;
    }
    if !args.params.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "read the command line")
            .because("only the document of a whole pipeline takes secrets, this one is a flow"));
    }
    let flows = ctx.flow().await?.flows();
    let created = flows.create_document(Value::Object(body)).await?;
    crate::cmd::flow::show(&created.id, ctx).await
}
