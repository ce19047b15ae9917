#![doc = include_str!("../README.md")]

mod cli;
mod cmd;
mod context;
mod document;
mod dry_run;
mod edits;
mod exit;
mod hints;
mod interrupt;
mod output;
mod prompt;
mod secrets;
mod when;

use std::ffi::OsString;
use std::process::ExitCode;

use aep_core::{Env, Error, ErrorKind};
use clap::Parser;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{ColorChoice, Messages};

fn main() -> ExitCode {
    let env = Env::from_process();
    let args: Vec<OsString> = std::env::args_os().collect();
    let json_errors = asks_for_json(&args, &env);
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refused(&error, json_errors).into(),
    };
    let mut ctx = match Context::new(cli.global, env) {
        Ok(ctx) => ctx,
        Err(error) => {
            Messages::new(json_errors, false, ColorChoice::Auto).error(&error);
            return Exit::of(&error).into();
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let exit = match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(cmd::run(cli.command, &mut ctx));
            // A blocked read of standard input must not keep an interrupted process alive.
            runtime.shutdown_background();
            exit
        }
        Err(error) => {
            ctx.messages
                .error(&Error::new(ErrorKind::Io, "start the runtime").because(error));
            Exit::Failure
        }
    };
    exit.into()
}

/// A command line that clap refused, or asked help or the version of.
fn refused(error: &clap::Error, json: bool) -> Exit {
    use clap::error::ErrorKind as Clap;
    let asked = matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion);
    if json && !asked {
        let text = error.render().to_string();
        let (message, hint) = split_usage(&text);
        let error = Error::new(ErrorKind::Usage, "read the command line")
            .because(message)
            .hint(hint);
        Messages::new(true, false, ColorChoice::Never).error(&error);
    } else {
        // A closed pipe while printing help is a success like any other.
        let _ = error.print();
    }
    if asked { Exit::Success } else { Exit::Usage }
}

/// What clap says is wrong, and the rest as the hint.
fn split_usage(text: &str) -> (String, String) {
    let text = text.trim().trim_start_matches("error: ");
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let tidy = |part: &str| {
        part.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let hint = tidy(rest);
    (
        tidy(message),
        if hint.is_empty() {
            "see `aep --help`".to_owned()
        } else {
            hint
        },
    )
}

/// Whether errors are to be JSON, looked up before the arguments are known to be good.
fn asks_for_json(args: &[OsString], env: &Env) -> bool {
    let is_json = |value: &str| value == "json" || value == "ndjson";
    let mut wanted = env.get(Env::FORMAT).is_some_and(is_json);
    let mut args = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        if arg == "--" {
            break;
        }
        let value = match arg.as_ref() {
            "-o" | "--format" => args.next().map(std::borrow::Cow::into_owned),
            other => other
                .strip_prefix("--format=")
                .or_else(|| other.strip_prefix("-o"))
                .map(str::to_owned),
        };
        if let Some(value) = value {
            wanted = is_json(value.trim_start_matches('='));
        }
    }
    wanted
}
