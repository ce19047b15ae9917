//! `kill -9` of a download, which is run again until it is done: the files are those of the lake, and only what was missing
//! is fetched again.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use aep_emulator::Emulator;

use crate::killed::{Random, ended};
use crate::support::{Home, MEMBERS, Ran};

const FILES: usize = 10;
/// Rows of the file that comes in many pieces.
const LARGE: usize = 1_200;
/// Size of a piece.
const PIECE: &str = "3000";
const CONCURRENCY: usize = 3;
/// More processes than this means that it does not come forward.
const PROCESSES: u64 = 60;

struct World {
    home: Home,
    emulator: Emulator,
}

impl World {
    fn run(&self, args: &[&str]) -> Ran {
        let output = self.home.against(&self.emulator.url()).args(args).output();
        Ran::of(output.unwrap())
    }

    /// Requests for the content of files.
    fn fetched(&self) -> usize {
        let seen = self.emulator.requests().all();
        seen.iter()
            .filter(|seen| seen.method == "GET" && seen.path.contains("path="))
            .filter(|seen| seen.operation == Some("retrieveDatasetFile"))
            .count()
    }

    fn download(&self, to: &str) -> std::process::Command {
        let concurrency = CONCURRENCY.to_string();
        let mut command = self.home.against(&self.emulator.url());
        command
            .args(["dataset", "download", MEMBERS, "--to", to])
            .args(["--part-size", PIECE, "--concurrency", &concurrency]);
        command
    }
}

/// All files below a directory, with their bytes.
fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = files(&path);
            all.extend(below.into_iter().map(|(file, bytes)| {
                let name = Path::new(path.file_name().unwrap()).join(file);
                (name, bytes)
            }));
        } else {
            let name = path.file_name().unwrap().to_owned();
            all.push((name.into(), std::fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_killed_download_goes_on_with_what_is_missing() {
    let kills = crate::support::asked("AEP_TEST_KILLS", 8).min(50);
    let mut random = Random::new(crate::support::asked("AEP_TEST_SEED", 4));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::builder().start()).unwrap();
    let home = Home::new();
    for n in 0..FILES {
        let rows = if n == 0 { LARGE } else { 1 + n };
        home.members(&format!("in/{n}.json"), rows);
    }
    let world = World { home, emulator };
    world.run(&["ingest", "in", "--dataset", MEMBERS]).ok();

    // once without being disturbed: what there is, and how many requests it takes
    world.emulator.requests().clear();
    Ran::of(world.download("whole").output().unwrap()).ok();
    let needed = world.fetched();
    assert!(needed > 2 * FILES, "{needed} pieces");
    let whole = files(&world.home.path().join("whole"));
    assert_eq!(whole.len(), FILES);

    world.emulator.requests().clear();
    let (mut killed, mut processes) = (0, 0);
    loop {
        processes += 1;
        assert!(processes < PROCESSES, "it does not come to its end");
        let child = world
            .download("parts")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let point = (killed < kills).then_some(3 + random.below(30));
        let pause = Duration::from_micros(random.below(3_000));
        let (dead, ran) = ended(child, &world.emulator, point, pause);
        if ran.code == 0 {
            break;
        }
        assert!(dead, "it failed by itself: {}", ran.shown());
        killed += 1;
    }
    assert!(killed > 0, "it was never killed");
    assert!(files(&world.home.path().join("parts")) == whole);
    let again = world.fetched().saturating_sub(needed);
    let in_flight = CONCURRENCY * usize::try_from(killed).unwrap();
    assert!(
        again <= in_flight,
        "{again} pieces were fetched again, {in_flight} were in flight at {killed} kills"
    );
    runtime.block_on(world.emulator.stop());
}
