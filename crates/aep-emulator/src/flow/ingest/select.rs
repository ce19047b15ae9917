//! Which files a run takes.

use super::ledger;
use crate::flow::engine::work::{self, Phase, Taken};
use crate::flow::engine::{Schedule, Trigger, flag, time_ms};
use crate::flow::runs::{self, Failure, Stop, Subject};
use crate::ids;
use crate::routes::AppState;
use crate::state::StateError;
use crate::zone::{ZoneError, ZoneFile};

/// Most files in one batch; a run with more makes several.
pub(super) const BATCH_FILES: usize = 1500;

/// Chooses the files and the ids of the batches, and writes both down.
pub(super) async fn run(state: &AppState, subject: &mut Subject) -> Result<(), Stop> {
    let found = found(state, subject).await?;
    let (now, mut work) = (state.clock.now_ms(), subject.work.clone());
    let (sandbox, run, flow) = (
        subject.sandbox.clone(),
        subject.run.clone(),
        subject.flow.clone(),
    );
    subject.work = state
        .store
        .write(move |tx| -> Result<work::Work, StateError> {
            work.files = match &work.trigger {
                Trigger::Retry { of } => {
                    let first = work::past(tx, &sandbox, of)?.map(|past| past.files);
                    again(first.unwrap_or_default(), &found)
                }
                trigger => {
                    let bounds = Bounds::of(&flow, trigger);
                    let taken = ledger::all(tx, &sandbox, &work.flow)?;
                    found
                        .into_iter()
                        .filter(|file| bounds.holds(file.modified))
                        .filter(|file| {
                            taken.get(&file.key) != Some(&(file.modified, file.etag.clone()))
                        })
                        .collect()
                }
            };
            ledger::add(tx, &sandbox, &work.flow, &work.files)?;
            work.batches = (0..work.files.len().div_ceil(BATCH_FILES))
                .map(|_| ids::batch(now))
                .collect();
            work.started = now;
            work.phase = Phase::Copying;
            runs::progress(tx, &sandbox, &run, &work, now)?;
            Ok(work)
        })
        .await?;
    Ok(())
}

/// A retry takes what its predecessor took, of which a file that was replaced is not.
fn again(first: Vec<Taken>, found: &[Taken]) -> Vec<Taken> {
    first
        .into_iter()
        .filter(|file| found.contains(file))
        .collect()
}

/// The times, in milliseconds, that a file must be of.
#[derive(Debug, Default)]
struct Bounds {
    from: Option<i64>,
    until: Option<i64>,
}

impl Bounds {
    fn of(flow: &serde_json::Value, trigger: &Trigger) -> Self {
        match trigger {
            Trigger::OnDemand { params } => Self {
                from: time_ms(&params["windowStartTime"]),
                // The window is given in seconds: its last one belongs to it.
                until: time_ms(&params["windowEndTime"]).map(|end| end / 1000 * 1000 + 999),
            },
            Trigger::Schedule { .. } => Self {
                from: Schedule::read(flow)
                    .filter(|schedule| !schedule.backfill)
                    .map(|schedule| schedule.start),
                until: None,
            },
            Trigger::Retry { .. } | Trigger::AdHoc { .. } => Self::default(),
        }
    }

    fn holds(&self, time: i64) -> bool {
        self.from.is_none_or(|from| from <= time) && self.until.is_none_or(|until| time <= until)
    }
}

/// Every file that the source connection names.
async fn found(state: &AppState, subject: &Subject) -> Result<Vec<Taken>, Stop> {
    let (place, path) = subject.source_place();
    let wanted = Wanted::read(&subject.source["params"], &path);
    let listed = state
        .zone
        .list(&place, &wanted.prefix)
        .await
        .map_err(storage)?;
    let files: Vec<Taken> = listed
        .into_iter()
        .filter(|file| wanted.takes(&file.key))
        .map(taken)
        .collect();
    if files.is_empty() && wanted.single {
        return Err(Failure::copy("1003", format!("there is no file {path}")).into());
    }
    Ok(files)
}

fn taken(file: ZoneFile) -> Taken {
    Taken {
        key: file.key,
        size: file.size,
        modified: file.modified_ms,
        etag: file.etag,
    }
}

/// A storage that can't be read fails the copying.
pub(super) fn storage(error: ZoneError) -> Stop {
    match error {
        ZoneError::State(error) => Stop::State(error),
        ZoneError::NoFile(_) | ZoneError::NoBucket(_) => Failure::copy("1003", error).into(),
        ZoneError::Io(_) | ZoneError::Azure(_) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a storage could not be read"
            );
            Failure::copy("1005", error).into()
        }
    }
}

/// `path`, `type` and `recursive` of a source connection.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    prefix: String,
    /// What the names of files must be like.
    name: Option<String>,
    /// One file, and no other.
    single: bool,
    recursive: bool,
}

impl Wanted {
    /// Without `type` a path that ends in a slash is a folder, and so is one that is read with what is below it, as in
    /// Adobe's tutorial on Parquet (emulator choice).
    fn read(params: &serde_json::Value, path: &str) -> Self {
        let recursive = flag(&params["recursive"]).unwrap_or(false);
        let is_folder = match params["type"].as_str() {
            Some(kind) => kind.eq_ignore_ascii_case("folder"),
            None => recursive || path.is_empty() || path.ends_with('/'),
        };
        let (parent, last) = match path.rsplit_once('/') {
            Some((parent, last)) => (format!("{parent}/"), last),
            None => (String::new(), path),
        };
        if last.contains(['*', '?']) {
            return Self {
                prefix: parent,
                name: Some(last.to_owned()),
                single: false,
                recursive: is_folder && recursive,
            };
        }
        if is_folder {
            let prefix = if path.is_empty() || path.ends_with('/') {
                path.to_owned()
            } else {
                format!("{path}/")
            };
            return Self {
                prefix,
                name: None,
                single: false,
                recursive,
            };
        }
        Self {
            prefix: path.to_owned(),
            name: None,
            single: true,
            recursive: false,
        }
    }

    fn takes(&self, key: &str) -> bool {
        if self.single {
            return key == self.prefix;
        }
        let Some(below) = key.strip_prefix(&self.prefix) else {
            return false;
        };
        let name = below.rsplit('/').next().unwrap_or(below);
        // Empty names are the marks that some tools leave for folders.
        !name.is_empty()
            && (self.recursive || name == below)
            && self.name.as_deref().is_none_or(|glob| matches(glob, name))
    }
}

/// `*` is any text, `?` any character.
fn matches(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut g, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match glob.get(g) {
            Some('*') => {
                star = Some((g, n));
                g += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                g += 1;
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    g = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn globs() {
        for (glob, name, fits) in [
            ("*premium*.csv", "a-premium-b.csv", true),
            ("*premium*.csv", "premium.csv", true),
            ("*premium*.csv", "premium.csv.gz", false),
            ("a?.json", "ab.json", true),
            ("a?.json", "a.json", false),
            ("*", "anything", true),
            ("*.a*b*c", "x.aabbcc", true),
            ("*.a*b*c", "x.aabbcd", false),
        ] {
            assert_eq!(matches(glob, name), fits, "{glob} {name}");
        }
    }

    #[test]
    fn paths_of_source_connections() {
        let takes = |params: serde_json::Value, path: &str, key: &str| {
            Wanted::read(&params, path).takes(key)
        };
        let folder = json!({"type": "folder"});
        let deep = json!({"type": "folder", "recursive": "true"});
        let file = json!({"type": "file"});
        assert!(takes(folder.clone(), "in", "in/a.csv"));
        assert!(takes(folder.clone(), "in/", "in/a.csv"));
        assert!(takes(folder.clone(), "", "a.csv"));
        assert!(!takes(folder.clone(), "in", "in/b/a.csv"));
        assert!(!takes(folder.clone(), "in", "inside/a.csv"));
        assert!(!takes(folder.clone(), "in", "in/"));
        assert!(takes(deep.clone(), "in", "in/b/c/a.csv"));
        assert!(!takes(deep.clone(), "in", "in/b/"));
        assert!(takes(folder.clone(), "in/*.csv", "in/a.csv"));
        assert!(!takes(folder, "in/*.csv", "in/a.json"));
        assert!(takes(deep, "in/*.csv", "in/b/a.csv"));
        assert!(takes(file.clone(), "in/a.csv", "in/a.csv"));
        assert!(!takes(file, "in/a.csv", "in/a.csv.gz"));
        assert!(takes(json!({}), "in/", "in/a.csv"));
        assert!(takes(json!({}), "in/a.csv", "in/a.csv"));
        assert!(takes(json!({"recursive": "true"}), "in", "in/b/a.csv"));
        assert!(!takes(json!({"recursive": false}), "in", "in/a.csv"));
    }

    #[test]
    fn the_last_second_of_a_window_belongs_to_it() {
        let trigger = Trigger::OnDemand {
            params: json!({"windowStartTime": "10", "windowEndTime": 20}),
        };
        let bounds = Bounds::of(&json!({}), &trigger);
        assert!(bounds.holds(10_000) && bounds.holds(20_999));
        assert!(!bounds.holds(9_999) && !bounds.holds(21_000));
    }
}
