//! Progress of transfers on standard error: a bar on a terminal, lines elsewhere, or JSON events.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{Events, Messages, human_bytes};

/// Lines and events are at least this far apart while nothing but the numbers change.
const QUIET_FOR: Duration = Duration::from_secs(10);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ProgressMode {
    /// A bar on a terminal, lines elsewhere; none with a JSON format off a terminal
    #[default]
    Auto,
    /// Lines
    Plain,
    /// One JSON object per line
    Json,
    /// None
    None,
}

/// Where a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Step {
    /// What is happening: `uploading`, `processing`.
    pub(crate) phase: String,
    /// Details for people: a batch id, a status.
    pub(crate) detail: String,
    /// Bytes done.
    pub(crate) done: u64,
    /// Bytes in all; 0 when not known.
    pub(crate) total: u64,
    /// Files done.
    pub(crate) files_done: u64,
    /// Files in all.
    pub(crate) files: u64,
}

/// Shows the steps of one transfer.
#[derive(Debug)]
pub(crate) struct Progress {
    how: How,
    colour: bool,
    last: Option<(Step, Instant)>,
}

#[derive(Debug)]
enum How {
    Bar(ProgressBar),
    Lines,
    Events,
    Nothing,
}

impl Progress {
    pub(crate) fn new(mode: ProgressMode, messages: &Messages) -> Self {
        let terminal = io::stderr().is_terminal();
        let how = match mode {
            ProgressMode::Json if !messages.is_quiet() => How::Events,
            ProgressMode::Plain if !messages.is_quiet() => How::Lines,
            ProgressMode::Auto if terminal && !messages.is_quiet() => How::Bar(bar()),
            // A program that reads JSON from standard error gets nothing but JSON.
            ProgressMode::Auto if !messages.is_json() && !messages.is_quiet() => How::Lines,
            _ => How::Nothing,
        };
        Self {
            how,
            colour: messages.has_colour(),
            last: None,
        }
    }

    /// Where single events go, if that is how progress is shown.
    pub(crate) fn events(&self) -> Option<Events> {
        matches!(self.how, How::Events).then(Events::default)
    }

    /// Shows a step.
    pub(crate) fn show(&mut self, step: Step) {
        let news = self.last.as_ref().is_none_or(|(last, at)| {
            last.phase != step.phase
                || last.detail != step.detail
                || (last != &step && at.elapsed() >= QUIET_FOR)
        });
        match &self.how {
            How::Bar(bar) => {
                if news {
                    bar.set_style(style(step.total > 0, self.colour));
                }
                bar.set_length(step.total.max(step.done));
                bar.set_position(step.done);
                bar.set_prefix(step.phase.clone());
                bar.set_message(step.detail.clone());
            }
            How::Lines if news => Messages::put(&line(&step)),
            How::Events if news => Messages::put(&event(&step)),
            _ => {}
        }
        if news {
            self.last = Some((step, Instant::now()));
        }
    }

    /// Says something else without tearing the bar.
    pub(crate) fn aside(&self, say: impl FnOnce()) {
        match &self.how {
            How::Bar(bar) => bar.suspend(say),
            _ => say(),
        }
    }

    /// Takes the bar away, so that the next line starts clean.
    pub(crate) fn finish(&mut self) {
        if let How::Bar(bar) = &self.how {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A bar where the end is known, a clock where it is not.
fn style(measured: bool, colour: bool) -> ProgressStyle {
    let template = match (measured, colour) {
        (true, true) => {
            "{spinner:.green} {prefix:10} {bar:20.cyan} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {wide_msg}"
        }
        (true, false) => {
            "{spinner} {prefix:10} {bar:20} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {wide_msg}"
        }
        (false, true) => "{spinner:.green} {prefix:10} {elapsed} {wide_msg}",
        (false, false) => "{spinner} {prefix:10} {elapsed} {wide_msg}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn line(step: &Step) -> String {
    let mut line = step.phase.clone();
    if !step.detail.is_empty() {
        line.push(' ');
        line.push_str(&step.detail);
    }
    if step.total > 0 {
        let _ = write!(
            line,
            ": {} of {}, {} of {} {}",
            human_bytes(step.done),
            human_bytes(step.total),
            step.files_done,
            step.files,
            if step.files == 1 { "file" } else { "files" }
        );
    }
    line
}

fn event(step: &Step) -> String {
    json!({
        "event": "progress",
        "phase": step.phase,
        "detail": step.detail,
        "bytes": step.done,
        "totalBytes": step.total,
        "files": step.files_done,
        "totalFiles": step.files,
    })
    .to_string()
}
