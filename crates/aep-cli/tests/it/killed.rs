//! `kill -9` at any point of a run, which is then taken up again until it is done.
//!
//! The emulator is in this process, so what it has seen decides when the command is killed, and what it has is the truth.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

use aep_emulator::{Emulator, Seen};
use serde_json::{Value, json};

use crate::support::{Home, MEMBERS, Ran};

/// Files of a run, and how many of them go in parts.
const FILES: usize = 40;
const LARGE: usize = 4;
/// What is in flight at once at most.
const CONCURRENCY: usize = 4;
/// Largest request, and so the size of the parts of a large file.
const PART: usize = 3_000;
/// Kills of one run at most; then it is left in peace.
const KILLS_OF_A_RUN: u64 = 5;
/// More processes than this for one run means that it does not come forward.
const PROCESSES: u64 = 40;

/// SplitMix64: the same points in every run of the test.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

/// Waits for the end of a process, or kills it a moment after the emulator has been asked so many times more; whether it was
/// killed.
pub(crate) fn ended(
    mut child: Child,
    emulator: &Emulator,
    point: Option<u64>,
    pause: Duration,
) -> (bool, Ran) {
    let requests = || emulator.requests().len() as u64;
    let point = point.map(|point| requests() + point);
    let mut dead = false;
    while let Some(point) = point
        && child.try_wait().unwrap().is_none()
    {
        if requests() >= point {
            std::thread::sleep(pause);
            child.kill().unwrap();
            dead = true;
            break;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    (dead, Ran::of(child.wait_with_output().unwrap()))
}

#[derive(Debug, Default)]
struct Figures {
    runs: u64,
    kills: u64,
    /// Kills by what the command was about to be answered last.
    after: BTreeMap<&'static str, u64>,
    sent_again: usize,
    most_sent_again: usize,
}

/// One run, with an emulator, a home and files of its own.
struct Run {
    home: Home,
    emulator: Emulator,
    /// Size by name.
    files: BTreeMap<String, usize>,
    rows: u64,
}

impl Run {
    fn new(runtime: &tokio::runtime::Runtime) -> Self {
        let home = Home::new();
        let emulator = runtime.block_on(Emulator::builder().start()).unwrap();
        let mut files = BTreeMap::new();
        let mut rows = 0;
        for n in 0..FILES {
            let count = if n < LARGE { 100 + n } else { 1 + n % 3 };
            let line = |row| {
                format!(
                    "{}\n",
                    json!({"_id": format!("f{n}-{row}"), "_local": {"memberId": format!("M{n:04}{row:04}"), "tier": "gold", "points": row}})
                )
            };
            let text: String = (0..count).map(line).collect();
            let name = format!("part={}/f{n:02}.ndjson", n % 4);
            home.write(&format!("in/{name}"), &text);
            assert_eq!(text.len() > PART, n < LARGE);
            files.insert(name, text.len());
            rows += count as u64;
        }
        Self {
            home,
            emulator,
            files,
            rows,
        }
    }

    fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = self.home.against(&self.emulator.url());
        command.args(args);
        command
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.command(args).args(["-o", "json"]).output().unwrap();
        Ran::of(output).ok().json()
    }

    /// The run as its journal has it: id and state.
    fn job(&self) -> Option<(String, String)> {
        let jobs = self.json(&["job", "list"]);
        let jobs = jobs.as_array().unwrap();
        assert!(jobs.len() <= 1, "{jobs:?}");
        let job = jobs.first()?;
        let text = |key: &str| job[key].as_str().unwrap().to_owned();
        Some((text("runId"), text("state")))
    }

    fn spawn(&self, job: Option<&str>) -> Child {
        let (part, concurrency) = (PART.to_string(), CONCURRENCY.to_string());
        let fresh = [
            "ingest",
            "in",
            "--dataset",
            MEMBERS,
            "--large-files",
            "chunk",
            "--part-size",
            &part,
        ];
        let again = ["ingest", "--resume", job.unwrap_or_default()];
        let args: &[&str] = if job.is_some() { &again } else { &fresh };
        self.command(args)
            .args(["--concurrency", &concurrency])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn seen(&self) -> Vec<Seen> {
        self.emulator.requests().all()
    }

    /// Goes on until it is done, killed so many times at most.
    fn to_its_end(&self, kills: u64, random: &mut Random, figures: &mut Figures) {
        let (mut killed, mut processes) = (0, 0);
        loop {
            processes += 1;
            assert!(processes < PROCESSES, "it does not come to its end");
            let job = self.job();
            let child = self.spawn(job.as_ref().map(|(id, _)| id.as_str()));
            let point = random.below(45) + 1;
            let pause = Duration::from_micros(random.below(4_000));
            let point = (killed < kills).then_some(point);
            let (dead, ran) = ended(child, &self.emulator, point, pause);
            if ran.code == 0 {
                break;
            }
            assert!(dead, "it failed by itself: {}", ran.shown());
            killed += 1;
            figures.kills += 1;
            let last = self.seen().last().and_then(|seen| seen.operation);
            *figures.after.entry(last.unwrap_or("nothing")).or_default() += 1;
        }
        let (id, state) = self.job().unwrap();
        assert_eq!(state, "success");
        // once more is no more than a report
        let before = self.emulator.requests().count("completeBatch");
        let again = self.spawn(Some(&id)).wait_with_output().unwrap();
        Ran::of(again).ok();
        assert_eq!(self.emulator.requests().count("completeBatch"), before);
        self.check(killed, figures);
    }

    /// What the emulator has is what there was to send, once.
    fn check(&self, killed: u64, figures: &mut Figures) {
        let seen = self.seen();
        let batches = self.json(&["batch", "list"]);
        let batches = batches.as_array().unwrap();
        assert_eq!(batches.len(), 1, "there is one batch: {batches:?}");
        let batch = &batches[0];
        assert_eq!(batch["status"], "success", "{batch}");
        let rows = &batch["metrics"]["outputRecordCount"];
        assert_eq!(rows.as_u64(), Some(self.rows), "{batch}");
        let id = batch["id"].as_str().unwrap();
        let stored = self.json(&["batch", "files", id]);
        let mut names: Vec<&str> = stored
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FILES, "{names:?}");

        let done = |method: &str, name: &str| {
            let name = name.replace('=', "%3D");
            let is_it = |seen: &&Seen| {
                let path = seen.path.replace('=', "%3D");
                seen.method == method && seen.status == Some(200) && path.ends_with(&name)
            };
            seen.iter().filter(is_it).count()
        };
        let mut again = 0;
        for (name, size) in &self.files {
            let (method, needed) = if *size > PART {
                ("PATCH", size.div_ceil(PART))
            } else {
                ("PUT", 1)
            };
            let sent = done(method, name);
            // a request that was taken in when its sender died was not answered, so it is not counted here
            again += sent.saturating_sub(needed);
        }
        let in_flight = CONCURRENCY * usize::try_from(killed).unwrap();
        assert!(
            again <= in_flight,
            "{again} requests were sent again, {in_flight} were in flight"
        );
        figures.sent_again += again;
        figures.most_sent_again = figures.most_sent_again.max(again);
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the figures are what the full run is for"
)]
fn a_killed_run_is_taken_up_again_until_it_is_done() {
    let wanted = crate::support::asked("AEP_TEST_KILLS", 8);
    let mut random = Random::new(crate::support::asked("AEP_TEST_SEED", 4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut figures = Figures::default();
    while figures.kills < wanted {
        let run = Run::new(&runtime);
        let kills = KILLS_OF_A_RUN.min(wanted - figures.kills);
        run.to_its_end(kills, &mut random, &mut figures);
        figures.runs += 1;
        runtime.block_on(run.emulator.stop());
    }
    let Figures {
        runs,
        kills,
        after,
        sent_again,
        most_sent_again,
    } = figures;
    println!(
        "kill -9: {kills} kills in {runs} runs of {FILES} files ({LARGE} in parts): 0 lost, 0 doubled, 0 extra batches; \
         {sent_again} requests sent again, at most {most_sent_again} in one run, {CONCURRENCY} in flight at each kill; \
         killed after {after:?}"
    );
}
