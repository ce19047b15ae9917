//! An inlet: the connection behind it, who may send to it, and the flows it feeds.

use http::HeaderMap;
use serde_json::Value;

use crate::flow::engine::flag;
use crate::gateway::token;
use crate::problem::{Problem, collection};
use crate::state::{Tx, kind};

/// An inlet that was found and may be sent to.
#[derive(Debug, Clone)]
pub(super) struct Inlet {
    pub(super) id: String,
    pub(super) sandbox: String,
    /// Organisation of the connection.
    pub(super) org: String,
    /// Whether its messages come in XDM envelopes.
    pub(super) xdm: bool,
    /// Flows whose source is this inlet.
    flows: Vec<Value>,
    /// `x-adobe-flow-id`.
    flow: Option<String>,
}

impl Inlet {
    /// Finds the inlet: 404 when there is none (emulator choice), 401 and 403 when it wants a token.
    pub(super) fn open(
        tx: &Tx<'_>,
        id: &str,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<Self, Problem> {
        let connections = tx.list_everywhere(kind::CONNECTION)?;
        let found = connections
            .into_iter()
            .find(|(_, _, doc)| doc["auth"]["params"]["inletId"] == id);
        let Some((sandbox, connection, doc)) = found else {
            return Err(collection::with_status(404, &format!("no inlet is {id}")));
        };
        let params = &doc["auth"]["params"];
        if flag(&params["authenticationRequired"]).unwrap_or(false) {
            authorized(tx, headers, &doc, now)?;
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if doc["state"] == "disabled" {
            return Err(refused(&format!(
                "the connection of inlet {id} is disabled"
            )));
        }
        Ok(Self {
            id: id.to_owned(),
            org: text(&doc["imsOrgId"]),
            xdm: params["dataType"] != "raw",
            flows: flows(tx, &sandbox, &connection)?,
            flow: headers
                .get("x-adobe-flow-id")
                .and_then(|value| value.to_str().ok())
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty()),
            sandbox,
        })
    }

    /// The flow of a message. Without a name it is the only one there is; raw data needs the name (emulator choice: the
    /// published texts contradict each other about envelopes).
    pub(super) fn flow(&self, message: &Value) -> Result<&Value, String> {
        let named = self.flow.as_deref().or_else(|| {
            let named = message["header"]["flowId"].as_str();
            named.filter(|_| self.xdm)
        });
        if let Some(id) = named {
            return match self.flows.iter().find(|flow| flow["id"] == id) {
                None => Err(format!("flow {id} is none of this inlet")),
                Some(flow) if flow["state"] != "enabled" => {
                    Err(format!("flow {id} is not enabled"))
                }
                Some(flow) => Ok(flow),
            };
        }
        if !self.xdm {
            return Err("raw data needs header x-adobe-flow-id".to_owned());
        }
        let mut enabled = self.flows.iter().filter(|flow| flow["state"] == "enabled");
        match (enabled.next(), enabled.next()) {
            (Some(flow), None) => Ok(flow),
            (None, _) => Err("no enabled flow takes messages of this inlet".to_owned()),
            (Some(_), Some(_)) => Err(
                "several flows take messages of this inlet: x-adobe-flow-id must name one"
                    .to_owned(),
            ),
        }
    }
}

/// 400 that is not about XDM.
pub(super) fn refused(message: &str) -> Problem {
    collection::with_status(400, message)
}

fn authorized(
    tx: &Tx<'_>,
    headers: &HeaderMap,
    connection: &Value,
    now: i64,
) -> Result<(), Problem> {
    let token = token::bearer(headers)
        .ok_or_else(|| collection::authorization("Unauthorized: the inlet wants a bearer token"))?;
    let client = token::client_of(tx, token, now)?
        .ok_or_else(|| collection::authorization("Unauthorized: the token is not valid"))?;
    let org = headers
        .get("x-gw-ims-org-id")
        .and_then(|value| value.to_str().ok())
        .map(str::trim);
    let of_client = client["org"].as_str();
    if org.is_none() || org != of_client || of_client != connection["imsOrgId"].as_str() {
        let text = "the token's organisation is not that of x-gw-ims-org-id and the inlet";
        return Err(collection::with_status(403, text));
    }
    Ok(())
}

fn flows(tx: &Tx<'_>, sandbox: &str, connection: &str) -> Result<Vec<Value>, Problem> {
    let sources = tx.list(kind::SOURCE_CONNECTION, sandbox, None)?;
    let sources: Vec<&str> = sources
        .iter()
        .filter(|source| source["baseConnectionId"] == connection)
        .filter_map(|source| source["id"].as_str())
        .collect();
    let mut flows = tx.list(kind::FLOW, sandbox, None)?;
    flows.retain(|flow| {
        flow["sourceConnectionIds"][0]
            .as_str()
            .is_some_and(|source| sources.contains(&source))
    });
    Ok(flows)
}
