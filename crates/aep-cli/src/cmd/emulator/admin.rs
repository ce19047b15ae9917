//! Calls of the emulator's own administration, below `/__emulator`.

use std::path::Path;

use aep_core::{Client, Error, ErrorKind, Operation, Request, Result, Safety, Settings};
use aep_emulator::Emulator;
use http::Method;
use serde_json::Value;
use url::Url;

/// An emulator that answers: the running server of the directory, or one in this process.
pub(super) struct Admin {
    /// The handle of what runs on a directory; none for a server that was named by its address.
    emulator: Option<Emulator>,
    client: Client,
}

impl Admin {
    pub(super) async fn open(dir: &Path) -> Result<Self> {
        let failed =
            || Error::new(ErrorKind::Io, "open the emulator").with("directory", dir.display());
        let emulator = aep_emulator::open_local(dir)
            .await
            .map_err(|error| failed().because(error))?;
        let url = Url::parse(&emulator.url()).map_err(|error| failed().because(error))?;
        Ok(Self {
            client: Client::new(Settings::local(url))?,
            emulator: Some(emulator),
        })
    }

    /// The server at an address.
    pub(super) fn at(url: Url) -> Result<Self> {
        Ok(Self {
            client: Client::new(Settings::local(url))?,
            emulator: None,
        })
    }

    /// The address of the server that runs on the directory, if one does.
    pub(super) fn server(&self) -> Option<String> {
        match &self.emulator {
            Some(emulator) => emulator.is_elsewhere().then(|| emulator.url()),
            None => Some(
                self.client
                    .settings()
                    .base_url
                    .as_str()
                    .trim_end_matches('/')
                    .to_owned(),
            ),
        }
    }

    pub(super) async fn call(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&Value>,
    ) -> Result<Value> {
        let segments: Vec<&str> = std::iter::once("__emulator")
            .chain(path.iter().copied())
            .collect();
        let operation = Operation {
            api: "emulator",
            id: "admin",
            safety: Safety::Repeatable,
        };
        let mut request = Request::new(operation, method, self.client.url(&segments)?)
            .doing("ask the emulator")
            .without_sandbox()
            .without_credentials();
        if let Some(body) = body {
            request = request.json(body)?;
        }
        let bytes = self
            .client
            .fetch_bytes(request, 64_000_000)
            .await
            .map_err(|error| {
                // What the emulator does not understand came from our command line.
                if error.status() == Some(400) {
                    error.of_kind(ErrorKind::Usage)
                } else {
                    error
                }
            })?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| {
            Error::new(ErrorKind::Protocol, "read the emulator's answer").because(error)
        })
    }

    pub(super) async fn close(self) {
        drop(self.client);
        if let Some(emulator) = self.emulator {
            emulator.stop().await;
        }
    }
}
