//! One cheap question to each service.

use aep_core::{Client, Error, ErrorKind, Operation, Request, Safety};
use http::Method;

use super::Check;

struct Probe {
    name: &'static str,
    path: &'static [&'static str],
    query: &'static [(&'static str, &'static str)],
    accept: &'static str,
    /// What the product profile has to allow.
    permission: &'static str,
    /// Statuses that only a service gives, so that the way to it is open.
    proof: &'static [u16],
}

const PROBES: &[Probe] = &[
    Probe {
        name: "catalog",
        path: &["data", "foundation", "catalog", "dataSets"],
        query: &[("limit", "1"), ("properties", "name")],
        accept: "application/json",
        permission: "View Datasets",
        proof: &[],
    },
    Probe {
        name: "schema registry",
        path: &["data", "foundation", "schemaregistry", "tenant", "schemas"],
        query: &[("limit", "1"), ("orderby", "title")],
        accept: "application/vnd.adobe.xed-id+json",
        permission: "View Schemas",
        proof: &[],
    },
    Probe {
        // Import knows only POST on its collection, so a refused GET is the cheapest proof that it is there.
        name: "batch ingestion",
        path: &["data", "foundation", "import", "batches"],
        query: &[],
        accept: "application/json",
        permission: "Manage Datasets",
        proof: &[405],
    },
    Probe {
        name: "flow service",
        path: &["data", "foundation", "flowservice", "flows"],
        query: &[("limit", "1")],
        accept: "application/json",
        permission: "View Sources",
        proof: &[],
    },
    Probe {
        name: "data access",
        path: &[
            "data",
            "foundation",
            "export",
            "batches",
            "00000000000000000000000000",
            "files",
        ],
        query: &[("limit", "1")],
        accept: "application/json",
        permission: "View Datasets",
        proof: &[404],
    },
];

pub(super) async fn checks(client: &Client) -> Vec<Check> {
    let mut checks = Vec::new();
    for probe in PROBES {
        checks.push(match ask(client, probe).await {
            Ok(()) => Check::ok(probe.name, "answers"),
            Err(error) => judge(probe, &error),
        });
    }
    checks
}

async fn ask(client: &Client, probe: &Probe) -> aep_core::Result<()> {
    let operation = Operation {
        api: "doctor",
        id: "probe",
        safety: Safety::Repeatable,
    };
    let request = Request::new(operation, Method::GET, client.url(probe.path)?)
        .doing(format!("ask {}", probe.name))
        .accept(probe.accept)
        .query(probe.query);
    client.send(request).await.map(drop)
}

fn judge(probe: &Probe, error: &Error) -> Check {
    let html = error.problem().is_some_and(|problem| problem.html);
    if error
        .status()
        .is_some_and(|status| probe.proof.contains(&status))
        && !html
    {
        return Check::ok(probe.name, "answers");
    }
    let hint = match error.kind() {
        ErrorKind::Forbidden => Some(format!(
            "the product profile of the credential needs `{}` in this sandbox; an administrator gives it in Permissions",
            probe.permission
        )),
        ErrorKind::NotFound if html => {
            Some("the gateway has no such route: AEP_BASE_URL points elsewhere, or the API is not part of the project".to_owned())
        }
        _ => None,
    };
    Check::failed(probe.name, error, hint)
}
