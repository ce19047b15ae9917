//! `aep dlz cat KEY`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::LandingZone;
use aep_flow::zone::{GetOptions, GetTarget};
use tokio::io::AsyncReadExt;

use super::Which;
use crate::context::Context;
use crate::exit::Exit;

/// Bytes on their way from the store to standard output.
const PIPE: usize = 256 * 1024;

/// Write a file to standard output
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz cat incoming/members.csv | head
")]
pub(crate) struct Args {
    /// Key in the zone
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    write(&args.which.open(ctx).await?, &args.key, ctx).await
}

/// The content as it is, whatever the output format.
pub(super) async fn write(zone: &LandingZone, key: &str, ctx: &Context) -> Result<Exit> {
    let (writer, mut reader) = tokio::io::duplex(PIPE);
    let transfer = zone.get(key, GetTarget::writer(writer), GetOptions::default());
    let mut piece = vec![0; PIPE];
    loop {
        let read = reader
            .read(&mut piece)
            .await
            .map_err(|error| Error::new(ErrorKind::Io, "read the object").because(error))?;
        if read == 0 {
            break;
        }
        ctx.out.raw(&piece[..read])?;
    }
    transfer.join().await?;
    ctx.out.flush()?;
    Ok(Exit::Success)
}
