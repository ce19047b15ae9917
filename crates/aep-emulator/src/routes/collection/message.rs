//! One message: what is checked before it is accepted.

use serde_json::{Value, json};

use super::inlet::Inlet;
use crate::ids;
use crate::state::{StateError, Tx};
use crate::stream::Accepted;
use crate::xdm;

/// Why a message is not accepted.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Its envelope is wrong: the published words after inlet and organisation.
    Envelope(String),
    /// Something else is.
    Other(String),
    State(StateError),
}

impl From<StateError> for Refusal {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

/// An id of a message or of a batch of them: time, server, number.
pub(super) fn transaction(now: i64) -> String {
    let hex = ids::uuid();
    let part = |range: std::ops::Range<usize>| {
        hex.get(range)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    };
    format!("{now}:{}:{}", part(0..3), part(3..9))
}

/// Checks a message and makes it ready to be kept. A missing organisation is filled in.
pub(super) fn check(
    tx: &Tx<'_>,
    inlet: &Inlet,
    mut message: Value,
    xaction_id: String,
) -> Result<Accepted, Refusal> {
    if !message.is_object() {
        let text = "a message must be an object".to_owned();
        return Err(Refusal::Other(text));
    }
    if inlet.xdm {
        envelope(tx, inlet, &mut message)?;
    }
    let flow = inlet.flow(&message).map_err(Refusal::Other)?;
    Ok(Accepted {
        flow: flow["id"].as_str().unwrap_or_default().to_owned(),
        xdm: inlet.xdm,
        message,
        xaction_id,
    })
}

fn envelope(tx: &Tx<'_>, inlet: &Inlet, message: &mut Value) -> Result<(), Refusal> {
    let told = message["header"]["imsOrgId"].as_str().unwrap_or("null");
    let refused = |what: &str| {
        let (id, org) = (&inlet.id, told);
        Err(Refusal::Envelope(format!(
            "inletId: [{id}] imsOrgId: [{org}] {what}"
        )))
    };
    let unknown = "Message has unknown xdm format";
    if !message["header"].is_object() || !message["body"].is_object() {
        return refused(unknown);
    }
    let org = &message["header"]["imsOrgId"];
    if !org.is_null() && *org != inlet.org.as_str() {
        return refused("Message has an absent or wrong ims org in the header");
    }
    let schema = message["header"]["schemaRef"]["id"].as_str();
    let Some(schema) = schema.filter(|_| message["body"]["xdmMeta"]["schemaRef"].is_object())
    else {
        return refused(unknown);
    };
    if xdm::find(tx, &inlet.sandbox, schema)?.is_none() {
        return refused(unknown);
    }
    if org.is_null() {
        message["header"]["imsOrgId"] = json!(inlet.org);
    }
    Ok(())
}
