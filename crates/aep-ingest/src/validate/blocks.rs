//! Text files in blocks of whole rows, checked side by side.
//!
//! One thread reads and finds where rows end; the others check. Blocks carry their own tally and
//! come back in order, so the answer doesn't depend on how many threads there are. The number of
//! blocks in the air bounds the memory.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::findings::Rule;
use super::tally::{Each, Tally};
use super::{Options, Stop, at::At};

/// How much of a file a block holds, unless a single row is longer.
pub(crate) const BLOCK: usize = 512 << 10;

/// Files below this are checked on the calling thread.
const SMALL: u64 = 2 << 20;

/// A piece of a file that ends where a row ends.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// Where rows begin and end, for formats in which the cutter has to know it.
    pub(crate) rows: Vec<(usize, usize)>,
    /// Where in the file it begins.
    pub(crate) offset: u64,
    /// It is the beginning of the file.
    pub(crate) first: bool,
    /// Characters on its first line that belong to blocks before it.
    pub(crate) lead: u64,
    /// What the cutter found wrong after these rows.
    pub(crate) trouble: Option<Trouble>,
}

/// Something wrong with how rows are laid out.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) rule: Rule,
    /// The line, from 1 at the beginning of the block.
    pub(crate) line: u64,
    pub(crate) column: Option<u64>,
    pub(crate) expected: &'static str,
    pub(crate) found: String,
    /// A row was lost with it.
    pub(crate) row: bool,
    /// Line breaks dropped with it, which are not in the block.
    pub(crate) lines: u64,
    /// Where in the file what was lost begins and ends.
    pub(crate) lost: (u64, u64),
}

/// Is given the rows of a file, block by block in the order of the file.
pub(crate) trait Sink {
    /// The rows of a block: where they are in it, and why some of them are bad.
    fn block(&mut self, block: &Block, each: Each, tally: &Tally) -> Result<(), Stop>;
}

impl Block {
    pub(crate) fn reset(&mut self) {
        if self.bytes.capacity() > 4 * BLOCK {
            // One long row must not make every block large for good.
            self.bytes = Vec::new();
        }
        self.bytes.clear();
        self.rows.clear();
        self.offset = 0;
        self.first = false;
        self.lead = 0;
        self.trouble = None;
    }

    /// The column, from 1, of a byte.
    pub(crate) fn column(&self, at: usize) -> u64 {
        let before = self.bytes.get(..at).unwrap_or(&self.bytes);
        match before.iter().rposition(|byte| *byte == b'\n') {
            Some(line) => characters(before.get(line + 1..).unwrap_or_default()) + 1,
            None => self.lead + characters(before) + 1,
        }
    }

    /// Line breaks before a byte.
    pub(crate) fn lines_before(&self, at: usize) -> u64 {
        newlines(self.bytes.get(..at).unwrap_or(&self.bytes))
    }

    pub(crate) fn lines(&self) -> u64 {
        newlines(&self.bytes) + self.trouble.as_ref().map_or(0, |trouble| trouble.lines)
    }
}

#[expect(clippy::naive_bytecount, reason = "the compiler makes it wide")]
pub(crate) fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Characters in UTF-8, or in what was meant to be: bytes that continue one don't count.
pub(crate) fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}

/// Cuts a file into blocks.
pub(crate) trait Cut {
    /// Fills an empty block; false when there is nothing left.
    fn next(&mut self, block: &mut Block) -> Result<bool, Stop>;
}

#[derive(Debug)]
struct Job {
    number: u64,
    block: Block,
    tally: Tally,
    lines: u64,
}

impl Job {
    fn new(tally: Tally) -> Self {
        Self {
            number: 0,
            block: Block::default(),
            tally,
            lines: 0,
        }
    }

    fn run(&mut self, work: impl Fn(&Block, &mut Tally)) {
        work(&self.block, &mut self.tally);
        trouble(&self.block, &mut self.tally);
        self.lines = self.block.lines();
    }
}

/// Reports what the cutter found wrong.
pub(crate) fn trouble(block: &Block, tally: &mut Tally) {
    let Some(trouble) = &block.trouble else {
        return;
    };
    if trouble.row {
        tally.begin(Some(trouble.line));
    } else {
        tally.row = 0;
        tally.line = Some(trouble.line);
    }
    tally.odd(
        trouble.rule,
        &At::ROW,
        trouble.column,
        trouble.expected,
        &trouble.found,
    );
    if trouble.row {
        tally.end();
    }
}

/// Runs `work` over all blocks of a file of `size` bytes; `sink` is given what came of each, in order.
pub(crate) fn run<'s>(
    mut cut: impl Cut,
    work: impl Fn(&Block, &mut Tally) + Sync,
    size: u64,
    options: &Options,
    tally: &mut Tally,
    sink: Option<&'s mut (dyn Sink + 's)>,
) -> Result<(), Stop> {
    let mut merge = Merge {
        tally,
        sink,
        lines: 0,
        next: 0,
        early: BTreeMap::new(),
    };
    if options.threads <= 1 || size < SMALL {
        let mut job = Job::new(merge.tally.fresh());
        loop {
            job.block.reset();
            job.block.first = job.number == 0;
            if !cut.next(&mut job.block)? {
                return Ok(());
            }
            job.run(&work);
            options.advance(job.block.bytes.len())?;
            merge.take(&mut job)?;
            job.number += 1;
        }
    }
    let (todo, queue) = channel::<Job>();
    let (done, results) = channel::<Option<Job>>();
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        // Ends the workers on every way out of this closure.
        let todo = todo;
        for _ in 0..options.threads {
            let (done, queue, work) = (done.clone(), &queue, &work);
            scope.spawn(move || worker(queue, done, work));
        }
        drop(done);
        feed(&mut cut, &todo, &results, options, &mut merge)
    })
}

fn feed(
    cut: &mut impl Cut,
    todo: &Sender<Job>,
    results: &Receiver<Option<Job>>,
    options: &Options,
    merge: &mut Merge<'_, '_>,
) -> Result<(), Stop> {
    let mut free: Vec<Job> = (0..=options.threads * 2)
        .map(|_| Job::new(merge.tally.fresh()))
        .collect();
    let (mut sent, mut back) = (0, 0);
    let mut more = true;
    while more || back < sent {
        if more && let Some(mut job) = free.pop() {
            job.block.reset();
            job.block.first = sent == 0;
            job.number = sent;
            more = cut.next(&mut job.block)?;
            if more {
                options.advance(job.block.bytes.len())?;
                sent += 1;
                if todo.send(job).is_err() {
                    return Ok(());
                }
            }
            continue;
        }
        // None: a worker is unwinding, and the scope will go on with that.
        let Ok(Some(job)) = results.recv() else {
            return Ok(());
        };
        back += 1;
        merge.in_order(job, &mut free)?;
    }
    Ok(())
}

fn worker(
    queue: &Mutex<Receiver<Job>>,
    done: Sender<Option<Job>>,
    work: &(impl Fn(&Block, &mut Tally) + Sync),
) {
    let done = Alarm(done);
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = job else { return };
        job.run(work);
        if done.0.send(Some(job)).is_err() {
            return;
        }
    }
}

/// Tells the feeder that no answer will come.
struct Alarm(Sender<Option<Job>>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(self.0.send(None));
        }
    }
}

struct Merge<'t, 's> {
    tally: &'t mut Tally,
    sink: Option<&'s mut (dyn Sink + 's)>,
    lines: u64,
    next: u64,
    early: BTreeMap<u64, Job>,
}

impl Merge<'_, '_> {
    fn take(&mut self, job: &mut Job) -> Result<(), Stop> {
        self.tally.absorb(&mut job.tally, self.lines);
        self.lines += job.lines;
        self.next += 1;
        if let (Some(sink), Some(each)) = (&mut self.sink, self.tally.take_each()) {
            sink.block(&job.block, each, self.tally)?;
        }
        Ok(())
    }

    fn in_order(&mut self, job: Job, free: &mut Vec<Job>) -> Result<(), Stop> {
        self.early.insert(job.number, job);
        while let Some(mut job) = self.early.remove(&self.next) {
            self.take(&mut job)?;
            free.push(job);
        }
        Ok(())
    }
}
