//! Messages of inlets on their way into datasets.
//!
//! A message is a row before it is acknowledged. The collector gathers rows into micro-batches: good messages become a
//! batch of the flow's dataset, bad ones a batch that failed, with the messages and what is wrong with them below
//! `failed`. The rows go in the transaction in which the batches come, so that nothing is landed twice or lost.
//!
//! A micro-batch is closed a quarter of a second after its first message (emulator choice; on the platform the lake may
//! take half an hour).

mod collect;
mod hour;
mod land;
mod sort;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use collect::run;

use crate::state::{StateError, Tx};

/// Accepted messages that have not landed. The parent of a row is the flow's id.
const KIND: &str = "inlet_message";

/// A message that was accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    /// Its id in answers.
    pub(crate) xaction_id: String,
    pub(crate) flow: String,
    /// Whether it came in an XDM envelope.
    pub(crate) xdm: bool,
    pub(crate) message: Value,
}

/// What is wrong with a message, were it landed now.
pub(crate) fn violations(
    tx: &Tx<'_>,
    sandbox: &str,
    message: &Accepted,
) -> Result<Vec<Value>, StateError> {
    Ok(match land::load(tx, sandbox, &message.flow)? {
        Ok(target) => sort::wrong(message, &target.measure),
        Err(why) => vec![serde_json::json!({"message": why})],
    })
}

/// Keeps messages until they are landed.
pub(crate) fn accept(tx: &Tx<'_>, sandbox: &str, messages: &[Accepted]) -> Result<(), StateError> {
    for message in messages {
        let doc = serde_json::to_value(message)?;
        tx.put(KIND, sandbox, &message.xaction_id, &message.flow, &doc)?;
    }
    Ok(())
}
