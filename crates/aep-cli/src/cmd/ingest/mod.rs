//! `aep ingest PATH... --dataset ID|NAME`.

mod options;
mod report;
mod stop;
mod watch;

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::plan::Limits;
use aep_ingest::{InputFormat, Inputs, OnFailure, Upload, WaitOptions};

pub(crate) use options::{Again, Args, Rows, Unknown, part_size};

use crate::context::Context;
use crate::exit::Exit;

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    if let Some(run) = &args.resume {
        return resume(run, &args.again, ctx).await;
    }
    // What is wrong with the command line is said before anything is started or asked.
    let inputs = inputs(&args).await?;
    if args.rejects.is_some() && args.validate != options::Validate::Strict {
        return Err(Error::new(ErrorKind::Usage, "set rows aside").because(
            "--rejects takes out the rows that don't fit; --validate warn and off send them",
        ));
    }
    let mapping = crate::cmd::schema::convert::mapping(args.mapping.as_deref())?;
    let ingest = ctx.ingest().await?;
    let dataset = ingest
        .datasets()
        .find(args.dataset.as_deref().unwrap_or_default())
        .await?;
    let mut upload = ingest
        .upload(dataset, inputs)
        .format(args.input_format.into())
        .validate(args.validate.into())
        .unknown(args.unknown.into())
        .examples(args.examples)
        .large_files(args.large_files.into())
        .pack(args.pack)
        .diagnostics(args.diagnostics);
    if let Some(file) = &args.rejects {
        upload = upload.rejects(file);
    }
    for batch in args.replaces {
        upload = upload.replaces(batch);
    }
    if args.convert.is_some() {
        upload = upload.convert(mapping);
    }
    if let Some(percent) = args.partial {
        upload = upload.partial(percent);
    }
    if let Some(bytes) = args.part_size {
        let platforms = Limits::default();
        upload = upload.limits(Limits {
            single_put_bytes: platforms.single_put_bytes.min(bytes),
            chunk_bytes: platforms.chunk_bytes.min(bytes),
            ..platforms
        });
    }
    for (key, value) in &args.tag {
        upload = upload.tag(key, value);
    }
    // A dry run sends nothing, so there is nothing to go on with.
    if !ctx.dry_run() {
        upload = upload.journal(ctx.jobs());
    }
    go(upload, &args.again, ctx).await
}

/// Goes on with a run that an earlier process has left.
pub(crate) async fn resume(run: &str, again: &Again, ctx: &Context) -> Result<Exit> {
    if ctx.dry_run() {
        return Err(Error::new(ErrorKind::Usage, "take up the run again")
            .because("there is no dry run of that")
            .hint(format!("`aep job show {run}` says how far it is")));
    }
    let jobs = ctx.jobs();
    let id = jobs.find(run)?;
    let upload = ctx.ingest().await?.resume(jobs, id)?;
    go(upload, again, ctx).await
}

/// Runs an upload to its end, and shows what came of it.
pub(crate) async fn go(mut upload: Upload, again: &Again, ctx: &Context) -> Result<Exit> {
    upload = upload.wait(!again.no_wait).wait_options(WaitOptions {
        timeout: ctx.global.timeout,
        ..WaitOptions::default()
    });
    if again.allow_duplicate {
        upload = upload.allow_duplicate(true);
    }
    if let Some(on_failure) = again.on_failure {
        upload = upload.on_failure(on_failure.into());
    }
    if let Some(requests) = again.concurrency.0 {
        upload = upload.concurrency(requests);
    }
    for (most, period) in &again.pace {
        upload = upload.pace(*most, *period);
    }
    if let Some(bytes) = again.memory {
        upload = upload.memory(bytes);
    }
    let keeps = upload.chosen_on_failure() == OnFailure::Keep;
    let outcome = watch::watch(upload, keeps, ctx).await?;
    report::show(outcome, ctx)
}

/// Files, directories and patterns as they are; `-` is read to its end first.
async fn inputs(args: &Args) -> Result<Inputs> {
    let mut inputs = Inputs::new();
    let mut stdin = false;
    for path in &args.paths {
        if path.as_os_str() != "-" {
            inputs = inputs.path(path);
            continue;
        }
        let usage =
            |why: &'static str| Error::new(ErrorKind::Usage, "read standard input").because(why);
        if stdin {
            return Err(usage("`-` is given twice"));
        }
        stdin = true;
        let Some(format) = InputFormat::from(args.input_format).fixed() else {
            return Err(usage("it has no name to tell its format by")
                .hint("say --input-format parquet, json, ndjson or csv"));
        };
        let name = format!("stdin.{format}");
        inputs = tokio::task::spawn_blocking(move || inputs.reader(std::io::stdin().lock(), name))
            .await
            .map_err(|error| Error::new(ErrorKind::Io, "read standard input").because(error))??;
    }
    Ok(inputs)
}
