//! What was acknowledged is on disk.

use aep_emulator::Emulator;
use serde_json::json;

use super::*;

#[tokio::test]
async fn messages_survive_the_end_of_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let inlet = Inlet::new(&world, json!({})).await;
    let messages: Vec<Value> = (0..50).map(|n| inlet.message(&streamed(n))).collect();
    inlet.send_many(&world, &messages).await.expect(207);
    // Dropped, not stopped: nobody waits for the collector.
    drop(world.emulator);
    let world = loop {
        match Emulator::builder().data_dir(dir.path()).start().await {
            Ok(emulator) => {
                emulator.stop().await;
                break World::with(Emulator::builder().data_dir(dir.path())).await;
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    assert_eq!(landed(&world, &inlet.dataset, 50).await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_survive_sigkill() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let inlet = Inlet::new(&world, json!({})).await;
    world.emulator.stop().await;
    for round in 0..3_u32 {
        let (mut child, url) = crate::flow_runs::killed::serve(dir.path());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let messages: Vec<Value> = (0..50)
            .map(|n| inlet.message(&streamed(round * 50 + n)))
            .collect();
        let request = http.post(format!("{url}/collection/batch/{}", inlet.id));
        send(request.json(&json!({"messages": messages})))
            .await
            .expect(207);
        // Before, while and after they are gathered.
        tokio::time::sleep(Duration::from_millis(u64::from(round) * 200)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let ids = landed(&world, &inlet.dataset, 150).await;
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(ids, unique);
}
