//! The ETL example, stopped at every request, does its work once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aep_core::Result;
use aep_emulator::{Fault, FaultRule};
use aep_ingest::read::to_json;
use aep_ingest::{Dataset, Ingest, Inputs, NewDataset, Position, Positions};
use futures::TryStreamExt;

use crate::support::{World, world};

#[path = "../../examples/incremental_etl/program.rs"]
mod program;
#[path = "../../examples/incremental_etl/rows.rs"]
mod rows;

use program::{Done, Etl};

/// The program with datasets of its own.
async fn etl(world: &World, name: &str) -> Etl {
    let schema = world.members().await.schema.unwrap();
    let dataset = async |what: &str| {
        let new = NewDataset::new(format!("{name} {what}"), schema.clone());
        world.ingest.datasets().create(new).await.unwrap()
    };
    Etl {
        // every failure is the end of the program
        ingest: world.with(|settings| settings.retries = 0),
        name: name.to_owned(),
        source: dataset("source").await,
        output: dataset("output").await,
        deferred: dataset("deferred").await,
        positions: Positions::new(world.dir.path()),
    }
}

async fn send(world: &World, dataset: &Dataset, rows: &[(u32, Option<&str>)]) {
    let mut text = String::new();
    for (number, tier) in rows {
        let tier = tier.map_or(String::new(), |tier| format!(r#","tier":"{tier}""#));
        let local = format!(r#"{{"memberId":"M{number:08}"{tier}}}"#);
        writeln!(text, r#"{{"_id":"m-{number}","_local":{local}}}"#).unwrap();
    }
    let input = Inputs::new()
        .reader(text.as_bytes(), "rows.ndjson")
        .unwrap();
    let upload = world.ingest.upload(dataset.clone(), input);
    assert!(upload.start().join().await.unwrap().is_complete());
}

/// How often each id is in a dataset.
async fn ids(ingest: &Ingest, dataset: &Dataset) -> BTreeMap<String, u32> {
    let datasets = ingest.datasets();
    let mut reader = datasets.read_since(&dataset.id, Position::beginning());
    let mut found = BTreeMap::new();
    while let Some(batch) = reader.next().await.unwrap() {
        let rows = reader.rows(&batch).await.unwrap().unwrap();
        let parts: Vec<_> = rows.try_collect().await.unwrap();
        for row in parts.iter().flat_map(|part| to_json(part).unwrap()) {
            *found
                .entry(row["_id"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    found
}

fn once(numbers: &[u32]) -> BTreeMap<String, u32> {
    numbers.iter().map(|n| (format!("m-{n}"), 1)).collect()
}

#[tokio::test]
async fn incomplete_rows_wait_for_the_rest_of_them() {
    let world = world().await;
    let etl = etl(&world, "plain").await;
    assert_eq!(etl.run().await.unwrap(), None);
    send(&world, &etl.source, &[(1, Some("gold")), (2, None)]).await;
    send(&world, &etl.source, &[(3, None)]).await;
    let done = |written, deferred| Some(Done { written, deferred });
    assert_eq!(etl.run().await.unwrap(), done(1, 2));
    assert_eq!(etl.run().await.unwrap(), None);
    send(&world, &etl.source, &[(2, Some("silver")), (4, None)]).await;
    assert_eq!(etl.run().await.unwrap(), done(1, 2));
    assert_eq!(ids(&etl.ingest, &etl.output).await, once(&[1, 2]));
    assert_eq!(ids(&etl.ingest, &etl.deferred).await, once(&[3, 4]));
    send(&world, &etl.source, &[(3, Some("gold")), (4, Some("gold"))]).await;
    assert_eq!(etl.run().await.unwrap(), done(2, 0));
    assert_eq!(ids(&etl.ingest, &etl.output).await, once(&[1, 2, 3, 4]));
    assert_eq!(ids(&etl.ingest, &etl.deferred).await, once(&[]));
}

/// Two runs; the second one changes output and deferred rows.
async fn second_run(world: &World, name: &str) -> Etl {
    let etl = etl(world, name).await;
    send(
        world,
        &etl.source,
        &[(1, Some("gold")), (2, None), (3, None)],
    )
    .await;
    etl.run().await.unwrap();
    send(world, &etl.source, &[(2, Some("gold")), (4, None)]).await;
    etl
}

async fn check(etl: &Etl, what: &str) {
    assert_eq!(ids(&etl.ingest, &etl.output).await, once(&[1, 2]), "{what}");
    assert_eq!(
        ids(&etl.ingest, &etl.deferred).await,
        once(&[3, 4]),
        "{what}"
    );
}

#[tokio::test]
async fn stopped_at_any_request_it_does_its_work_once() -> Result<()> {
    let world = world().await;
    let etl = second_run(&world, "whole").await;
    let before = world.emulator.requests().all().len();
    etl.run().await?;
    let requests = world.emulator.requests().all().split_off(before);
    check(&etl, "whole").await;
    // after everything that changes something, and before some of the others
    let faults = requests.iter().zip(1_u64..).filter_map(|(seen, number)| {
        let changes = seen.method != "GET";
        let fault = if changes {
            Fault::ResetAfter
        } else {
            Fault::ResetBefore
        };
        (changes || number % 4 == 0).then_some((number, fault))
    });
    let mut stopped = 0;
    for (number, fault) in faults {
        let name = format!("stopped-{number}");
        let etl = second_run(&world, &name).await;
        world.fault(FaultRule::new("*", fault).nth(number));
        stopped += u32::from(etl.run().await.is_err());
        world.emulator.faults().clear();
        etl.run().await?;
        check(&etl, &name).await;
    }
    assert!(stopped > 2, "{stopped}");
    Ok(())
}

#[tokio::test]
async fn stopped_between_writing_and_remembering_it_writes_nothing_twice() -> Result<()> {
    let world = world().await;
    let etl = second_run(&world, "late").await;
    let client = etl.ingest.client();
    let saved = etl.positions.open(client, &etl.source.id, &etl.name)?;
    let before = saved.position().cloned().unwrap();
    drop(saved);
    etl.run().await?;
    let mut saved = etl.positions.open(client, &etl.source.id, &etl.name)?;
    let after = saved.position().cloned().unwrap();
    saved.save(before)?;
    saved.announce(after)?;
    drop(saved);
    let changes = world.changes().len();
    etl.run().await?;
    assert_eq!(world.changes().len(), changes, "everything was there");
    check(&etl, "late").await;
    Ok(())
}
