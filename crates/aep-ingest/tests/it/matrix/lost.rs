//! Answers that never arrive: what they answered has happened, and must not happen twice.

use std::collections::HashSet;
use std::time::Duration;

use aep_emulator::{Fault, FaultRule, When};
use aep_ingest::batches::NewBatch;
use aep_ingest::{BatchStatus, Format};
use futures::{StreamExt, stream};

use super::{batches, client, seeds};
use crate::support::world;

/// Batches in the ordinary run; the full one makes more.
const FEW: u64 = 60;

#[tokio::test]
async fn lost_answers_to_create_and_complete_double_nothing() {
    let world = world().await;
    let dataset = world.members().await.id;
    let lost = [
        Fault::ResetAfter,
        Fault::HalfResponse,
        Fault::SilenceAfter,
        Fault::Truncated,
        Fault::Corrupted,
    ];
    // every single answer to a first call is lost, each in its way
    for (n, fault) in lost.into_iter().enumerate() {
        let half = |seed| When::Probability { p: 0.35, seed };
        let n = n as u64;
        world.fault(FaultRule::new("batch-ingestion.createBatch", fault.clone()).when(half(n)));
        world.fault(FaultRule::new("completeBatch", fault).when(half(n + 100)));
    }
    let wanted = seeds(FEW).clamp(FEW, 500);
    let ingest = client(&world);
    let made: Vec<_> = stream::iter(0..wanted)
        .map(|_| {
            let (batches, dataset) = (ingest.batches(), dataset.clone());
            async move {
                let batch = batches.create(NewBatch::new(dataset, Format::Json)).await?;
                batches.complete(&batch.id).await?;
                Ok::<_, aep_core::Error>(batch.id)
            }
        })
        .buffer_unordered(4)
        .collect()
        .await;
    let rules = world.emulator.faults().list();
    let hits: u64 = rules.iter().map(|rule| rule.hits).sum();
    assert!(hits >= wanted, "{hits} answers were lost");
    world.emulator.faults().clear();

    let all = batches(&world).await;
    let ids: HashSet<_> = all.iter().map(|batch| batch.id.clone()).collect();
    let mut known = HashSet::new();
    for one in made {
        match one {
            Ok(id) => assert!(ids.contains(&id) && known.insert(id)),
            Err(error) => assert!(super::is_clear(&error), "{}", error.report()),
        }
    }
    let external: HashSet<_> = all.iter().map(|batch| batch.external_id.clone()).collect();
    assert_eq!(external.len(), all.len(), "a batch was made twice");
    assert!(all.len() as u64 <= wanted, "{} of {wanted}", all.len());
    // with nothing in them the completed ones fail, each once
    tokio::time::sleep(Duration::from_millis(1)).await;
    for batch in all {
        if known.contains(&batch.id) {
            assert_ne!(batch.status, BatchStatus::Loading);
        }
    }
}
