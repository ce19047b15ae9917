//! A foreign client: it knows HTTP and the published documents, nothing of ours.
#![allow(dead_code, reason = "each module of tests uses what it needs")]

use aep_emulator::{Builder, Emulator};
use serde_json::Value;

pub(crate) const CATALOG: &str = "/data/foundation/catalog";

/// An emulator and a client with a token.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer {
        status,
        headers,
        text: response.text().await.unwrap(),
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Emulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let emulator = builder.start().await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut world = Self {
            emulator,
            http,
            token: String::new(),
        };
        world.token = world.new_token().await;
        world
    }

    pub(crate) async fn new_token(&self) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "local-client"),
            ("client_secret", "local-secret"),
            ("scope", "openid,AdobeID,read_organizations"),
        ];
        let url = format!("{}/ims/token/v3", self.emulator.url());
        let answer = send(self.http.post(url).form(&form)).await.expect(200);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A request with all usual headers for the sandbox `dev`.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path)
            .bearer_auth(&self.token)
            .header("x-api-key", "local-client")
            .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
            .header("x-sandbox-name", "dev")
    }

    /// A request without any.
    pub(crate) fn bare(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(
            method.parse().unwrap(),
            format!("{}{path}", self.emulator.url()),
        )
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path)).await
    }

    /// Id of a seeded dataset.
    pub(crate) async fn dataset(&self, name: &str) -> String {
        let query = format!("{CATALOG}/dataSets?name={}", name.replace(' ', "%20"));
        let found = self.get(&query).await.expect(200);
        found.as_object().unwrap().keys().next().unwrap().clone()
    }
}
