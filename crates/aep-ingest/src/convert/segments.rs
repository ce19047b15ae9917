//! A file in segments of many blocks, each of which one thread makes into a row group.
//!
//! The calling thread reads and finds where rows end; the others parse and encode. Where segments end depends on the
//! file alone and they come back in order, so the same file gives the same bytes whatever the machine. The number of
//! segments in the air bounds the memory.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use aep_core::{Error, Result};

use super::Options;
use super::layout::{Layout, Memory};
use super::write::{Encoded, Files, Form};
use crate::validate::blocks::{Block, Cut, trouble};
use crate::validate::sift::Aside;
use crate::validate::tally::Tally;
use crate::validate::{Finding, Stop};

/// A piece of a file that becomes a row group.
#[derive(Debug, Default)]
struct Segment {
    number: u64,
    blocks: Vec<Block>,
}

struct Done {
    number: u64,
    blocks: Vec<Block>,
    tally: Tally,
    lines: u64,
    lost: u64,
    /// Rows that are left out, if each is noted.
    left_out: Vec<LeftOut>,
    /// Where the first row begins.
    first: Option<u64>,
    group: Result<Option<Encoded>>,
}

/// A row that is left out.
struct LeftOut {
    /// Its number in the segment, from 1.
    row: u64,
    start: u64,
    end: u64,
}

/// Where rows go.
pub(crate) struct Out<'f, 'm, 'a> {
    pub(crate) files: &'f mut Files<'m>,
    /// Where those go that are left out, and what the file is called there.
    pub(crate) aside: Option<(Aside<'a>, &'a Arc<str>)>,
}

/// What the segments have come to.
#[derive(Debug)]
pub(crate) struct Sum<'t> {
    pub(crate) tally: &'t mut Tally,
    pub(crate) lost: u64,
    lines: u64,
}

/// Why a conversion ended before its file.
pub(crate) enum Halt {
    Stop(Stop),
    Error(Error),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

pub(crate) fn run(
    cut: &mut dyn Cut,
    layout: &Layout<'_>,
    form: &Form,
    out: Out<'_, '_, '_>,
    options: &Options,
    tally: &mut Tally,
) -> Result<u64, Halt> {
    let mut feed = Feed {
        cut,
        options,
        free: Vec::new(),
        sent: 0,
        end: false,
        merge: Merge {
            sum: Sum {
                tally,
                lost: 0,
                lines: 0,
            },
            out,
            next: 0,
            early: BTreeMap::new(),
        },
    };
    let threads = options.check.threads.max(1);
    let first = feed.segment()?;
    if feed.end || threads == 1 {
        // One segment needs no threads.
        let mut segment = first;
        loop {
            let done = encode(segment, layout, form, &mut Memory::default(), options);
            feed.take(done)?;
            if feed.end {
                return Ok(feed.merge.sum.lost);
            }
            segment = feed.segment()?;
        }
    }
    let (todo, queue) = channel::<Segment>();
    let (done, results) = channel::<Option<Done>>();
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        // Ends the workers on every way out of this closure.
        let todo = todo;
        for _ in 0..threads {
            let (done, queue) = (done.clone(), &queue);
            scope.spawn(move || worker(queue, done, layout, form, options));
        }
        drop(done);
        feed.all(first, &todo, &results, threads + 1)
    })?;
    Ok(feed.merge.sum.lost)
}

struct Feed<'c, 'o, 't, 'f, 'm, 'a> {
    cut: &'c mut dyn Cut,
    options: &'o Options,
    free: Vec<Block>,
    sent: u64,
    end: bool,
    merge: Merge<'t, 'f, 'm, 'a>,
}

impl Feed<'_, '_, '_, '_, '_, '_> {
    /// Reads blocks until they are a segment, or the file ends.
    fn segment(&mut self) -> Result<Segment, Stop> {
        let mut segment = Segment {
            number: self.sent,
            blocks: Vec::new(),
        };
        self.sent += 1;
        let mut bytes = 0;
        while bytes < self.options.group_bytes {
            let mut block = self.free.pop().unwrap_or_default();
            block.reset();
            block.first = segment.number == 0 && segment.blocks.is_empty();
            if !self.cut.next(&mut block)? {
                self.end = true;
                break;
            }
            bytes += block.bytes.len();
            self.options.check.advance(block.bytes.len())?;
            segment.blocks.push(block);
        }
        Ok(segment)
    }

    fn all(
        &mut self,
        first: Segment,
        todo: &Sender<Segment>,
        results: &Receiver<Option<Done>>,
        at_once: usize,
    ) -> Result<(), Halt> {
        let mut next = Some(first);
        let mut air = 0;
        while next.is_some() || air > 0 || !self.end {
            if air < at_once && (next.is_some() || !self.end) {
                let segment = match next.take() {
                    Some(segment) => segment,
                    None => self.segment()?,
                };
                if todo.send(segment).is_err() {
                    return Ok(());
                }
                air += 1;
                continue;
            }
            // None: a worker is unwinding, and the scope will go on with that.
            let Ok(Some(done)) = results.recv() else {
                return Ok(());
            };
            air -= 1;
            self.take(done)?;
        }
        Ok(())
    }

    fn take(&mut self, mut done: Done) -> Result<(), Halt> {
        self.free.append(&mut done.blocks);
        self.merge.in_order(done)
    }
}

fn worker(
    queue: &Mutex<Receiver<Segment>>,
    done: Sender<Option<Done>>,
    layout: &Layout<'_>,
    form: &Form,
    options: &Options,
) {
    let done = Alarm(done);
    let mut memory = Memory::default();
    loop {
        let segment = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(segment) = segment else { return };
        let encoded = encode(segment, layout, form, &mut memory, options);
        if done.0.send(Some(encoded)).is_err() {
            return;
        }
    }
}

/// Tells the feeder that no answer will come.
struct Alarm(Sender<Option<Done>>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(self.0.send(None));
        }
    }
}

fn encode(
    segment: Segment,
    layout: &Layout<'_>,
    form: &Form,
    memory: &mut Memory,
    options: &Options,
) -> Done {
    let mut sum = options.tally();
    let (mut lines, mut lost) = (0, 0);
    let (mut left_out, mut first) = (Vec::new(), None);
    let mut rows = || -> Result<Option<Encoded>> {
        let mut group = form.group()?;
        for block in &segment.blocks {
            let mut tally = options.tally();
            let columns = layout.block(block, memory, &mut tally)?;
            group.write(&columns.arrays, columns.rows)?;
            lost += columns.lost;
            if options.each {
                let at = |byte: usize| block.offset + byte as u64;
                first = first.or(columns.first.map(at));
                let rows = columns.left_out.iter().map(|(row, range)| LeftOut {
                    row: sum.rows + row,
                    start: at(range.start),
                    end: at(range.end),
                });
                left_out.extend(rows);
                if let Some(trouble) = block.trouble.as_ref().filter(|trouble| trouble.row) {
                    let (start, end) = trouble.lost;
                    first = first.or(Some(start));
                    let row = sum.rows + tally.rows + 1;
                    left_out.push(LeftOut { row, start, end });
                }
            }
            trouble(block, &mut tally);
            lost += u64::from(block.trouble.is_some());
            sum.absorb(&mut tally, lines);
            lines += block.lines();
        }
        group.close()
    };
    let group = rows();
    Done {
        number: segment.number,
        blocks: segment.blocks,
        tally: sum,
        lines,
        lost,
        left_out,
        first,
        group,
    }
}

struct Merge<'t, 'f, 'm, 'a> {
    sum: Sum<'t>,
    out: Out<'f, 'm, 'a>,
    next: u64,
    early: BTreeMap<u64, Done>,
}

impl Merge<'_, '_, '_, '_> {
    fn in_order(&mut self, done: Done) -> Result<(), Halt> {
        self.early.insert(done.number, done);
        while let Some(mut done) = self.early.remove(&self.next) {
            self.next += 1;
            let before = self.sum.tally.rows;
            self.sum.tally.absorb(&mut done.tally, self.sum.lines);
            self.set_aside(&done, before)?;
            self.sum.lines += done.lines;
            self.sum.lost += done.lost;
            if let Some(group) = done.group? {
                self.out.files.add(group)?;
            }
        }
        Ok(())
    }

    /// Sets the rows of a segment aside that are left out, which comes after `before` rows.
    fn set_aside(&mut self, done: &Done, before: u64) -> Result<(), Stop> {
        let Some((aside, name)) = &mut self.out.aside else {
            return Ok(());
        };
        aside.first = aside.first.or(done.first);
        let tally = &mut *self.sum.tally;
        let mut reasons = tally.take_each().unwrap_or_default().reasons;
        // a block is looked at column by column
        reasons.sort_by_key(|reason| reason.row);
        let mut reasons = reasons.into_iter().peekable();
        for LeftOut { row, start, end } in &done.left_out {
            let mut why: Vec<Finding> = Vec::new();
            while let Some(reason) = reasons.next_if(|reason| reason.row <= before + row) {
                if reason.row == before + row {
                    why.push(tally.finding(reason, name, None));
                }
            }
            aside.row(*start, *end, &why)?;
        }
        Ok(())
    }
}
