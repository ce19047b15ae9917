//! An emulator and a client for it.

use aep_core::{Client, DatasetId, Settings};
use aep_emulator::{Emulator, FaultRule};
use aep_flow::FlowService;

/// A dataset that every sandbox of the emulator has.
pub(crate) const MEMBERS: &str = "Loyalty Members";

/// An emulator with its own state, and an SDK that talks to it.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) flow: FlowService,
}

pub(crate) async fn world() -> World {
    let emulator = Emulator::builder().start().await.unwrap();
    let settings = Settings::local(emulator.url().parse().unwrap());
    World {
        flow: FlowService::new(Client::new(settings).unwrap()),
        emulator,
    }
}

impl World {
    pub(crate) fn fault(&self, rule: FaultRule) {
        self.emulator.faults().add(rule).unwrap();
    }

    /// Calls of an operation so far.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.emulator.requests().count(operation)
    }

    /// Requests that change something.
    pub(crate) fn changes(&self) -> Vec<String> {
        let all = self.emulator.requests().all();
        all.into_iter()
            .filter(|seen| {
                seen.method != "GET" && seen.method != "HEAD" && !seen.path.starts_with("/ims")
            })
            .map(|seen| format!("{} {}", seen.method, seen.path))
            .collect()
    }

    pub(crate) async fn delete_dataset(&self, id: &DatasetId) {
        let client = self.flow.client();
        let answer = aep_gen::catalog::client(client)
            .delete_dataset(id.as_str())
            .await;
        aep_gen::finish(answer).unwrap();
    }
}
