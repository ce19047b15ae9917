//! The least that an upload can cost: read a piece, write it to a socket, again and again.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

use crate::error::{Context, Error, Result};

/// What is read and written at once, as `aep` does it.
const PIECE: usize = 256 * 1024;

/// Send a file with a plain loop of read and write
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file
    file: PathBuf,
    /// Where to: `http://HOST:PORT/PATH`
    url: String,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let place = args.url.strip_prefix("http://").unwrap_or(&args.url);
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    send(args, host, path).doing(|| "could not send the file")?
}

fn send(args: &Args, host: &str, path: &str) -> std::io::Result<Result<()>> {
    let mut file = File::open(&args.file)?;
    let length = file.metadata()?.len();
    let mut socket = TcpStream::connect(host)?;
    write!(
        socket,
        "PUT /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    let mut piece = vec![0; PIECE];
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            break;
        }
        socket.write_all(piece.get(..count).unwrap_or_default())?;
    }
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(if answer.starts_with("HTTP/1.1 2") {
        Ok(())
    } else {
        Err(Error::new(format!("the server said {answer}")))
    })
}
