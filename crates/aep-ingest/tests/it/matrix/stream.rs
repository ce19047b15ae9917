//! Messages to an inlet, one by one and together.

use aep_core::transport::{Operation, Request, Safety};
use aep_core::{DatasetId, Error, InletId};
use aep_emulator::Fault;
use aep_ingest::streaming::{Envelope, Outcome};
use aep_ingest::{Ingest, Inlet};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::Method;
use serde_json::{Value, json};

use super::{HANG, batches, client, kinds};
use crate::support::{MEMBERS, World, member, once, world};

async fn post(world: &World, what: &str, body: Value) -> String {
    let operation = Operation {
        api: "flow-service",
        id: "make",
        safety: Safety::NotRepeatable,
    };
    let client = world.ingest.client();
    let url = client
        .url(&["data", "foundation", "flowservice", what])
        .unwrap();
    let request = Request::new(operation, Method::POST, url).json(&body);
    let made: Value = client.fetch_json(request.unwrap()).await.unwrap();
    made["id"].as_str().unwrap().to_owned()
}

/// An inlet whose messages go into the members.
async fn inlet(world: &World, dataset: &DatasetId) -> InletId {
    let spec = |id: &str| json!({"id": id, "version": "1.0"});
    let streaming = spec("bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb");
    let base = json!({"name": "inlet", "connectionSpec": streaming, "auth": {
        "specName": "Streaming Connection", "params": {"sourceId": "shop", "dataType": "xdm", "name": "inlet"}}});
    let base = post(world, "connections", base).await;
    let source = json!({"name": "messages", "baseConnectionId": base, "connectionSpec": streaming, "data": {"format": "json"}});
    let source = post(world, "sourceConnections", source).await;
    let target = json!({"name": "lake", "data": {"format": "parquet_xdm"},
        "connectionSpec": spec("c604ff05-7f1a-43c0-8e18-33bf874cb11c"), "params": {"dataSetId": dataset.as_str()}});
    let target = post(world, "targetConnections", target).await;
    let flow = json!({"name": "stream", "flowSpec": spec("d8a6f005-7eaf-4153-983e-e8574508b877"),
        "transformations": [], "sourceConnectionIds": [source], "targetConnectionIds": [target]});
    post(world, "flows", flow).await;
    let operation = Operation {
        api: "flow-service",
        id: "get",
        safety: Safety::Repeatable,
    };
    let client = world.ingest.client();
    let url = client
        .url(&["data", "foundation", "flowservice", "connections", &base])
        .unwrap();
    let found: Value = client
        .fetch_json(Request::new(operation, Method::GET, url))
        .await
        .unwrap();
    let id = &found["items"][0]["auth"]["params"]["inletId"];
    InletId::new(id.as_str().unwrap()).unwrap()
}

/// What one scenario came to: the messages that the client counts as taken in.
async fn send(inlet: Inlet, one: bool, number: u32) -> Result<u64, Error> {
    let rows: Vec<Bytes> = (0..3)
        .map(|n| Bytes::from(member(number * 10 + n)))
        .collect();
    let inlet = inlet.sync_validation(one);
    let mut accepted = 0;
    let mut replies = inlet
        .send_all(stream::iter(rows[..if one { 1 } else { 3 }].to_vec()).map(Ok))
        .boxed();
    while let Some(sent) = replies.try_next().await? {
        accepted += u64::from(matches!(sent.outcome, Outcome::Accepted(_)));
    }
    Ok(accepted)
}

#[tokio::test]
async fn no_message_counts_that_did_not_arrive_and_none_arrives_twice_unless_allowed() {
    let world = world().await;
    let dataset = world.members().await;
    let id = inlet(&world, &dataset.id).await;
    let mut number = 0;
    // rows that must land, and rows that may
    let (mut least, mut most) = (0, 0);
    for at_most_once in [false, true] {
        for (operation, one) in [("streamMessage", true), ("streamMessages", false)] {
            for (fault, takes_effect) in kinds() {
                // an inlet without authentication gets no token that could expire
                if fault == Fault::ExpiredToken {
                    continue;
                }
                let about = format!("{fault:?} on {operation}, at most once: {at_most_once}");
                number += 1;
                let ingest: Ingest = client(&world);
                let org = ingest.client().settings().org.clone();
                let wrapped = Envelope::of(&dataset, org).unwrap();
                let sender = ingest
                    .inlet(id.clone())
                    .wrap(wrapped)
                    .at_most_once(at_most_once);
                world.fault(once(operation, fault.clone()));
                let sent = tokio::time::timeout(HANG, send(sender, one, number)).await;
                let hits = world.emulator.faults().list()[0].hits;
                assert_eq!(hits, 1, "{about}: it never struck");
                world.emulator.faults().clear();
                let rows: u64 = if one { 1 } else { 3 };
                let sent = sent.unwrap_or_else(|_| panic!("{about}: it hangs"));
                let unclear =
                    takes_effect && !matches!(fault, Fault::Delay { .. } | Fault::Drip { .. });
                match sent {
                    Ok(accepted) => {
                        assert_eq!(accepted, rows, "{about}");
                        least += rows;
                        most += if unclear && !at_most_once {
                            2 * rows
                        } else {
                            rows
                        };
                    }
                    Err(error) => {
                        assert!(super::is_clear(&error), "{about}: {}", error.report());
                        assert!(at_most_once, "{about}: {}", error.report());
                        most += if takes_effect { rows } else { 0 };
                    }
                }
            }
        }
    }
    // messages land some time after they were taken in, by the emulator's clock
    let mut rows = 0;
    for _ in 0..600 {
        world
            .emulator
            .clock()
            .advance(std::time::Duration::from_mins(5));
        rows = super::landed(&batches(&world).await).1;
        if rows >= least {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(
        (least..=most).contains(&rows),
        "{least} to {most} rows were to land, {rows} did"
    );
    assert_eq!(dataset.name, MEMBERS);
}
