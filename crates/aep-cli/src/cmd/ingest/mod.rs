//! `aep ingest PATH... --dataset ID|NAME`.

mod options;
mod report;
mod watch;

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::{InputFormat, Inputs, WaitOptions};

pub(crate) use options::{Args, Rows};

use crate::context::Context;
use crate::exit::Exit;

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    // What is wrong with the command line is said before anything is started or asked.
    let inputs = inputs(&args).await?;
    let ingest = ctx.ingest().await?;
    let dataset = ingest.datasets().find(&args.dataset).await?;
    let mut upload = ingest
        .upload(dataset, inputs)
        .format(args.input_format.into())
        .validate(args.validate.into())
        .on_failure(args.on_failure.into())
        .large_files(args.large_files.into())
        .diagnostics(args.diagnostics)
        .wait(!args.no_wait)
        .wait_options(WaitOptions {
            timeout: ctx.global.timeout,
            ..WaitOptions::default()
        });
    if let Some(percent) = args.partial {
        upload = upload.partial(percent);
    }
    if let Some(requests) = args.concurrency.0 {
        upload = upload.concurrency(requests);
    }
    if let Some(bytes) = args.memory {
        upload = upload.memory(bytes);
    }
    for (key, value) in &args.tag {
        upload = upload.tag(key, value);
    }
    let keeps = args.on_failure == options::OnFailure::Keep;
    let outcome = watch::watch(upload.start(), keeps, ctx).await?;
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
