//! An ETL program: what is new in a dataset, transformed and validated, goes into another one, exactly once.
//!
//! `read new batches → unite with what was deferred → transform → validate → write a batch → defer the rest → remember`
//!
//! A member row without a tier is not complete. It is put aside into a dataset of its own, which is a snapshot: every run
//! reads its last batch, unites it with the new rows, and replaces it with what is still incomplete.
//!
//! The program may be stopped at any moment, also by `kill -9`. What makes that safe:
//!
//! 1. Up to where a run reads is written down before it writes anything ([`SavedPosition::announce`]).
//! 2. The external ids of the batches that it writes follow from that position, so the next run finds them: what has landed
//!    is not written again, what is still open is given up.
//! 3. The deferred rows are replaced after the output has landed, and the output says how many there are: until then the
//!    old ones are there to be read again.
//! 4. The position is saved last ([`SavedPosition::save`]).
//!
//! `cargo run -p aep-ingest --example incremental_etl` shows it with an emulator in the same process.
//!
//! [`SavedPosition::announce`]: aep_ingest::read::SavedPosition::announce
//! [`SavedPosition::save`]: aep_ingest::read::SavedPosition::save
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod program;
mod rows;

use aep_core::{Client, Settings};
use aep_ingest::{Ingest, Inputs, NewDataset, Positions};

use program::Etl;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // a local platform; a real one takes `Settings` from a profile instead
    let emulator = aep_emulator::Emulator::builder().start().await?;
    let ingest = Ingest::new(Client::new(Settings::local(emulator.url().parse()?))?);
    let source = ingest.datasets().find("Loyalty Members").await?;
    let schema = source.schema.clone().ok_or("the dataset has a schema")?;
    let dataset = async |name| {
        let new = NewDataset::new(name, schema.clone());
        ingest.datasets().create(new).await
    };
    let state = tempfile::tempdir()?;
    let etl = Etl {
        ingest: ingest.clone(),
        name: "members".to_owned(),
        output: dataset("Members with a Tier").await?,
        deferred: dataset("Members without a Tier").await?,
        positions: Positions::new(state.path()),
        source,
    };
    let days = [
        r#"{"_id": "m-1", "_local": {"memberId": "M00000001", "tier": "gold", "points": 250}}
{"_id": "m-2", "_local": {"memberId": "M00000002", "points": 120}}
"#,
        r#"{"_id": "m-2", "_local": {"memberId": "M00000002", "tier": "silver"}}
"#,
    ];
    for (day, rows) in days.iter().enumerate() {
        let input = Inputs::new().reader(rows.as_bytes(), "members.ndjson")?;
        ingest
            .upload(etl.source.clone(), input)
            .start()
            .join()
            .await?;
        println!("day {}: {:?}", day + 1, etl.run().await?);
    }
    println!("and again: {:?}", etl.run().await?);
    for row in ingest.datasets().preview(&etl.output.id).await? {
        println!("{row}");
    }
    emulator.stop().await;
    Ok(())
}
