//! The commands: a folder per noun, a file per verb with its arguments and its `run`.

pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod batch;
pub(crate) mod completions;
pub(crate) mod connection;
pub(crate) mod dataset;
pub(crate) mod dlz;
pub(crate) mod doctor;
pub(crate) mod emulator;
pub(crate) mod fetch;
pub(crate) mod flow;
pub(crate) mod ingest;
pub(crate) mod job;
pub(crate) mod limits;
pub(crate) mod man;
pub(crate) mod mapping;
pub(crate) mod objects;
pub(crate) mod profile;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod source;
pub(crate) mod spec;
pub(crate) mod stream;
pub(crate) mod target;

use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;

/// Runs a command to its end: result, error, interruption or the time that was given.
pub(crate) async fn run(command: Command, ctx: &mut Context) -> Exit {
    let outcome = supervised(command, ctx).await;
    let outcome = if ctx.dry_run() {
        crate::dry_run::report(ctx, outcome)
    } else {
        outcome
    };
    let exit = match outcome {
        Ok(exit) => exit,
        // Whoever read our output has had enough.
        Err(_) if ctx.out.is_closed() => Exit::Success,
        Err(error) => {
            // What was written before the error belongs before it; a second failure to write adds nothing.
            let _ = ctx.out.flush();
            ctx.messages.error(&error);
            Exit::of(&error)
        }
    };
    ctx.close().await;
    exit
}

async fn supervised(command: Command, ctx: &Context) -> Result<Exit> {
    let interrupt = ctx.interrupt().await;
    let limit = if watches_the_clock(&command) {
        None
    } else {
        ctx.global.timeout
    };
    tokio::select! {
        biased;
        () = interrupt.ends() => {
            let mut error = Error::new(ErrorKind::Cancelled, "finish").because("interrupted");
            if let Some(remains) = interrupt.what_remains() {
                error = error.hint(remains);
            }
            Err(error)
        }
        outcome = within(limit, dispatch(command, ctx)) => outcome,
    }
}

/// Commands that wait for a state use `--timeout` for that wait, and say what goes on without them.
fn watches_the_clock(command: &Command) -> bool {
    matches!(
        command,
        Command::Ingest(_)
            | Command::Job(job::Command::Resume(_))
            | Command::Batch(batch::Command::Wait(_) | batch::Command::Complete(_))
            | Command::Run(
                run::Command::Watch(_) | run::Command::Start(_) | run::Command::Retry(_)
            )
    )
}

async fn within(limit: Option<Duration>, work: impl Future<Output = Result<Exit>>) -> Result<Exit> {
    let Some(limit) = limit else {
        return work.await;
    };
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(
            Error::new(ErrorKind::Timeout, "finish in the time given by --timeout")
                .with("seconds", limit.as_secs_f64()),
        )
    })
}

async fn dispatch(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Ingest(args) => Box::pin(ingest::run(args, ctx)).await,
        Command::Batch(command) => Box::pin(batch::run(command, ctx)).await,
        Command::Dataset(command) => Box::pin(dataset::run(command, ctx)).await,
        Command::Schema(command) => Box::pin(schema::run(command, ctx)).await,
        Command::Flow(command) => Box::pin(flow::run(command, ctx)).await,
        Command::Run(command) => Box::pin(run::run(command, ctx)).await,
        Command::Connection(command) => Box::pin(connection::run(command, ctx)).await,
        Command::Source(command) => Box::pin(source::run(command, ctx)).await,
        Command::Target(command) => Box::pin(target::run(command, ctx)).await,
        Command::Dlz(command) => Box::pin(dlz::run(command, ctx)).await,
        Command::Mapping(command) => Box::pin(mapping::run(command, ctx)).await,
        Command::Spec(command) => Box::pin(spec::run(command, ctx)).await,
        Command::Stream(command) => Box::pin(stream::run(command, ctx)).await,
        Command::Job(command) => Box::pin(job::run(command, ctx)).await,
        Command::Sandbox(command) => Box::pin(sandbox::run(command, ctx)).await,
        Command::Auth(command) => Box::pin(auth::run(command, ctx)).await,
        Command::Profile(command) => profile::run(command, ctx),
        Command::Api(args) => Box::pin(api::run(args, ctx)).await,
        Command::Doctor(args) => Box::pin(doctor::run(args, ctx)).await,
        Command::Limits(args) => limits::run(&args, ctx),
        Command::Emulator(command) => Box::pin(emulator::run(command, ctx)).await,
        Command::Completions(args) => completions::run(&args, ctx),
        Command::Man(args) => man::run(&args, ctx),
    }
}
