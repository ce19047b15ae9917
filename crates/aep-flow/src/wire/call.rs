//! One call.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;

/// A call that is being put together.
pub(super) struct Call {
    request: Request,
}

fn operation(id: &'static str, safety: Safety) -> Operation {
    Operation {
        api: "flow-service",
        id,
        safety,
    }
}

impl Call {
    pub(super) fn new(
        client: &Client,
        id: &'static str,
        method: Method,
        path: &[&str],
    ) -> Result<Self> {
        let segments: Vec<&str> = ["data", "foundation", "flowservice"]
            .iter()
            .chain(path)
            .copied()
            .collect();
        let safety = if method == Method::POST || method == Method::PATCH {
            Safety::NotRepeatable
        } else {
            Safety::Repeatable
        };
        let request = Request::new(operation(id, safety), method, client.url(&segments)?);
        Ok(Self {
            request: request.buffered(JSON_BYTES),
        })
    }

    pub(super) fn reads(client: &Client, id: &'static str, path: &[&str]) -> Result<Self> {
        let call = Self::new(client, id, Method::POST, path)?;
        let request = Request::new(
            operation(id, Safety::Repeatable),
            Method::POST,
            call.request.url().clone(),
        );
        Ok(Self {
            request: request.read_only().buffered(JSON_BYTES),
        })
    }

    pub(super) fn query(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.request = self.request.query(&[(name, value)]);
        }
        self
    }

    pub(super) fn all(mut self, name: &str, values: &[String]) -> Self {
        for value in values {
            self.request = self.request.query(&[(name, value)]);
        }
        self
    }

    pub(super) fn if_match(mut self, etag: &str) -> Result<Self> {
        let value = HeaderValue::try_from(etag).map_err(|_| {
            aep_core::Error::new(aep_core::ErrorKind::Usage, "send the etag")
                .because("it holds a character that a header cannot")
        })?;
        self.request = self
            .request
            .header(HeaderName::from_static("if-match"), value);
        Ok(self)
    }

    pub(super) fn body(mut self, body: &Value) -> Result<Self> {
        self.request = self.request.json(body)?;
        Ok(self)
    }

    pub(super) async fn json(self, client: &Client) -> Result<Value> {
        let answer = client.send(self.request).await?.bytes(JSON_BYTES).await?;
        if answer.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).map_err(|error| {
            aep_core::Error::new(aep_core::ErrorKind::Protocol, "read an answer").because(error)
        })
    }
}
