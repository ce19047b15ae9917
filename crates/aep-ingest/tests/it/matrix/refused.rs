//! Nobody listens: the platform is gone when an operation is asked for, and comes back.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aep_core::transport::Jitter;
use aep_core::{Client, Settings};
use aep_emulator::{Emulator, Fault, FaultRule};
use aep_ingest::Ingest;

use super::ingest::Upload;
use super::read::Read;
use super::{HANG, Way, hasty, operations};
use crate::support::world_of;

/// So often a client fails before there is somebody again.
const REFUSALS: usize = 3;

/// A door before the emulator that can be shut.
struct Gate {
    address: SocketAddr,
    door: Mutex<Option<TcpListener>>,
    streams: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

impl Gate {
    fn before(emulator: &Emulator) -> Arc<Self> {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        door.set_nonblocking(true).unwrap();
        let gate = Arc::new(Self {
            address: door.local_addr().unwrap(),
            door: Mutex::new(Some(door)),
            streams: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let behind = emulator.url().trim_start_matches("http://").to_owned();
        let porter = Arc::clone(&gate);
        std::thread::spawn(move || {
            while !porter.over.load(Ordering::Relaxed) {
                let come = porter
                    .door
                    .lock()
                    .unwrap()
                    .as_ref()
                    .map(TcpListener::accept);
                match come {
                    Some(Ok((client, _))) => porter.let_in(client, &behind),
                    _ => std::thread::sleep(Duration::from_millis(1)),
                }
            }
        });
        gate
    }

    fn let_in(&self, client: TcpStream, behind: &str) {
        client.set_nonblocking(false).unwrap();
        let server = TcpStream::connect(behind.trim_end_matches('/')).unwrap();
        let pairs = [(&client, &server), (&server, &client)];
        for (from, to) in pairs {
            let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            std::thread::spawn(move || {
                // a connection that breaks is what this is about
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
        }
        self.streams.lock().unwrap().extend([client, server]);
    }

    /// Nobody is let in, and everybody is put out.
    fn shut(&self) {
        *self.door.lock().unwrap() = None;
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn open(&self) {
        let door = TcpListener::bind(self.address).unwrap();
        door.set_nonblocking(true).unwrap();
        *self.door.lock().unwrap() = Some(door);
    }

    /// A client that comes through here. Its first failure shuts the door, and some more open it again; their number.
    fn client(self: &Arc<Self>) -> (Ingest, Arc<Mutex<usize>>) {
        let (gate, failures) = (Arc::clone(self), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&failures);
        let jitter = Jitter::new(move |ceiling| {
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count == 1 {
                gate.shut();
            } else if *count == 1 + REFUSALS {
                gate.open();
            }
            ceiling / 50
        });
        let settings = Settings::local(format!("http://{}", self.address).parse().unwrap());
        let client = Client::builder(hasty(settings)).jitter(jitter);
        (Ingest::new(client.build().unwrap()), failures)
    }
}

/// The platform goes away before the first call of every operation of the way; answers the number of operations.
async fn refused_on_every_operation(way: &impl Way) -> usize {
    let world = world_of(Emulator::builder()).await;
    let ready = way.prepare(&world).await;
    let gate = Gate::before(&world.emulator);
    world.emulator.requests().clear();
    let (ingest, _) = gate.client();
    way.go(ingest, &world, &ready).await.unwrap();
    let operations = operations(&world);
    let (mut times, all) = (1, operations.len());
    for operation in operations {
        world.fault(FaultRule::new(operation, Fault::ResetBefore).first(1));
        let (ingest, failures) = gate.client();
        let gone = tokio::time::timeout(HANG, way.go(ingest, &world, &ready)).await;
        let hits = world.emulator.faults().list()[0].hits;
        world.emulator.faults().clear();
        match gone.unwrap_or_else(|_| panic!("{operation}: it hangs")) {
            Ok(()) => times += 1,
            Err(error) => panic!("{operation}: {}", error.report()),
        }
        let failures = *failures.lock().unwrap();
        // a creation is looked up and not repeated as other requests are: its failure opens and shuts nothing
        let looked_up = operation == "createBatch" && failures == 0;
        assert!(
            hits == 1 && (failures > REFUSALS || looked_up),
            "{operation}: {hits} hits, {failures} failures"
        );
        way.check(&world, &ready, times, operation).await;
    }
    gate.over.store(true, Ordering::Relaxed);
    all
}

#[tokio::test]
async fn an_upload_survives_that_nobody_listens() {
    let operations = refused_on_every_operation(&Upload).await;
    assert!(operations >= 9, "{operations}");
}

#[tokio::test]
async fn reading_survives_that_nobody_listens() {
    let operations = refused_on_every_operation(&Read).await;
    assert!(operations >= 5, "{operations}");
}
