//! How processes that share a data directory find each other.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::builder::{EmulatorError, take_lock};
use crate::emulator::Emulator;

/// How long a short command waits for another one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);
/// How long a server may take to say that it is one.
const ANSWER: Duration = Duration::from_secs(2);

/// The note `<dir>/server`: address and instance of a server that stays; removed when it stops.
#[derive(Debug)]
pub(crate) struct Announced(PathBuf);

impl Announced {
    pub(crate) fn write(dir: &Path, addr: SocketAddr, instance: &str) -> std::io::Result<Self> {
        let (note, temp) = (dir.join("server"), dir.join("server.new"));
        std::fs::write(&temp, format!("{addr} {instance}"))?;
        std::fs::rename(&temp, &note)?;
        Ok(Self(note))
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens the emulator in `dir` for one short command.
///
/// If a server that [announced](crate::Builder::announce) itself owns the directory, the handle points at it and nothing
/// is started. If another short command owns it, this waits up to 30 seconds for its end.
///
/// # Errors
/// The directory stays in use, is unusable, or no loopback port is free.
pub async fn open_local(dir: &Path) -> Result<Emulator, EmulatorError> {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(lock) = take_lock(dir)? {
            return Emulator::builder()
                .start_in(dir.to_owned(), lock, None)
                .await;
        }
        if let Some((addr, instance)) = announced(dir)
            && is_instance(addr, &instance).await
        {
            return Ok(Emulator::elsewhere(addr));
        }
        if started.elapsed() >= PATIENCE {
            return Err(EmulatorError::Locked {
                dir: dir.to_owned(),
            });
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn announced(dir: &Path) -> Option<(SocketAddr, String)> {
    let note = std::fs::read_to_string(dir.join("server")).ok()?;
    let (addr, instance) = note.trim().split_once(' ')?;
    Some((addr.parse().ok()?, instance.to_owned()))
}

/// A killed server leaves its note behind, and its port may belong to anyone by now, even to another emulator with
/// another directory: so it is asked who it is.
async fn is_instance(addr: SocketAddr, instance: &str) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(addr).await?;
        let request =
            format!("GET /__emulator/status HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.take(64 * 1024).read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(Ok(answer)) => {
            answer.starts_with("HTTP/1.1 200") && answer.contains(&format!("\"{instance}\""))
        }
        _ => false,
    }
}
