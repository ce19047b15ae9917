//! The course of a download: files side by side, batches to their end.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use aep_core::{Client, Error, ErrorKind, Result};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fetch::{self, Job, Shared, blocking};
use super::journal::{Identity, Journal};
use super::report::{DownloadReport, Downloaded};
use super::{DataFile, DownloadOptions, disk, dry, name, sum};
use crate::Batch;
use crate::read::{Position, Reader, is_live};

/// Downloads files of one batch into a directory.
pub(crate) async fn all(
    client: &Client,
    files: Vec<DataFile>,
    directory: &Path,
    options: &DownloadOptions,
) -> Result<DownloadReport> {
    if options.dry {
        let mut report = DownloadReport::default();
        dry::list(files, directory, options, &mut report)?;
        return Ok(report);
    }
    let source = match files.first() {
        Some(file) => match &file.batch {
            Some(batch) => format!("batch {batch}"),
            None => "files".to_owned(),
        },
        None => "nothing".to_owned(),
    };
    let mut run = Run::begin(client, directory, options, &source).await?;
    let done = async {
        run.open(None, files)?;
        run.until_idle().await
    };
    let done = done.await.map(drop);
    run.end(done).await
}

/// Downloads the batches that a reader hands out, each into a directory of its own. When all files of a batch are on the
/// disk, the position of the reader is moved, and `keep` is told.
pub(crate) async fn batches(
    reader: &mut Reader,
    source: &str,
    directory: &Path,
    options: &DownloadOptions,
    keep: &mut (dyn FnMut(&Position) -> Result<()> + Send),
) -> Result<DownloadReport> {
    if options.dry {
        return dry::batches(reader, directory, options, keep).await;
    }
    let client = reader.batches().client().clone();
    let mut run = Run::begin(&client, directory, options, source).await?;
    let done = run.drain(reader, keep).await;
    run.report
        .waiting
        .extend(reader.waiting().iter().map(Into::into));
    run.end(done).await
}

struct Run {
    shared: Arc<Shared>,
    queue: VecDeque<(usize, usize)>,
    tasks: JoinSet<((usize, usize), Result<Downloaded>)>,
    begun: usize,
    /// Batches whose files are not all there, by their number.
    open: BTreeMap<usize, Open>,
    /// Files of batches that are complete.
    complete: BTreeMap<usize, Vec<Downloaded>>,
    report: DownloadReport,
}

/// A batch of which files are fetched.
struct Open {
    batch: Option<Batch>,
    jobs: Vec<Job>,
    files: Vec<Option<Downloaded>>,
    left: usize,
    undone: bool,
}

impl Run {
    async fn begin(
        client: &Client,
        directory: &Path,
        options: &DownloadOptions,
        source: &str,
    ) -> Result<Self> {
        let (at, of, overwrite) = (directory.to_owned(), source.to_owned(), options.overwrite);
        let journal = tokio::task::spawn_blocking(move || Journal::open(&at, &of, overwrite));
        let journal = journal.await.map_err(|stopped| {
            Error::new(ErrorKind::Other, "begin the download").because(stopped)
        })??;
        let shared = Shared {
            client: client.clone(),
            directory: directory.to_owned(),
            options: options.clone(),
            requests: Semaphore::new(options.concurrency.max(1)),
            journal,
        };
        Ok(Self {
            shared: Arc::new(shared),
            queue: VecDeque::new(),
            tasks: JoinSet::new(),
            begun: 0,
            open: BTreeMap::new(),
            complete: BTreeMap::new(),
            report: DownloadReport::default(),
        })
    }

    async fn drain(
        &mut self,
        reader: &mut Reader,
        keep: &mut (dyn FnMut(&Position) -> Result<()> + Send),
    ) -> Result<()> {
        loop {
            while self.queue.len() + self.tasks.len() < self.most() {
                let Some(batch) = reader.next().await? else {
                    break;
                };
                self.report.replaced.extend(batch.predecessors());
                if let Some(files) = reader.files(&batch).await? {
                    let files = files.into_iter().map(DataFile::below_batch).collect();
                    self.open(Some(batch), files)?;
                } else {
                    self.report.undone.push(batch.id.clone());
                    reader.done(&batch);
                    keep(&reader.position())?;
                }
            }
            let idle = self.tasks.is_empty() && self.queue.is_empty();
            for batch in self.step(Some(reader)).await? {
                reader.done(&batch);
                keep(&reader.position())?;
            }
            if idle {
                // what was only looked at may move the position too
                return keep(&reader.position());
            }
        }
    }

    async fn until_idle(&mut self) -> Result<()> {
        while !(self.tasks.is_empty() && self.queue.is_empty() && self.open.is_empty()) {
            self.step(None).await?;
        }
        Ok(())
    }

    fn most(&self) -> usize {
        self.shared.options.concurrency.max(1)
    }

    /// Takes a batch in. What would be replaced is found before anything of it is fetched.
    fn open(&mut self, batch: Option<Batch>, files: Vec<DataFile>) -> Result<()> {
        let files: Vec<DataFile> = files.into_iter().filter(|file| !file.is_marker()).collect();
        let paths = name::targets(files.iter().map(|file| file.name.as_str()));
        let jobs: Vec<Job> = files
            .into_iter()
            .zip(paths)
            .map(|(file, path)| Job { file, path })
            .collect();
        if !self.shared.options.overwrite {
            let known = |job: &Job| {
                let (key, of): (String, Identity) = (job.key(), job.identity());
                self.shared.journal.is_done(&key, &of)
            };
            let directory = &self.shared.directory;
            let there = |job: &&Job| directory.join(&job.path).symlink_metadata().is_ok();
            if let Some(job) = jobs.iter().filter(there).find(|job| !known(job)) {
                return Err(fetch::exists(&directory.join(&job.path)));
            }
        }
        let number = self.begun;
        self.begun += 1;
        self.queue.extend((0..jobs.len()).map(|at| (number, at)));
        let left = jobs.len();
        let open = Open {
            batch,
            files: vec![None; left],
            jobs,
            left,
            undone: false,
        };
        self.open.insert(number, open);
        Ok(())
    }

    /// Begins as many files as may be fetched at once, waits for one, and answers the batches that are complete.
    async fn step(&mut self, reader: Option<&Reader>) -> Result<Vec<Batch>> {
        while self.tasks.len() < self.most()
            && let Some((number, at)) = self.queue.pop_front()
        {
            let job = self
                .open
                .get(&number)
                .filter(|open| !open.undone)
                .and_then(|open| open.jobs.get(at));
            let Some(job) = job.cloned() else {
                self.settle(number);
                continue;
            };
            let shared = Arc::clone(&self.shared);
            self.tasks
                .spawn(async move { ((number, at), file(&shared, job).await) });
        }
        let mut done = self.tasks.join_next().await;
        while let Some(one) = done {
            let ((number, at), file) = one.map_err(|stopped| {
                Error::new(ErrorKind::Other, "download a file").because(stopped)
            })?;
            match (file, self.open.get_mut(&number)) {
                (Ok(file), Some(open)) => {
                    if let Some(place) = open.files.get_mut(at) {
                        *place = Some(file);
                    }
                }
                (Err(error), Some(open)) => {
                    let gone = error.kind() == ErrorKind::NotFound;
                    match (reader, &open.batch) {
                        (Some(reader), Some(batch))
                            if gone && !is_live(reader.batches(), batch).await? =>
                        {
                            open.undone = true;
                        }
                        _ => return Err(error),
                    }
                }
                (_, None) => {}
            }
            self.settle(number);
            done = self.tasks.try_join_next();
        }
        self.completed().await
    }

    fn settle(&mut self, number: usize) {
        if let Some(open) = self.open.get_mut(&number) {
            open.left = open.left.saturating_sub(1);
        }
    }

    /// The batches of which nothing is missing any more: their names are on the disk when this returns.
    async fn completed(&mut self) -> Result<Vec<Batch>> {
        let numbers: Vec<usize> = self
            .open
            .iter()
            .filter(|(_, open)| open.left == 0)
            .map(|(number, _)| *number)
            .collect();
        let mut batches = Vec::new();
        for number in numbers {
            let Some(open) = self.open.remove(&number) else {
                continue;
            };
            let shared = Arc::clone(&self.shared);
            let (jobs, undone) = (open.jobs, open.undone);
            blocking(move || {
                if undone {
                    disk::take_away(&shared.directory, &jobs)
                } else {
                    disk::sync(&shared.directory, &jobs)
                }
            })
            .await
            .map_err(|error| {
                Error::new(ErrorKind::Io, "write the download")
                    .with("to", self.shared.directory.display())
                    .because(error)
            })?;
            if undone {
                self.report
                    .undone
                    .extend(open.batch.iter().map(|batch| batch.id.clone()));
            } else {
                let files = open.files.into_iter().flatten().collect();
                self.complete.insert(number, files);
            }
            batches.extend(open.batch);
        }
        Ok(batches)
    }

    /// The report, if all went well; else the journal stays for the next run.
    async fn end(mut self, done: Result<()>) -> Result<DownloadReport> {
        self.tasks.shutdown().await;
        if let Err(error) = done {
            return Err(match error.hint_text() {
                None if error.kind() != ErrorKind::Conflict => {
                    error.hint("what has come is kept: the same command goes on from there")
                }
                _ => error,
            });
        }
        self.report.files = self.complete.into_values().flatten().collect();
        self.report.bytes = self.report.files.iter().map(|file| file.bytes).sum();
        if let Some(shared) = Arc::into_inner(self.shared) {
            shared.journal.finish()?;
        }
        Ok(self.report)
    }
}

async fn file(shared: &Arc<Shared>, job: Job) -> Result<Downloaded> {
    let (bytes, how) = fetch::one(shared, &job).await?;
    let path = shared.directory.join(&job.path);
    let sha256 = if shared.options.checksums {
        let file = path.clone();
        let sum = blocking(move || sum::sha256(&file))
            .await
            .map_err(|error| {
                Error::new(ErrorKind::Io, "read the file for its checksum")
                    .with("file", path.display())
                    .because(error)
            })?;
        Some(sum)
    } else {
        None
    };
    Ok(Downloaded {
        name: job.file.name,
        path,
        bytes,
        batch: job.file.batch,
        how,
        sha256,
    })
}
