//! Requests to an inlet.

use aep_core::transport::{Operation, Request, Safety};
use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::answer::{Entry, entries, entry};
use super::pack::FRAME;
use super::{Inlet, Refusal};

impl Inlet {
    /// Sends one message and gives the id that the inlet has given it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it is not a JSON object or too large, [`ErrorKind::Rejected`] if the inlet refuses it,
    /// [`ErrorKind::NotFound`] if there is no such inlet, [`ErrorKind::Protocol`] if the answer confirms nothing, and what
    /// the transport fails with.
    pub async fn send(&self, message: &[u8]) -> Result<Option<String>> {
        let doing = "send a message";
        let message = self
            .message(&Bytes::copy_from_slice(message).into())
            .map_err(|refusal| Error::new(ErrorKind::Usage, doing).because(refusal.message))?;
        self.ingest.guard().await?;
        match self.single(message).await? {
            Entry::Accepted(id) => Ok(id),
            Entry::Refused(Refusal { status, message }) => {
                let error = Error::new(ErrorKind::Rejected, doing).because(message);
                Err(match status {
                    Some(status) => error.answered(status, None),
                    None => error,
                })
            }
            Entry::Missing => Err(Error::new(ErrorKind::Protocol, doing)
                .because("the answer does not say that the message was taken in")),
        }
    }

    /// Sends one message by itself.
    pub(super) async fn single(&self, message: Vec<u8>) -> Result<Entry> {
        if self.sync_validation {
            self.pace.turn().await;
        }
        let answer = self.post("sendMessage", &["collection"], message).await?;
        Ok(entry(&answer))
    }

    /// Sends messages together, and gives an entry for each.
    pub(super) async fn together(&self, messages: &[&[u8]]) -> Result<Vec<Entry>> {
        let bytes: usize = messages.iter().map(|message| message.len() + 1).sum();
        let mut body = Vec::with_capacity(FRAME + bytes);
        body.extend_from_slice(br#"{"messages":["#);
        for (at, message) in messages.iter().enumerate() {
            if at > 0 {
                body.push(b',');
            }
            body.extend_from_slice(message);
        }
        body.extend_from_slice(b"]}");
        let id = "postBatchOfStreamingMessages";
        let answer = self.post(id, &["collection", "batch"], body).await?;
        Ok(entries(&answer, messages.len()))
    }

    async fn post(&self, id: &'static str, path: &[&str], body: Vec<u8>) -> Result<Value> {
        let client = self.ingest.client();
        let mut url = client.settings().streaming_url.clone();
        url.path_segments_mut()
            .map_err(|()| {
                Error::new(ErrorKind::Config, "build the address of the inlet")
                    .because("`streaming_url` is no address with a path")
            })?
            .pop_if_empty()
            .extend(path)
            .push(self.id.as_str());
        let safety = if self.at_most_once {
            Safety::NotRepeatable
        } else {
            Safety::Repeatable
        };
        let operation = Operation {
            api: "streaming-ingestion",
            id,
            safety,
        };
        let mut request = Request::new(operation, Method::POST, url)
            .doing("send messages")
            .about("inlet", &self.id)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body.into());
        if self.sync_validation {
            request = request.query(&[("syncValidation", "true")]);
        }
        if !self.authenticated {
            request = request.without_credentials().without_sandbox();
        }
        if let Some(flow) = &self.flow {
            let value = HeaderValue::try_from(flow.as_str()).map_err(|error| {
                Error::new(ErrorKind::Usage, "name the flow of messages")
                    .with("flow", flow)
                    .because(error)
            })?;
            request = request.header(HeaderName::from_static("x-adobe-flow-id"), value);
        }
        client.fetch_json(request).await.map_err(|error| match error.status() {
            Some(501) => error.of_kind(ErrorKind::Other).hint("this region checks no messages on arrival: send without sync validation"),
            Some(401 | 403) if !self.authenticated => {
                error.hint("if the inlet was made with authentication, send token and key with the messages")
            }
            _ => error,
        })
    }
}
