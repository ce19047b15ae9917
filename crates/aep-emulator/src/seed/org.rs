//! Organisation, client and sandboxes.

use serde_json::{Value, json};

use super::{CLIENT, ORG, SECRET, USER};
use crate::ids;
use crate::state::{GLOBAL, StateError, Tx, kind};

pub(super) const SANDBOXES: [&str; 2] = ["prod", "dev"];

/// Scopes of the usual AEP credential.
const SCOPES: [&str; 6] = [
    "openid",
    "AdobeID",
    "read_organizations",
    "additional_info.projectedProductContext",
    "session",
    "additional_info.roles",
];

pub(super) fn fill(tx: &Tx<'_>, now: i64) -> Result<(), StateError> {
    let client = json!({"id": CLIENT, "secret": ids::sha256(SECRET), "org": ORG, "user": USER, "scopes": SCOPES});
    tx.put(kind::CLIENT, GLOBAL, CLIENT, "", &client)?;
    for name in SANDBOXES {
        let mut document = sandbox_document(name, title(name), "development", now, USER);
        document["isDefault"] = json!(name == "prod");
        document["state"] = json!("active");
        document["id"] = json!(fixed_id(name));
        tx.put(kind::SANDBOX, GLOBAL, name, "", &document)?;
    }
    Ok(())
}

fn title(name: &str) -> &str {
    if name == "prod" {
        "Production"
    } else {
        "Development"
    }
}

/// The same in every emulator, so that examples can name it.
fn fixed_id(name: &str) -> String {
    let hex = ids::sha256(name);
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

/// A sandbox as the service shows it, being created.
pub(crate) fn sandbox_document(name: &str, title: &str, kind: &str, now: i64, user: &str) -> Value {
    let created = jiff::Timestamp::from_millisecond(now)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default();
    json!({
        "id": ids::dashed(),
        "name": name,
        "title": title,
        "state": "creating",
        "type": kind,
        "region": "VA7",
        "isDefault": false,
        "eTag": 1,
        "createdDate": created,
        "lastModifiedDate": created,
        "createdBy": user,
        "modifiedBy": user,
        "since": now,
    })
}
