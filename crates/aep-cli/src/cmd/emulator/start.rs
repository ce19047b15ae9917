//! `aep emulator start`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use aep_emulator::{AzuriteError, Emulator, EmulatorError, Processing, ZoneKind};
use serde_json::json;

use super::Place;
use crate::cli::duration;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Serve the emulator until told to stop
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep emulator start
  aep emulator start --listen 127.0.0.1:8080 --data-dir /tmp/aep --port-file /tmp/aep.port
  aep emulator start --zone azure --azurite node_modules
")]
pub(crate) struct Args {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
    /// Write the port into this file once requests are answered
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// Begin without the demo data
    #[arg(long)]
    no_seed: bool,
    /// Let a completed batch stay this long in each of its states
    #[arg(long, value_name = "DUR", value_parser = duration)]
    step: Option<Duration>,
    /// Storage of the landing zones: `s3` is built in, `azure` is an Azurite that is started along
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    zone: Zone,
    /// Azurite's `azurite-blob`, or the folder that `npm install azurite` filled; looked for on the path if not given
    #[arg(long, value_name = "PATH")]
    azurite: Option<PathBuf>,
}

/// Clouds of landing zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Zone {
    /// An organisation on Amazon
    #[default]
    S3,
    /// An organisation on Azure
    Azure,
}

impl Args {
    fn kind(&self) -> Result<ZoneKind> {
        match (self.zone, &self.azurite) {
            (Zone::S3, None) => Ok(ZoneKind::S3),
            (Zone::S3, Some(_)) => Err(Error::new(ErrorKind::Usage, "start the emulator")
                .because("--azurite goes with --zone azure")),
            (Zone::Azure, azurite) => Ok(ZoneKind::Azure {
                azurite: azurite.clone(),
            }),
        }
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let dir = args.place.dir(ctx);
    let mut builder = Emulator::builder()
        .data_dir(dir.clone())
        .listen(args.listen)
        .seed(!args.no_seed)
        .zone(args.kind()?)
        .announce(true);
    if let Some(step) = args.step {
        builder = builder.processing(Processing::Stepwise { step });
    }
    let mut emulator = builder.start().await.map_err(|error| {
        let absent = matches!(error, EmulatorError::Azurite(AzuriteError::NotFound { .. }));
        let kind = if absent {
            ErrorKind::NotFound
        } else {
            ErrorKind::Io
        };
        Error::new(kind, "start the emulator")
            .with("directory", dir.display())
            .because(error)
    })?;
    if let Some(file) = &args.port_file {
        write_port(file, emulator.addr().port())?;
    }
    announce(&emulator, &dir, ctx)?;
    let interrupt = ctx.interrupt().await;
    interrupt.clean_up_first();
    interrupt.remains("requests under way were cut off; what was acknowledged is on disk");
    tokio::select! {
        () = interrupt.first() => {}
        () = emulator.ended() => {}
    }
    emulator.stop().await;
    if let Some(file) = &args.port_file {
        // The file says where requests are answered, and none are any more; somebody may have removed it already.
        let _ = std::fs::remove_file(file);
    }
    ctx.messages.note("stopped");
    Ok(Exit::Success)
}

fn announce(emulator: &Emulator, dir: &Path, ctx: &Context) -> Result<()> {
    let url = emulator.url();
    let document = json!({"url": url, "dataDir": dir, "pid": std::process::id()});
    ctx.out.document(&ROWS, &document, |out| out.line(&url))?;
    ctx.messages.note(&format!("state in {}", dir.display()));
    ctx.messages.tip(&format!(
        "use it with AEP_BASE_URL={url}, or with --local; Ctrl-C stops it"
    ));
    Ok(())
}

/// Under another name first: whoever waits for the file must never read half of a number.
fn write_port(file: &Path, port: u16) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    std::fs::write(&new, format!("{port}\n"))
        .and_then(|()| std::fs::rename(&new, file))
        .map_err(|error| {
            Error::new(ErrorKind::Io, "write the port file")
                .with("file", file.display())
                .because(error)
        })
}
