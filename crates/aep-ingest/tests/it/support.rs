//! An emulator, a client for it, and files to send.

use std::path::{Path, PathBuf};

use aep_core::{Client, Settings, Writes};
use aep_emulator::{Builder, Emulator, Fault, FaultRule};
use aep_ingest::{Dataset, Ingest, Inputs, Jobs, Upload};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const MEMBERS: &str = "Loyalty Members";

/// An emulator with its own state, and an SDK that talks to it.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) ingest: Ingest,
    pub(crate) dir: TempDir,
}

pub(crate) fn settings(emulator: &Emulator) -> Settings {
    Settings::local(emulator.url().parse().unwrap())
}

pub(crate) async fn world() -> World {
    world_of(Emulator::builder()).await
}

pub(crate) async fn world_of(builder: Builder) -> World {
    let emulator = builder.start().await.unwrap();
    let ingest = Ingest::new(Client::new(settings(&emulator)).unwrap());
    World {
        emulator,
        ingest,
        dir: TempDir::new().unwrap(),
    }
}

impl World {
    pub(crate) async fn members(&self) -> Dataset {
        self.ingest.datasets().find(MEMBERS).await.unwrap()
    }

    /// Prepares to send files to the members.
    pub(crate) async fn upload(&self, paths: impl IntoIterator<Item: Into<PathBuf>>) -> Upload {
        let dataset = self.members().await;
        self.ingest.upload(dataset, Inputs::paths(paths))
    }

    /// Rows of the members that are in the lake.
    pub(crate) async fn rows(&self) -> Vec<Value> {
        let id = self.members().await.id;
        let rows = self.ingest.datasets().preview(&id).await.unwrap();
        rows.iter()
            .map(|row| serde_json::to_value(row).unwrap())
            .collect()
    }

    /// Where jobs are written down.
    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::new(self.dir.path().join("state"))
    }

    /// A file below the directory of the test.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn fault(&self, rule: FaultRule) {
        self.emulator.faults().add(rule).unwrap();
    }

    /// Calls of an operation so far.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.emulator.requests().count(operation)
    }

    /// Requests that change something in the lake.
    pub(crate) fn changes(&self) -> Vec<String> {
        let all = self.emulator.requests().all();
        all.into_iter()
            .filter(|seen| {
                seen.method != "GET" && seen.method != "HEAD" && !seen.path.starts_with("/ims")
            })
            .map(|seen| format!("{} {}", seen.method, seen.path))
            .collect()
    }

    /// An SDK that may write to production, or works in another sandbox.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Settings)) -> Ingest {
        let mut settings = settings(&self.emulator);
        change(&mut settings);
        Ingest::new(Client::new(settings).unwrap())
    }

    pub(crate) fn production(&self) -> Ingest {
        self.with(|settings| settings.writes = Writes::Production)
    }
}

/// The first call of an operation is hit.
pub(crate) fn once(operation: &str, fault: Fault) -> FaultRule {
    FaultRule::new(operation, fault).first(1)
}

/// One member, valid for the schema.
pub(crate) fn member(number: u32) -> String {
    format!(
        r#"{{"_id":"m-{number}","person":{{"name":{{"firstName":"Zoë","lastName":"N{number}"}}}},"_local":{{"memberId":"M{number:08}","tier":"gold","points":{}}}}}"#,
        number % 1000
    )
}

/// One that breaks a rule of the schema.
pub(crate) fn bad(number: u32) -> String {
    member(number).replace("\"gold\"", "\"wood\"")
}

pub(crate) fn ndjson(rows: u32) -> String {
    let lines: Vec<String> = (1..=rows).map(member).collect();
    lines.join("\n") + "\n"
}

pub(crate) fn json(rows: u32) -> String {
    let rows: Vec<String> = (1..=rows).map(member).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

/// The samples of the repository.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../samples")
        .join(name)
}
