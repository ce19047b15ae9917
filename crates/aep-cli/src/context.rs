//! What every command works with: settings, clients, standard output and error, questions, signals.

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;
use std::str::FromStr;

use aep_core::{
    Client, ConfigStore, Env, Error, ErrorKind, Overrides, Recorder, Result, SandboxName, Settings,
    Writes, resolve,
};
use aep_emulator::Emulator;
use aep_flow::FlowService;
use aep_ingest::{Ingest, Jobs};
use tokio::sync::OnceCell;
use url::Url;

use crate::cli::Global;
use crate::interrupt::Interrupt;
use crate::output::{Format, Jq, Live, Messages, Output, Progress, ProgressMode, View};

/// One run of the command.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) env: Env,
    pub(crate) out: Output,
    pub(crate) messages: Messages,
    interrupt: OnceCell<Interrupt>,
    emulator: OnceCell<Emulator>,
    client: OnceCell<Client>,
    recorder: OnceCell<Recorder>,
}

impl Context {
    pub(crate) fn new(global: Global, env: Env) -> Result<Self> {
        let format = match (global.format(), env.get(Env::FORMAT)) {
            (Some(format), _) => format,
            (None, Some(text)) => {
                <Format as clap::ValueEnum>::from_str(text, true).map_err(|_| {
                    Error::new(ErrorKind::Usage, "read AEP_FORMAT")
                        .with("value", text)
                        .hint("one of table, json, ndjson, csv, yaml, id")
                })?
            }
            (None, None) => Format::default(),
        };
        let jq = global.jq.as_deref().map(Jq::compile).transpose()?;
        let out = Output::new(format, jq, global.columns.clone(), global.color);
        // Who reads progress as JSON finds nothing but JSON on standard error.
        let json = format.is_json() || global.progress == ProgressMode::Json;
        let messages = Messages::new(json, global.quiet, global.color);
        start_log(global.verbose, &env, &messages)?;
        Ok(Self {
            global,
            env,
            out,
            messages,
            interrupt: OnceCell::new(),
            emulator: OnceCell::new(),
            client: OnceCell::new(),
            recorder: OnceCell::new(),
        })
    }

    /// The signals of this process.
    pub(crate) async fn interrupt(&self) -> &Interrupt {
        self.interrupt
            .get_or_init(|| async { Interrupt::listen() })
            .await
    }

    /// The files of the configuration.
    pub(crate) fn store(&self) -> Result<ConfigStore> {
        ConfigStore::open(&self.env)
    }

    /// What the flags say.
    pub(crate) fn overrides(&self) -> Result<Overrides> {
        let mut overrides = Overrides::default();
        overrides.profile.clone_from(&self.global.profile);
        overrides.sandbox = self
            .global
            .sandbox
            .as_deref()
            .map(SandboxName::from_str)
            .transpose()?;
        overrides.retries = self.global.retries;
        overrides.writes = self.global.allow_production.then_some(Writes::Production);
        Ok(overrides)
    }

    /// Flags, environment and files as one; with `--local` those of the emulator, which is started.
    pub(crate) async fn settings(&self) -> Result<Settings> {
        if !self.global.local {
            return resolve(&self.overrides()?, &self.env, &self.store()?);
        }
        let url = Url::parse(&self.emulator().await?.url()).map_err(|error| {
            Error::new(ErrorKind::Other, "read the address of the emulator").because(error)
        })?;
        let mut settings = Settings::local(url);
        let overrides = self.overrides()?;
        if overrides.sandbox.is_some() {
            settings.sandbox = overrides.sandbox;
        }
        if let Some(retries) = overrides.retries {
            settings.retries = retries;
        }
        if let Some(writes) = overrides.writes {
            settings.writes = writes;
        }
        Ok(settings)
    }

    /// Where `--local` and `aep emulator` keep their state.
    pub(crate) fn emulator_dir(&self) -> PathBuf {
        self.env.emulator_dir()
    }

    async fn emulator(&self) -> Result<&Emulator> {
        self.emulator
            .get_or_try_init(|| async {
                let dir = self.emulator_dir();
                aep_emulator::open_local(&dir).await.map_err(|error| {
                    Error::new(ErrorKind::Io, "open the local emulator")
                        .with("directory", dir.display())
                        .because(error)
                })
            })
            .await
    }

    /// The transport; with `--dry-run` one that records changes instead of sending them.
    pub(crate) async fn client(&self) -> Result<&Client> {
        self.client
            .get_or_try_init(|| async {
                let client = Client::new(self.settings().await?)?;
                if !self.global.dry_run {
                    return Ok(client);
                }
                let (client, recorder) = client.recording();
                let _ = self.recorder.set(recorder);
                Ok(client)
            })
            .await
    }

    /// Everything about batches, datasets, schemas and sandboxes.
    pub(crate) async fn ingest(&self) -> Result<Ingest> {
        Ok(Ingest::new(self.client().await?.clone()))
    }

    /// The runs that were written down.
    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::new(self.env.state_dir())
    }

    /// As [`ingest`](Self::ingest), for a command that changes something: refuses production unless it is allowed.
    pub(crate) async fn writer(&self) -> Result<Ingest> {
        let ingest = self.ingest().await?;
        if !self.global.dry_run {
            ingest.sandboxes().guard_writes().await?;
        }
        Ok(ingest)
    }

    /// Everything of Flow Service and the landing zone.
    pub(crate) async fn flow(&self) -> Result<FlowService> {
        Ok(FlowService::new(self.client().await?.clone()))
    }

    /// Progress as it was asked for. With logs on the same terminal it is lines, which logs do not tear.
    pub(crate) fn progress(&self) -> Progress {
        let how = match self.global.progress {
            _ if self.dry_run() => ProgressMode::None,
            ProgressMode::Auto if self.global.verbose > 0 => ProgressMode::Plain,
            how => how,
        };
        Progress::new(how, &self.messages)
    }

    /// A table on standard error that is redrawn while something runs; lines where that does not work.
    pub(crate) fn live(&self, view: &'static View) -> Live {
        let how = match self.global.progress {
            _ if self.dry_run() => ProgressMode::None,
            ProgressMode::Auto if self.global.verbose > 0 => ProgressMode::Plain,
            how => how,
        };
        Live::new(how, view, &self.messages)
    }

    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.get()
    }

    pub(crate) const fn dry_run(&self) -> bool {
        self.global.dry_run
    }

    /// Asks before something is destroyed; off a terminal `--yes` has to answer.
    pub(crate) fn confirm(&self, what: &str) -> Result<()> {
        if self.global.yes || self.global.dry_run {
            return Ok(());
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(Error::new(ErrorKind::Usage, what.to_owned())
                .because("it destroys something, and there is no terminal to ask on")
                .hint("add --yes to go ahead, or --dry-run to see the requests"));
        }
        if ask(what)? {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Cancelled, what.to_owned())
            .because("the answer was no; nothing was changed"))
    }

    /// Asks a question that need not be answered: without a terminal, or with `--yes`, the answer is no.
    pub(crate) fn asks(&self, what: &str) -> Result<bool> {
        if self.global.yes || !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(false);
        }
        ask(what)
    }

    /// Stops the emulator that this run started, so that its state is complete on disk.
    pub(crate) async fn close(&mut self) {
        drop(self.client.take());
        if let Some(emulator) = self.emulator.take() {
            emulator.stop().await;
        }
    }
}

fn ask(what: &str) -> Result<bool> {
    Messages::ask(&format!("{what}? [y/N] "));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Error::new(ErrorKind::Io, "read the answer").because(error))?;
    Ok(matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "y" | "yes"
    ))
}

/// Logs go to standard error, and only if they were asked for.
fn start_log(verbose: u8, env: &Env, messages: &Messages) -> Result<()> {
    let filter = match (verbose, env.get(Env::LOG)) {
        (0, None) => return Ok(()),
        (0, Some(directives)) => directives,
        (1, _) => "warn,aep_core=debug",
        (_, _) => "info,aep_core=trace,aep_gen=trace,aep_ingest=trace,aep_emulator=debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|error| {
        Error::new(ErrorKind::Usage, "read AEP_LOG")
            .with("value", filter)
            .because(error)
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(messages.has_colour())
        .with_target(false)
        .init();
    Ok(())
}
